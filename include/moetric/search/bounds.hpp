#pragma once

#include "moetric/search/box_trends.hpp"
#include "moetric/search/result.hpp"

namespace moetric::inline v0::search {

/// What is known of all configurations of a box at once.
struct judgement {
  bool possible = true;            // false: none is allowed
  double least = 0;                // of the objective
  std::uint32_t open_windows = 0;  // one bit each: those that not surely all lie in
};

namespace detail {

/// A function over a box from below, by the mean value theorem: f(x) >= f(p) + sum of slope · (x − p) over axes, p
/// being where a rising axis begins, a falling one ends, and in the middle of others.
struct lower_slopes {
  double at_p = 0;
  std::array<double, n_fields> least{};  // of slope · (x − p) along one axis, 0 or less

  double bound() const {
    double sum = at_p;
    for (double const each : least) sum += each;
    return sum;
  }
};

/// An open side of a window: sign·ln of the measure must not exceed `limit`.
struct window_row {
  measure of;
  int sign;
  double limit;
  slopes slope;  // of sign·ln
};

}  // namespace detail

/// Bounds of a problem over boxes.
template <Objective O>
class bounds {
 public:
  explicit bounds(problem<O> const& of)
      : of_(&of), trends_(of.over(), of.at(), everything_in(of)), axes_(axes_of_fields(every_field())) {
    space const& over = of.over();
    for (std::size_t a = 0; a != over.n_axes(); ++a) {
      auto& of_axis = logarithms_.emplace_back();
      for (std::uint32_t i = 0; i != over.n_values(a); ++i) of_axis.push_back(std::log(over.axis_value(a, i)));
    }
  }

  judgement judge(box const& b) const {
    judgement found;
    space const& over = of_->over();
    if (!over.may_hold(b)) {
      found.possible = false;
      return found;
    }
    costs<interval> const c = of_->costs_of(over.hull(b));
    for (std::size_t i = 0; i != of_->windows().size(); ++i) {
      window const& w = of_->windows()[i];
      interval const value = of_->template value<interval>(w.of, c);
      // Written so that no number, which bounds nothing, keeps the box.
      if (value.low > w.high || value.high < w.low) {
        found.possible = false;
        return found;
      }
      if (!(value.low >= w.low && value.high <= w.high)) found.open_windows |= std::uint32_t{1} << i;
    }
    interval const score = of_->objective()(c);
    found.least = score.low == score.low ? score.low : -std::numeric_limits<double>::infinity();
    return found;
  }

  /// Cuts from a box what slopes show to be outside of an open window or above `limit`, and raises its bound.
  /// Axes get a weight each: how much of what is open differs along them. \returns whether the box has shrunk
  bool sharpen(box& b, judgement& j, double limit, std::array<double, n_fields>& weights) {
    box const before = b;
    costs<trend> const& c = trends_.of(b);
    weights = {};
    slopes const score = trend(of_->objective()(c)).absolute();
    weigh(before, score, weights);
    rows_.clear();
    for (std::size_t i = 0; i != of_->windows().size(); ++i) {
      if ((j.open_windows >> i & 1) == 0) continue;
      window const& w = of_->windows()[i];
      trend const measured = of_->template value<trend>(w.of, c);
      if (!(measured.value.low > 0)) continue;
      slopes const logarithm = log(measured).absolute();
      weigh(before, logarithm, weights);
      if (measured.value.high > w.high) rows_.push_back({w.of, 1, std::log(w.high), logarithm});
      if (measured.value.low < w.low) rows_.push_back({w.of, -1, -std::log(w.low), -logarithm});
    }
    std::array<double, most_rows> multipliers{};
    if (!lower(b, j, before, score, multipliers, limit)) return j.possible = false;
    for (detail::window_row const& row : rows_) {
      auto const excess = [&](costs<interval> const& at) { return this->excess(row, at); };
      if (!cut(b, before, row.slope, from_below(before, row.slope, excess), 1e-12)) return j.possible = false;
    }
    if (!rows_.empty() && choose(before, score, multipliers) && !lower(b, j, before, score, multipliers, limit))
      return j.possible = false;
    return !(b == before);
  }

  /// Axes along which something that is not settled in a box differs.
  std::uint32_t axes_that_matter(judgement const& j) const { return axes_.of(j); }
  /// The same in a box where fields that are 0 hide others: d_ff without dense layers.
  std::uint32_t axes_that_matter(judgement const& j, box const& b) const {
    fields<dependence> fields = every_field();
    search::fields<interval> const hull = of_->over().hull(b);
    for (std::size_t i = 0; i != n_fields; ++i)
      if (hull.values[i].high == 0) fields.values[i] = 0;
    return axes_of_fields(fields).of(j);
  }

 private:
  static constexpr std::size_t most_rows = 16;

