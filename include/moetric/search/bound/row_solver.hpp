#pragma once

#include <span>

#include "moetric/core/bisection.hpp"
#include "moetric/core/fixed_list.hpp"
#include "moetric/search/bound/box_split.hpp"
#include "moetric/search/bound/relaxation.hpp"
#include "moetric/search/formula/row_function.hpp"

namespace moetric::v0::search {

/// A window on a rational function with positive coefficients, and the function's bounds in a box.
struct quotient_window {
  relaxation::fraction function;
  double low, high;
  interval in_box;
};

/// A problem has at most 31 windows, formulas of its condition among them; one more may follow from its objective.
inline constexpr std::size_t most_windows = 32;
using quotient_windows = fixed_list<quotient_window, most_windows>;

/// Solves the rows of a box for the members that lie in its windows. For a thin window this replaces listing every
/// member.
class row_solver {
 public:
  /// The axis along which rows run, and the axis along which rows lie side by side.
  struct axes {
    std::size_t along, beside;
  };

  /// The first window, which must be on the single count, determines the choice of axes.
  row_solver(space const& over, box const& b, quotient_windows const& windows)
      : over_(over), box_(b), windows_(windows) {}

  /// The axes with the least work, if that costs at most as much as scoring `most` members: finding the rows that the
  /// count's window cuts, solving them, and scoring the remaining members, estimated from evenly spread logarithms.
  std::optional<axes> choose(double most) const {
    std::optional<axes> found;
    if (windows_.empty()) return found;
    quotient_window const& count = windows_[0];
    double const size = static_cast<double>(over_.size_of(box_)), left = part_left(count) * size;
    if (left > most || size > most / group_cost * longest() * longest()) return found;
    auto const widths = widths_of(*count.function.numerator);
    double least_work = most;
    for (std::size_t along = 0; along != over_.n_axes(); ++along) {
      if (box_.last[along] == box_.first[along] || degree(count.function, along) > 1) continue;
      for (std::size_t beside = 0; beside != over_.n_axes(); ++beside) {
        if (along == beside || degree(count.function, beside) > 3) continue;
        double const rows = n_values(beside), groups = size / (n_values(along) * rows);
        // The rows that a thin window cuts lie as far apart as a row is wide.
        double const cut = widths[along] < widths[beside] ? rows * widths[along] / widths[beside] + 1 : rows;
        double const work = left + groups * (group_cost + row_cost * cut);
        if (work <= least_work) found = axes{along, beside}, least_work = work;
      }
    }
    return found;
  }

  /// Visits a superset of the members that lie in all windows, until `visit` returns false.
  /// \returns whether it never did
  template <class Visit>
  bool for_each(axes const& by, Visit visit) const {
    std::size_t const axis = by.along, beside = by.beside;
    bool goes_on = true;
    std::array<plane, most_windows> room;  // not filled: there are as many planes as windows that rows can be cut by
    std::size_t n_planes = 0;
    for (quotient_window const& each : windows_)
      if (degree(each.function, axis) <= 1 && degree(each.function, beside) <= 3) room[n_planes++].window = &each;
    std::span<plane> const planes(room.data(), n_planes);
    interval const whole{over_.axis_value(axis, box_.first[axis]), over_.axis_value(axis, box_.last[axis])};
    box others = box_;
    others.last[axis] = others.first[axis], others.last[beside] = others.first[beside];
    detail::for_each_in(over_, others, [&](digits at) {
      std::array<double, n_fields> values{};
      for (std::size_t a = 0; a != over_.n_axes(); ++a) values[a] = over_.axis_value(a, at[a]);
      values[axis] = values[beside] = 1;
      for (plane& each : planes) {
        each.numerator = each.window->function.numerator->along(axis, beside, values);
        each.denominator = each.window->function.denominator->along(axis, beside, values);
      }
      std::uint32_t end = box_.last[beside] + 1;
      for (plane const& each : planes) {
        if (!each.rises()) continue;
        auto const y = [&](std::uint32_t row) { return over_.axis_value(beside, row); };
        at[beside] =
            first_where(at[beside], end, [&](std::uint32_t row) { return !each.is_below(whole.high, y(row)); });
        end = first_where(at[beside], end, [&](std::uint32_t row) { return each.is_above(whole.low, y(row)); });
      }
      for (; goes_on && at[beside] != end; ++at[beside]) {
        interval left = whole;
        double const y = over_.axis_value(beside, at[beside]);
        if (!std::all_of(planes.begin(), planes.end(), [&](plane const& each) { return each.cut(left, y); })) continue;
        for (at[axis] = first_at_least(axis, left.low);
             goes_on && at[axis] <= box_.last[axis] && over_.axis_value(axis, at[axis]) <= left.high; ++at[axis])
          goes_on = visit(at);
      }
      return goes_on;
    });
    return goes_on;
  }

