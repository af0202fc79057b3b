#pragma once

#include <vector>

#include "moetric/search/divide.hpp"
#include "moetric/search/relaxation.hpp"

namespace moetric::inline v0::search {

/// A quotient of sums of products that is to lie between two numbers, and where it lies in a box.
struct quotient_window {
  relaxation::fraction of;
  double low, high;
  interval in_box;
};

/// The rows of a box along an axis in which quotients are linear: what windows leave of a row is solved for, where a
/// thin window would have every member of it listed.
class solved_rows {
 public:
  solved_rows(space const& over, box const& of, std::vector<quotient_window> const& windows)
      : over_(over), of_(of), windows_(windows) {}

  /// Whether a box is small enough for `axis` to find one.
  static bool may_pay(space const& over, box const& of, double most) {
    std::uint32_t longest = 0;
    for (std::size_t a = 0; a != over.n_axes(); ++a) longest = std::max(longest, of.last[a] - of.first[a]);
    return a_row * static_cast<double>(over.size_of(of)) <= most * (longest + 1.);
  }
  /// The axis of the least work, if that is no more than scoring `most` members: to ask each row, and to score what a
  /// window probably leaves.
  std::optional<std::size_t> axis(double most) const {
    std::optional<std::size_t> found;
    if (over_.n_axes() < 2) return found;
    double const size = static_cast<double>(over_.size_of(of_));
    for (quotient_window const& w : windows_) {
      double const left = part_left(w, most / size) * size;
      for (std::size_t a = 0; a != over_.n_axes(); ++a) {
        double const work = left + a_row * size / (of_.last[a] - of_.first[a] + 1.);
        if (work <= most && degree(w.of, a) == 1) found = a, most = work;
      }
    }
    return found;
  }

  /// Visits every member that lies in all windows, and few others.
  template <class Visit>
  void for_each(std::size_t axis, Visit visit) const {
    // Rows lie side by side along the longest of the other axes.
    std::size_t beside = axis == 0 ? 1 : 0;
    for (std::size_t a = 0; a != over_.n_axes(); ++a)
      if (a != axis && of_.last[a] - of_.first[a] > of_.last[beside] - of_.first[beside]) beside = a;
    std::vector<plane> planes;
    for (quotient_window const& each : windows_)
      if (degree(each.of, axis) <= 1 && degree(each.of, beside) <= 3) planes.push_back({each, {}, {}});
    interval const whole{over_.axis_value(axis, of_.first[axis]), over_.axis_value(axis, of_.last[axis])};
    box others = of_;
    others.last[axis] = others.first[axis], others.last[beside] = others.first[beside];
    detail::for_each_in(over_, others, [&](digits at) {
      std::array<double, n_fields> values{};
      for (std::size_t a = 0; a != over_.n_axes(); ++a) values[a] = over_.axis_value(a, at[a]);
      values[axis] = values[beside] = 1;
      for (plane& each : planes) {
        each.above = each.window.of.above->along(axis, beside, values);
        each.below = each.window.of.below->along(axis, beside, values);
      }
      for (; at[beside] <= of_.last[beside]; ++at[beside]) {
        interval left = whole;
        double const y = over_.axis_value(beside, at[beside]);
        if (!std::all_of(planes.begin(), planes.end(), [&](plane const& each) { return each.cut(left, y); })) continue;
        for (at[axis] = first_at_least(axis, left.low);
             at[axis] <= of_.last[axis] && over_.axis_value(axis, at[axis]) <= left.high; ++at[axis])
          visit(at);
      }
      return true;
    });
  }

 private:
  static constexpr double a_row = 1. / 16;  // of the work of scoring a member

  static int degree(relaxation::fraction const& of, std::size_t axis) {
    return std::max(of.above->degree(axis), of.below->degree(axis));
  }
  /// Of a box's members, what probably lies in a window: as much as it covers of their logarithms. More than `most`
  /// need not be told exactly.
  static double part_left(quotient_window const& w, double most) {
    if (!(w.in_box.low > 0 && w.in_box.low < w.in_box.high)) return 1;
    double const covered = std::fmin(w.high, w.in_box.high) / std::fmax(w.low, w.in_box.low),
                 of = w.in_box.high / w.in_box.low;
    double const at_least = (1 - 1 / covered) / (of - 1);
    return at_least > most ? at_least : std::log(covered) / std::log(of);
  }

  /// A window when all but two axes have a value.
  struct plane {
    quotient_window const& window;
    std::array<axis_polynomial::cubic, 2> above, below;

    /// Cuts what lies outside of the window where the other axis is y. \returns false when nothing is left
    bool cut(interval& x, double y) const {
      std::array<double, 2> const p{at(above[0], y), at(above[1], y)}, q{at(below[0], y), at(below[1], y)};
      return keep(x, 1, p, window.high, q) && keep(x, window.low, q, 1, p);
    }

   private:
    static double at(axis_polynomial::cubic const& of, double y) {
      return of[0] + y * (of[1] + y * (of[2] + y * of[3]));
    }
    /// Keeps where f·p(x) ≤ g·q(x), as far as roundings leave it open. It divides where a row is cut, which few are.
    static bool keep(interval& x, double f, std::array<double, 2> const& p, double g, std::array<double, 2> const& q) {
      if (!(f > 0) || std::isinf(g)) return true;
      constexpr double roundings = 1e-12;
      double const most = f * (p[0] + p[1] * x.high) + g * (q[0] + q[1] * x.high), slope = f * p[1] - g * q[1],
                   room = g * q[0] - f * p[0] + roundings * most;
      double const at_low = room - slope * x.low, at_high = room - slope * x.high;
      if (at_low < 0 && at_high < 0) return false;
      if (at_high < 0) x.high = room / slope;
      if (at_low < 0) x.low = room / slope;
      return true;
    }
  };

  /// The first digit of a box's axis that has a value, up to one more than the last: from where it would be among even
  /// steps.
  std::uint32_t first_at_least(std::size_t a, double wanted) const {
    std::uint32_t const first = of_.first[a], last = of_.last[a];
    double const low = over_.axis_value(a, first), high = over_.axis_value(a, last);
    if (!(wanted > low)) return first;
    std::uint32_t digit =
        first + static_cast<std::uint32_t>(std::fmin((wanted - low) / (high - low), 1) * (last - first));
    while (digit != first && over_.axis_value(a, digit) >= wanted) --digit;
    while (digit <= last && over_.axis_value(a, digit) < wanted) ++digit;
    return digit;
  }

  space const& over_;
  box const& of_;
  std::vector<quotient_window> const& windows_;
};

}  // namespace moetric::inline v0::search