  static auto everything_in(problem<O> const& of) {
    return [&of](costs<dependence> const& c) {
      dependence sum = of.objective()(c);
      for (window const& each : of.windows()) sum = sum + of.template value<dependence>(each.of, c);
      return sum;
    };
  }

  /// Along which axes the objective and each window differ, one bit each.
  struct axes_by_part {
    std::uint32_t objective;
    std::vector<std::uint32_t> windows;

    std::uint32_t of(judgement const& j) const {
      std::uint32_t axes = objective;
      for (std::size_t i = 0; i != windows.size(); ++i)
        if ((j.open_windows >> i & 1) != 0) axes |= windows[i];
      return axes;
    }
  };
  axes_by_part axes_of_fields(fields<dependence> const& all) const {
    auto const c = of_->costs_of(all);
    axes_by_part found{axes_of(of_->over(), of_->objective()(c)), {}};
    for (window const& each : of_->windows())
      found.windows.push_back(axes_of(of_->over(), of_->template value<dependence>(each.of, c)));
    return found;
  }

  interval excess(detail::window_row const& row, costs<interval> const& at) const {
    interval const logarithm = log(of_->template value<interval>(row.of, at));
    return (row.sign > 0 ? logarithm : -logarithm) - row.limit;
  }

  /// Where every window holds, the objective is no less than itself with what windows have to spare taken off, times
  /// any multipliers: that is bounded here, and what lies above `limit` is cut. \returns false when nothing is left
  bool lower(box& b, judgement& j, box const& before, slopes const& score,
             std::array<double, most_rows> const& multipliers, double limit) const {
    slopes combined = score;
    std::size_t const n = std::min(rows_.size(), most_rows);
    for (std::size_t i = 0; i != n; ++i)
      if (multipliers[i] > 0) combined = combined + rows_[i].slope * interval(multipliers[i]);
    auto const function = [&](costs<interval> const& at) {
      interval sum = of_->objective()(at);
      for (std::size_t i = 0; i != n; ++i)
        if (multipliers[i] > 0) sum = sum + interval(multipliers[i]) * excess(rows_[i], at);
      return sum;
    };
    detail::lower_slopes const below = from_below(before, combined, function);
    if (below.bound() > j.least) j.least = below.bound();
    return j.least <= limit && cut(b, before, combined, below, limit);
  }

  /// Multipliers that raise the bound: the dual of the linear programme at the middles of all slopes, by one multiplier
  /// after the other. \returns whether one of them is above 0
  bool choose(box const& b, slopes const& score, std::array<double, most_rows>& multipliers) {
    std::size_t const n = std::min(rows_.size(), most_rows);
    std::array<double, n_fields> gradient{};  // along the width of each axis, in the middle of the box
    std::array<std::array<double, n_fields>, most_rows> row{};
    std::array<double, most_rows> room{};  // of each window, in the middle of the box
    costs<double> const middle = of_->costs_of(of_->over().real_values(middle_of(b)));
    costs<interval> const at = hull_of(middle, middle);
    for (std::size_t a = 0; a != logarithms_.size(); ++a) {
      double const half = width(b, a) / 2;
      gradient[a] = half * (score.low[a] + score.high[a]) / 2;
      for (std::size_t i = 0; i != n; ++i) row[i][a] = half * (rows_[i].slope.low[a] + rows_[i].slope.high[a]) / 2;
    }
    for (std::size_t i = 0; i != n; ++i) room[i] = excess(rows_[i], at).low;
    bool found = false;
    for (int pass = 0; pass != 3; ++pass)
      for (std::size_t i = 0; i != n; ++i) {
        // The bound with multiplier m is m·room − Σ |gradient + m·row|: concave, and bent where a term is 0.
        bends_.clear();
        double rise = room[i];
        for (std::size_t a = 0; a != logarithms_.size(); ++a) {
          double const without = gradient[a] - multipliers[i] * row[i][a];
          double const step = std::fabs(row[i][a]);
          if (step == 0) continue;
          double const bend = -without / row[i][a];
          if (bend > 0) bends_.push_back({bend, 2 * step});
          rise += bend > 0 ? step : -step;
        }
        std::sort(bends_.begin(), bends_.end());
        double best = 0;
        for (auto const& [where, bend] : bends_) {
          if (rise <= 0) break;
          best = where;
          rise -= bend;
        }
        if (!(best < 1e30)) best = 0;
        for (std::size_t a = 0; a != logarithms_.size(); ++a) gradient[a] += (best - multipliers[i]) * row[i][a];
        multipliers[i] = best;
        found = found || best > 0;
      }
    return found;
  }
  static digits middle_of(box const& b) {
    digits middle{};
    for (std::size_t a = 0; a != n_fields; ++a) middle[a] = b.first[a] + (b.last[a] - b.first[a]) / 2;
    return middle;
  }