 private:
  // Cost relative to scoring one member: solving a row, and finding the rows of a group that lie side by side.
  static constexpr double row_cost = 1. / 16, group_cost = 1;

  double n_values(std::size_t a) const { return box_.last[a] - box_.first[a] + 1.; }
  double longest() const {
    std::uint32_t most = 0;
    for (std::size_t a = 0; a != over_.n_axes(); ++a) most = std::max(most, box_.last[a] - box_.first[a]);
    return most + 1.;
  }
  /// By how much the logarithm of a count drops along each axis, from the top of the box to its bottom.
  std::array<double, n_fields> widths_of(axis_polynomial const& count) const {
    std::array<double, n_fields> values{}, widths{};
    for (std::size_t a = 0; a != over_.n_axes(); ++a) values[a] = over_.axis_value(a, box_.last[a]);
    double const top = count.at(values);
    for (std::size_t a = 0; a != over_.n_axes(); ++a) {
      values[a] = over_.axis_value(a, box_.first[a]);
      widths[a] = std::log(top / count.at(values));
      values[a] = over_.axis_value(a, box_.last[a]);
    }
    return widths;
  }
  static int degree(relaxation::fraction const& function, std::size_t axis) {
    return std::max(function.numerator->degree(axis), function.denominator->degree(axis));
  }
  /// The fraction of the count's logarithmic range in the box that the window covers.
  static double part_left(quotient_window const& count) {
    interval const& all = count.in_box;
    if (!(all.low > 0 && all.low < all.high)) return 1;
    return std::log(std::fmin(count.high, all.high) / std::fmax(count.low, all.low)) / std::log(all.high / all.low);
  }

  /// A window as a function of the two axes, with all others fixed.
  struct plane {
    quotient_window const* window;
    std::array<cubic, 2> numerator, denominator;

    /// Cuts from x what lies outside the window for this value of the other axis.
    /// \returns false if nothing is left
    bool cut(interval& x, double y) const {
      std::array<double, 2> const p = line(numerator, y), q = line(denominator, y);
      return keep(x, 1, p, window->high, q) && keep(x, window->low, q, 1, p);
    }

    /// True if the function increases along both axes: polynomial above, constant below.
    bool rises() const { return denominator[0] == cubic{denominator[0][0]} && denominator[1] == cubic{}; }
    bool is_below(double x, double y) const { return value(x, y) < window->low * (1 - roundings); }
    bool is_above(double x, double y) const { return value(x, y) > window->high * (1 + roundings); }

   private:
    static constexpr double roundings = 1e-12;

    static std::array<double, 2> line(std::array<cubic, 2> const& cubics, double y) {
      return {evaluate(cubics[0], y), evaluate(cubics[1], y)};
    }
    double value(double x, double y) const {
      std::array<double, 2> const p = line(numerator, y);
      return (p[0] + p[1] * x) / denominator[0][0];
    }
    /// Keeps where f·p(x) <= g·q(x), with a margin for rounding. It divides only where it cuts, which is rare.
    static bool keep(interval& x, double f, std::array<double, 2> const& p, double g, std::array<double, 2> const& q) {
      if (!(f > 0 && g < std::numeric_limits<double>::max())) return true;
      double const most = f * (p[0] + p[1] * x.high) + g * (q[0] + q[1] * x.high), slope = f * p[1] - g * q[1],
                   room = g * q[0] - f * p[0] + roundings * most;
      double const at_low = room - slope * x.low, at_high = room - slope * x.high;
      if (at_low < 0 && at_high < 0) return false;
      if (at_high < 0) x.high = room / slope;
      if (at_low < 0) x.low = room / slope;
      return true;
    }
  };

  /// The first digit in the box whose value is at least `wanted`, or one past the last. Starts from the guess that is
  /// right for evenly spaced values.
  std::uint32_t first_at_least(std::size_t a, double wanted) const {
    std::uint32_t const first = box_.first[a], last = box_.last[a];
    double const low = over_.axis_value(a, first), high = over_.axis_value(a, last);
    if (!(wanted > low)) return first;
    std::uint32_t digit =
        first + static_cast<std::uint32_t>(std::fmin((wanted - low) / (high - low), 1) * (last - first));
    while (digit != first && over_.axis_value(a, digit) >= wanted) --digit;
    while (digit <= last && over_.axis_value(a, digit) < wanted) ++digit;
    return digit;
  }

  space const& over_;
  box const& box_;
  quotient_windows const& windows_;
};

}  // namespace moetric::v0::search
