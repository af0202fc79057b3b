#pragma once

#include "moetric/core/bisection.hpp"
#include "moetric/search/bound/relaxation.hpp"
#include "moetric/search/bound/row_solver.hpp"
#include "moetric/search/bound/single_count_objective.hpp"
#include "moetric/search/problem/problem.hpp"
#include "moetric/search/problem/result.hpp"

namespace moetric::v0::search {

/// What is known of all configurations of a box at once.
struct box_bound {
  bool possible = true;            // false: none is allowed
  double least = 0;                // of the objective, as far as it is known
  std::uint32_t open_windows = 0;  // one bit each: those that not surely all lie in
};

/// Bounds of a problem over boxes.
template <Objective O>
class bounds {
 public:
  /// `watched` are measures whose least values are asked for.
  explicit bounds(problem<O> const& of, std::vector<measure> const& watched = {}) : of_(&of), relaxed_(of.over()) {
    costs<expression> const c = of.costs_of(written_fields());
    expression const objective = of.objective()(c);
    objective_ = relaxed_.add(objective, relaxation::scale::plain);
    for (window const& each : of.windows())
      windows_.push_back({relaxed_.add(of.template value<expression>(each.measure, c), relaxation::scale::logarithmic),
                          each.low, each.high});
    for (measure const each : watched)
      watched_.push_back(relaxed_.add(of.template value<expression>(each, c), relaxation::scale::plain));
    add_single_count(objective);
  }

  /// Of what does not exceed a limit.
  box_bound evaluate(box const& b, double limit = std::numeric_limits<double>::infinity()) {
    box_bound found;
    space const& over = of_->over();
    if (!over.may_hold(b)) {
      found.possible = false;
      return found;
    }
    relaxed_.move_to(b);
    if (single_count_) {
      interval const within = single_count_->within(limit);
      windows_.back().low = within.low, windows_.back().high = within.high;
    }
    open_above_ = open_below_ = 0;
    for (std::size_t i = 0; i != windows_.size(); ++i) {
      limits const& w = windows_[i];
      interval const value = ends(w.formula);
      // Written so that no number, which bounds nothing, keeps the box.
      if (value.low > w.high || value.high < w.low) {
        found.possible = false;
        return found;
      }
      std::uint32_t const bit = std::uint32_t{1} << i;
      if (!(value.high <= w.high)) open_above_ |= bit;
      if (!(value.low >= w.low)) open_below_ |= bit;
    }
    found.open_windows = open_above_ | open_below_;
    interval const score = relaxed_.ends(objective_);
    found.least = detail::is_not_nan(score.low) ? score.low : -std::numeric_limits<double>::infinity();
    return found;
  }

  /// Cuts from a box that has just been judged what surely lies outside of an open window or above `limit`, and raises
  /// its bound. Axes get a weight each: how much of what is open differs along them. \returns whether the box shrank
  bool tighten(box& b, box_bound& j, double limit, std::array<double, n_fields>& weights) {
    if (begins_at_0(axes_that_matter(j), weights)) return false;
    box const before = b;
    affine_bound const& score = relaxed_.below(objective_);
    weigh(score, weights);
    if (!lower(b, j, before, score, limit) || !cut_windows(b, before, weights)) return j.possible = false;
    if (std::array<double, most_rows> multipliers{}; !rows_.empty() && choose(score, multipliers)) {
      affine_bound combined = score;
      for (std::size_t i = 0; i != std::min(rows_.size(), most_rows); ++i)
        if (multipliers[i] > 0) combined = combined + multipliers[i] * rows_[i];
      if (!lower(b, j, before, combined, limit)) return j.possible = false;
    }
    return !(b == before);
  }
  /// The same by windows alone, weights being those of windows and watched measures.
  bool tighten(box& b, box_bound& j, std::array<double, n_fields>& weights) {
    std::uint32_t axes = axes_of_windows(j);
    for (std::size_t const each : watched_) axes |= relaxed_.axes(each);
    if (begins_at_0(axes, weights)) return false;
    box const before = b;
    for (std::size_t const each : watched_) weigh(relaxed_.below(each), weights);
    if (!cut_windows(b, before, weights)) return j.possible = false;
    return !(b == before);
  }

  /// Open windows on quotients in the box that was judged last, first that on the one count; none where that is not
  /// open.
  std::vector<quotient_window> const& windows_to_solve() {
    to_solve_.clear();
    std::uint32_t const open = open_above_ | open_below_;
    if (!single_count_ || (open >> (windows_.size() - 1) & 1) == 0) return to_solve_;
    for (std::size_t i = windows_.size(); i-- != 0;)
      if ((open >> i & 1) != 0)
        if (auto const of = relaxed_.fraction_of(windows_[i].formula))
          to_solve_.push_back({*of, windows_[i].low, windows_[i].high, relaxed_.ends(windows_[i].formula)});
    return to_solve_;
  }