  /// The coordinate of a value in which slopes are taken: its logarithm, or itself where the box begins at 0.
  double coordinate(box const& b, std::size_t a, std::uint32_t digit) const {
    bool const from_0 = of_->over().axis_value(a, b.first[a]) == 0;
    return from_0 ? of_->over().axis_value(a, digit) : logarithms_[a][digit];
  }
  double width(box const& b, std::size_t a) const { return coordinate(b, a, b.last[a]) - coordinate(b, a, b.first[a]); }

  void weigh(box const& b, slopes const& of, std::array<double, n_fields>& weights) const {
    std::array<double, n_fields> share{};
    double sum = 0;
    for (std::size_t a = 0; a != logarithms_.size(); ++a) {
      if (b.first[a] == b.last[a]) continue;
      interval const slope{of.low[a], of.high[a]};
      share[a] = std::fmax(std::fabs(slope.low), std::fabs(slope.high)) * width(b, a);
      sum += share[a];
    }
    if (!(sum > 0) || std::isinf(sum)) return;
    for (std::size_t a = 0; a != n_fields; ++a) weights[a] += share[a] / sum;
  }

  template <class Function>
  detail::lower_slopes from_below(box const& b, slopes const& of, Function const& function) const {
    detail::lower_slopes found;
    digits p = b.first;
    for (std::size_t a = 0; a != logarithms_.size(); ++a) {
      if (b.first[a] == b.last[a]) continue;
      interval const slope{of.low[a], of.high[a]};
      if (slope.low >= 0) continue;
      if (slope.high <= 0) {
        p[a] = b.last[a];
        continue;
      }
      double const low = coordinate(b, a, b.first[a]);
      double const high = coordinate(b, a, b.last[a]);
      double const best = (slope.high * low - slope.low * high) / (slope.high - slope.low);
      p[a] = digit_at_most(b, a, best);
      double const at = coordinate(b, a, p[a]);
      found.least[a] = std::fmin(slope.low * (high - at), slope.high * (low - at));
      if (!(found.least[a] <= 0)) found.least[a] = -std::numeric_limits<double>::infinity();
    }
    costs<double> const c = of_->costs_of(of_->over().real_values(p));
    interval const value = function(hull_of(c, c));
    // What a scorer rounds differs from the real numbers that slopes speak of by no more than such a width.
    double const rounding = 4 * (value.high - value.low) + 0x1p-46 * std::fabs(value.low);
    found.at_p = value.low - rounding;
    if (!(found.at_p == found.at_p)) found.at_p = -std::numeric_limits<double>::infinity();
    return found;
  }

  /// Cuts the ends of axes that lie above the limit. \returns false when nothing is left
  bool cut(box& b, box const& before, slopes const& of, detail::lower_slopes const& below, double limit) const {
    double const bound = below.bound();
    if (bound > limit) return false;
    double const room = limit - bound;
    if (!(room < std::numeric_limits<double>::infinity())) return true;
    for (std::size_t a = 0; a != logarithms_.size(); ++a) {
      if (before.first[a] == before.last[a]) continue;
      interval const slope{of.low[a], of.high[a]};
      double const low = coordinate(before, a, before.first[a]);
      double const high = coordinate(before, a, before.last[a]);
      double const tiny = 1e-12 * (1 + std::fabs(low) + std::fabs(high));
      if (slope.low > 0 && low + room / slope.low + tiny < high)
        b.last[a] = std::min(b.last[a], digit_at_most(before, a, low + room / slope.low + tiny));
      if (slope.high < 0 && high + room / slope.high - tiny > low) {
        std::uint32_t const below_it = digit_below(before, a, high + room / slope.high - tiny);
        b.first[a] = std::max(b.first[a], below_it + 1);
      }
      if (b.first[a] > b.last[a]) return false;
    }
    return true;
  }
  /// The last digit of a box's axis at or before a coordinate; its first where all are after it.
  std::uint32_t digit_at_most(box const& b, std::size_t a, double where) const {
    std::uint32_t low = b.first[a], high = b.last[a];
    while (low < high) {
      std::uint32_t const middle = low + (high - low + 1) / 2;
      if (coordinate(b, a, middle) <= where)
        low = middle;
      else
        high = middle - 1;
    }
    return low;
  }
  /// The last digit strictly before a coordinate that lies after the first.
  std::uint32_t digit_below(box const& b, std::size_t a, double where) const {
    std::uint32_t low = b.first[a], high = b.last[a];
    while (low < high) {
      std::uint32_t const middle = low + (high - low + 1) / 2;
      if (coordinate(b, a, middle) < where)
        low = middle;
      else
        high = middle - 1;
    }
    return low;
  }

  problem<O> const* of_;
  box_trends trends_;
  axes_by_part axes_;
  std::vector<detail::window_row> rows_{};
  std::vector<std::pair<double, double>> bends_{};  // where a bound bends, and by how much
  std::vector<std::vector<double>> logarithms_;
};

}  // namespace moetric::inline v0::search