  /// No more than a watched measure is in the box that was judged last.
  double least_of_watched(std::size_t i) {
    double const by_ends = relaxed_.ends(watched_[i]).low;
    if ((relaxed_.axes(watched_[i]) & relaxed_.axes_from_0()) != 0) return by_ends;
    return std::fmax(by_ends, relaxed_.below(watched_[i]).least(in()));
  }

  /// Axes along which something that is not settled in a box differs.
  std::uint32_t axes_that_matter(box_bound const& j) const {
    return axes_of(j, [this](std::size_t formula) { return relaxed_.axes(formula); });
  }
  /// The same in the box that was judged last, where fields that are 0 hide others: d_ff without dense layers.
  std::uint32_t axes_that_differ(box_bound const& j) const {
    return axes_of(j, [this](std::size_t formula) { return relaxed_.axes_here(formula); });
  }

 private:
  static constexpr std::size_t most_rows = 16;
  struct limits {
    std::size_t formula;
    double low, high;
  };

  void add_single_count(expression const& objective) {
    single_count_ = single_count_objective::of(objective);
    if (!single_count_) return;
    std::size_t const formula =
        relaxed_.add(expression(rational_function(single_count_->count(), 1)), relaxation::scale::logarithmic);
    relaxed_.move_to(of_->over().whole());
    interval const all = relaxed_.ends(formula);
    if (!(all.low > 0)) return single_count_.reset();
    single_count_->lies_in(all);
    windows_.push_back({formula, all.low, all.high});
  }

  frame const& in() const { return relaxed_.in(); }

  std::uint32_t axes_of_windows(box_bound const& j) const {
    std::uint32_t axes = 0;
    for (std::size_t i = 0; i != windows_.size(); ++i)
      if ((j.open_windows >> i & 1) != 0) axes |= relaxed_.axes(windows_[i].formula);
    return axes;
  }
  template <class Axes>
  std::uint32_t axes_of(box_bound const& j, Axes const& of) const {
    std::uint32_t axes = of(objective_);
    for (std::size_t i = 0; i != windows_.size(); ++i)
      if ((j.open_windows >> i & 1) != 0) axes |= of(windows_[i].formula);
    return axes;
  }

  /// Whether one of these axes has no logarithm where the box begins: it is the one to split.
  bool begins_at_0(std::uint32_t axes, std::array<double, n_fields>& weights) const {
    weights = {};
    std::uint32_t const from_0 = relaxed_.axes_from_0() & axes;
    for (std::size_t a = 0; a != n_fields; ++a)
      if ((from_0 >> a & 1) != 0) weights[a] = std::numeric_limits<double>::infinity();
    return from_0 != 0;
  }

  /// \returns false when nothing is left
  bool cut_windows(box& b, box const& before, std::array<double, n_fields>& weights) {
    rows_.clear();
    // A row is 0 or below where its window holds; where that is the whole box, nothing is added.
    auto const add = [&](affine_bound const& row) {
      if (row.most(in()) <= 0) return;
      weigh(row, weights);
      rows_.push_back(row);
    };
    for (std::size_t i = 0; i != windows_.size(); ++i) {
      limits const& w = windows_[i];
      std::uint32_t const bit = std::uint32_t{1} << i;
      if ((open_above_ & bit) != 0 && w.high > 0) add(relaxed_.below(w.formula) + -std::log(w.high));
      if ((open_below_ & bit) != 0 && w.low > 0) add(-1 * relaxed_.above(w.formula) + std::log(w.low));
    }
    return std::all_of(rows_.begin(), rows_.end(), [&](affine_bound const& row) { return cut(b, before, row, 0); });
  }

  /// Of a window's measure.
  interval ends(std::size_t formula) {
    if (relaxed_.is_quotient(formula) || (relaxed_.axes(formula) & relaxed_.axes_from_0()) != 0)
      return relaxed_.ends(formula);
    // Of what may be negative nothing is known from below.
    double const low = relaxed_.below(formula).least(in());
    double const high = std::exp(relaxed_.above(formula).most(in()));
    constexpr double lowest = -700;  // an end that is not finite, -ffast-math does not tell from others
    return interval::rounded(low > lowest ? std::exp(low) : -std::numeric_limits<double>::infinity(), high, 4);
  }

  /// Takes a bound that holds where every window does. \returns false when nothing is left
  bool lower(box& b, box_bound& j, box const& before, affine_bound const& below, double limit) const {
    if (double const bound = below.least(in()); bound > j.least) j.least = bound;
    return j.least <= limit && cut(b, before, below, limit);
  }

  /// Multipliers that raise the bound: where every window holds, the objective is no less than itself with what windows
  /// have to spare taken off, times any multipliers. The dual of a linear programme, by one multiplier after the other.
  /// \returns whether one of them is above 0
  bool choose(affine_bound const& score, std::array<double, most_rows>& multipliers) {
    std::size_t const n = std::min(rows_.size(), most_rows);
    std::array<double, n_fields> gradient{};  // along half the width of each axis that differs
    std::array<std::array<double, n_fields>, most_rows> row{};
    std::size_t n_axes = 0;
    for (std::size_t a = 0; a != of_->over().n_axes(); ++a) {
      double const half_width = in().half_width[a];
      if (half_width == 0) continue;
      gradient[n_axes] = half_width * score.slope[a];
      for (std::size_t i = 0; i != n; ++i) row[i][n_axes] = half_width * rows_[i].slope[a];
      ++n_axes;
    }
    bool found = false;
    for (int pass = 0; pass != 2; ++pass) {
      bool changed = false;
      for (std::size_t i = 0; i != n; ++i) {
        // The bound with multiplier m is m·room − Σ |gradient + m·row|: concave, and bent where a term is 0.
        std::array<double, n_fields> without{};  // the gradient where m is 0
        double rise = rows_[i].at_point;
        for (std::size_t a = 0; a != n_axes; ++a) {
          without[a] = gradient[a] - multipliers[i] * row[i][a];
          rise += without[a] * row[i][a] < 0 ? std::fabs(row[i][a]) : -std::fabs(row[i][a]);
        }
        double const best = rise > 0 ? where_it_falls(rise, without, row[i], n_axes) : 0;
        if (best == multipliers[i]) continue;
        for (std::size_t a = 0; a != n_axes; ++a) gradient[a] += (best - multipliers[i]) * row[i][a];
        multipliers[i] = best;
        found = found || best > 0, changed = true;
      }
      if (!changed) break;
    }
    return found;
  }

  /// Where −Σ |gradient + m·row| and a line, together rising by so much at 0, begin to fall.
  static double where_it_falls(double rise, std::array<double, n_fields> const& gradient,
                               std::array<double, n_fields> const& row, std::size_t n_axes) {
    std::array<std::pair<double, double>, n_fields> bends;  // where, and by how much
    std::size_t n_bends = 0;
    for (std::size_t a = 0; a != n_axes; ++a)
      if (gradient[a] * row[a] < 0) bends[n_bends++] = {-gradient[a] / row[a], 2 * std::fabs(row[a])};
    for (std::size_t i = 0; i != n_bends; ++i) {
      std::size_t next = i;
      for (std::size_t k = i + 1; k != n_bends; ++k)
        if (bends[k].first < bends[next].first) next = k;
      std::swap(bends[i], bends[next]);
      rise -= bends[i].second;
      if (rise <= 0 || i + 1 == n_bends) return bends[i].first < 1e30 ? bends[i].first : 0;
    }
    return 0;
  }

  void weigh(affine_bound const& of, std::array<double, n_fields>& weights) const {
    std::array<double, n_fields> share{};
    double sum = 0;
    for (std::size_t a = 0; a != n_fields; ++a) {
      share[a] = std::fabs(of.slope[a]) * in().half_width[a];
      sum += share[a];
    }
    if (!(sum > 0 && sum < std::numeric_limits<double>::max())) return;
    for (std::size_t a = 0; a != n_fields; ++a) weights[a] += share[a] / sum * in().half_width[a];
  }

  /// Cuts the ends of axes where a bound lies above the limit. \returns false when nothing is left
  bool cut(box& b, box const& before, affine_bound const& below, double limit) const {
    double const room = limit - below.least(in());
    if (room < 0) return false;
    for (std::size_t a = 0; a != of_->over().n_axes(); ++a) {
      double const slope = below.slope[a], half_width = in().half_width[a];
      if (!(room < 2 * half_width * std::fabs(slope))) continue;
      constexpr double tiny = 1e-12;
      if (slope > 0)
        b.last[a] = std::min(b.last[a], digit_at_most(before, a, room / slope - half_width + tiny));
      else
        b.first[a] = std::max(b.first[a], digit_at_least(before, a, half_width + room / slope - tiny));
      if (b.first[a] > b.last[a]) return false;
    }
    return true;
  }
  /// The last digit of axis `a` in a box whose coordinate is at most `where`; the first digit if there is none.
  std::uint32_t digit_at_most(box const& b, std::size_t a, double where) const {
    auto const is_after = [&](std::uint32_t digit) { return !(relaxed_.coordinate(a, digit) <= where); };
    return first_where(b.first[a] + 1, b.last[a] + 1, is_after) - 1;
  }
  /// The first digit of axis `a` in a box whose coordinate is at least `where`; the last digit if there is none.
  std::uint32_t digit_at_least(box const& b, std::size_t a, double where) const {
    auto const is_there = [&](std::uint32_t digit) { return relaxed_.coordinate(a, digit) >= where; };
    return first_where(b.first[a], b.last[a], is_there);
  }

  problem<O> const* of_;
  relaxation relaxed_;
  std::size_t objective_;
  std::vector<limits> windows_{};  // those of the problem, then that of the one count
  std::vector<quotient_window> to_solve_{};
  std::vector<std::size_t> watched_{};
  std::optional<single_count_objective> single_count_{};
  std::uint32_t open_above_ = 0, open_below_ = 0;  // windows whose ends the box that was judged last may pass
  std::vector<affine_bound> rows_{};               // 0 or below where windows hold
};

}  // namespace moetric::v0::search
