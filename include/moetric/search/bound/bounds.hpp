#pragma once

#include "moetric/core/bisection.hpp"
#include "moetric/search/bound/relaxation.hpp"
#include "moetric/search/bound/row_solver.hpp"
#include "moetric/search/bound/single_count_objective.hpp"
#include "moetric/search/problem/problem.hpp"
#include "moetric/search/problem/result.hpp"

namespace moetric::v0::search {

/// What is known about all configurations of one box.
struct box_bound {
  bool possible = true;            // false: no configuration of the box is allowed and within the limit
  double least = 0;                // a lower bound of the objective
  std::uint32_t open_windows = 0;  // bit i: some configuration may violate window i
};

/// Bounds of a problem over boxes: the lower bound of its objective, and which windows may be violated.
///
/// The room bound/ proves what a box cannot hold, so that a search need not look into it.
class bounds {
 public:
  /// `watched` are measures that `least_of_watched` bounds from below, as a Pareto front needs.
  [[gnu::cold]] explicit bounds(any_problem const& p, std::vector<measure> const& watched = {})
      : problem_(&p), relaxed_(p.over()) {
    expression_pool pool;
    costs<expression> const c = p.costs_of(pool.written_fields());
    expression const objective = p.objective()(c);
    objective_ = relaxed_.add(objective, relaxation::scale::plain);
    for (window const& each : p.windows())
      windows_.push_back({relaxed_.add(p.value(each.measure, c), relaxation::scale::logarithmic), each.low, each.high},
                         full);
    if (p.also() != nullptr)
      for (condition::limit const& each : p.also()->limits(c)) {
        undecided_ |= std::uint32_t{1} << windows_.used;
        windows_.push_back({relaxed_.add(each.formula, relaxation::scale::logarithmic),
                            -std::numeric_limits<double>::infinity(), each.most},
                           full);
      }
    for (measure const each : watched) watched_.push_back(relaxed_.add(p.value(each, c), relaxation::scale::plain));
    add_single_count(objective, pool);
  }

  /// Bounds box b, considering only configurations with objective <= limit. Later calls refer to this box.
  box_bound evaluate(box const& b, double limit = std::numeric_limits<double>::infinity()) {
    box_bound found;
    space const& over = problem_->over();
    if (!over.may_hold(b)) {
      found.possible = false;
      return found;
    }
    relaxed_.move_to(b);
    if (single_count_) {
      interval const within = single_count_->within(limit);
      windows_[windows_.used - 1].low = within.low, windows_[windows_.used - 1].high = within.high;
    }
    open_above_ = open_below_ = 0;
    for (std::size_t i = 0; i != windows_.used; ++i) {
      limits const& w = windows_[i];
      interval const value = ends(w.formula);
      // NaN compares false, so an unknown bound keeps the box.
      if (value.low > w.high || value.high < w.low) {
        found.possible = false;
        return found;
      }
      std::uint32_t const bit = std::uint32_t{1} << i;
      if (!(value.high <= w.high)) open_above_ |= bit;
      if (!(value.low >= w.low)) open_below_ |= bit;
    }
    open_above_ |= undecided_;
    found.open_windows = open_above_ | open_below_;
    interval const score = relaxed_.ends(objective_);
    found.least = detail::is_not_nan(score.low) ? score.low : -std::numeric_limits<double>::infinity();
    return found;
  }

  /// Shrinks the box that was just evaluated: cuts off what lies outside an open window or above `limit`, and raises
  /// its lower bound. Gives each axis a weight: how much of what is undecided varies along it.
  /// \returns whether the box shrank
  bool tighten(box& b, box_bound& bound, double limit, std::array<double, n_fields>& weights) {
    if (begins_at_0(axes_that_matter(bound), weights)) return false;
    box const before = b;
    affine_bound const& score = relaxed_.lower(objective_);
    add_weights(score, weights);
    if (!raise_bound(b, bound, before, score, limit) || !cut_windows(b, before, weights)) return bound.possible = false;
    if (std::array<double, most_constraints> multipliers{};
        !constraints_.empty() && choose_multipliers(score, multipliers)) {
      affine_bound combined = score;
      for (std::size_t i = 0; i != std::min(constraints_.used, most_constraints); ++i)
        if (multipliers[i] > 0) combined = combined + multipliers[i] * constraints_[i];
      if (!raise_bound(b, bound, before, combined, limit)) return bound.possible = false;
    }
    return !(b == before);
  }
  /// The same without a limit, with the weights of windows and watched measures.
  bool tighten(box& b, box_bound& bound, std::array<double, n_fields>& weights) {
    std::uint32_t axes = axes_of_windows(bound);
    for (std::size_t const each : watched_) axes |= relaxed_.axes(each);
    if (begins_at_0(axes, weights)) return false;
    box const before = b;
    for (std::size_t const each : watched_) add_weights(relaxed_.lower(each), weights);
    if (!cut_windows(b, before, weights)) return bound.possible = false;
    return !(b == before);
  }

  /// The open windows on rational functions in the box evaluated last, the single count's first; empty unless that one
  /// is open.
  quotient_windows const& windows_to_solve() {
    to_solve_.used = 0;
    std::uint32_t const open = open_above_ | open_below_;
    if (!single_count_ || (open >> (windows_.used - 1) & 1) == 0) return to_solve_;
    for (std::size_t i = windows_.used; i-- != 0;)
      if ((open >> i & 1) != 0)
        if (auto const function = relaxed_.fraction_of(windows_[i].formula))
          to_solve_.push_back({*function, windows_[i].low, windows_[i].high, relaxed_.ends(windows_[i].formula)}, full);
    return to_solve_;
  }

  /// A lower bound of a watched measure in the box evaluated last.
  double least_of_watched(std::size_t i) {
    double const by_ends = relaxed_.ends(watched_[i]).low;
    if ((relaxed_.axes(watched_[i]) & relaxed_.axes_from_0()) != 0) return by_ends;
    return std::fmax(by_ends, relaxed_.lower(watched_[i]).least(in()));
  }

  /// The axes on which the objective or an open window depends, as a bit mask.
  std::uint32_t axes_that_matter(box_bound const& bound) const {
    return axes_of(bound, [this](std::size_t formula) { return relaxed_.axes(formula); });
  }
  /// The same in the box evaluated last, where fields that are 0 hide others: d_ff without dense layers.
  std::uint32_t axes_that_differ(box_bound const& bound) const {
    return axes_of(bound, [this](std::size_t formula) { return relaxed_.axes_here(formula); });
  }

 private:
  static constexpr std::size_t most_constraints = 16;
  static constexpr char const* full =
      "moetric: windows, formulas of a condition (at most 4) and that of a single count must be at most 32";
  struct limits {
    std::size_t formula = 0;
    double low = 0, high = 0;
  };

  [[gnu::cold]] void add_single_count(expression const& objective, expression_pool& pool) {
    auto found = single_count_objective::from(objective);
    if (!found) return;
    std::size_t const formula =
        relaxed_.add(pool.leaf(rational_function(found->count(), 1)), relaxation::scale::logarithmic);
    relaxed_.move_to(problem_->over().whole());
    interval const all = relaxed_.ends(formula);
    if (!(all.low > 0)) return;
    single_count_.emplace(std::move(*found)).set_range(all);
    windows_.push_back({formula, all.low, all.high}, full);
  }

  frame const& in() const { return relaxed_.in(); }

  std::uint32_t axes_of_windows(box_bound const& bound) const {
    std::uint32_t axes = 0;
    for (std::size_t i = 0; i != windows_.used; ++i)
      if ((bound.open_windows >> i & 1) != 0) axes |= relaxed_.axes(windows_[i].formula);
    return axes;
  }
  template <class Axes>
  std::uint32_t axes_of(box_bound const& bound, Axes const& axes_of_formula) const {
    std::uint32_t axes = axes_of_formula(objective_);
    for (std::size_t i = 0; i != windows_.used; ++i)
      if ((bound.open_windows >> i & 1) != 0) axes |= axes_of_formula(windows_[i].formula);
    return axes;
  }

  /// If one of these axes starts at 0 in the box, it has no logarithm there; it gets infinite weight, so that it is
  /// split.
  bool begins_at_0(std::uint32_t axes, std::array<double, n_fields>& weights) const {
    weights = {};
    std::uint32_t const from_0 = relaxed_.axes_from_0() & axes;
    for (std::size_t a = 0; a != n_fields; ++a)
      if ((from_0 >> a & 1) != 0) weights[a] = std::numeric_limits<double>::infinity();
    return from_0 != 0;
  }

  /// \returns false if nothing is left
  bool cut_windows(box& b, box const& before, std::array<double, n_fields>& weights) {
    constraints_.used = 0;
    // A constraint is <= 0 where its window holds. One that holds in the whole box adds nothing.
    auto const add = [&](affine_bound const& row) {
      if (row.most(in()) <= 0) return;
      add_weights(row, weights);
      constraints_.push_back(row, full);
    };
    for (std::size_t i = 0; i != windows_.used; ++i) {
      limits const& w = windows_[i];
      std::uint32_t const bit = std::uint32_t{1} << i;
      if ((open_above_ & bit) != 0 && w.high > 0) add(relaxed_.lower(w.formula) + -std::log(w.high));
      if ((open_below_ & bit) != 0 && w.low > 0) add(-1 * relaxed_.upper(w.formula) + std::log(w.low));
    }
    return std::all_of(constraints_.begin(), constraints_.end(),
                       [&](affine_bound const& row) { return cut(b, before, row, 0); });
  }

  /// Bounds of a window's measure.
  interval ends(std::size_t formula) {
    if (relaxed_.is_quotient(formula) || (relaxed_.axes(formula) & relaxed_.axes_from_0()) != 0)
      return relaxed_.ends(formula);
    // Nothing bounds from below what may be negative.
    double const low = relaxed_.lower(formula).least(in());
    double const high = std::exp(relaxed_.upper(formula).most(in()));
    constexpr double lowest = -700;  // under -ffast-math an infinite end cannot be told from others
    return interval::rounded(low > lowest ? std::exp(low) : -std::numeric_limits<double>::infinity(), high, 4);
  }

  /// Uses a lower bound that is valid wherever all windows hold.
  /// \returns false if nothing is left
  bool raise_bound(box& b, box_bound& bound, box const& before, affine_bound const& below, double limit) const {
    if (double const least = below.least(in()); least > bound.least) bound.least = least;
    return bound.least <= limit && cut(b, before, below, limit);
  }

  /// Chooses multipliers that raise the lower bound. Where all windows hold, constraints are <= 0, so objective + Σ
  /// m_i·constraint_i with m_i >= 0 is a lower bound of the objective: the dual of a linear programme, solved by
  /// coordinate ascent.
  /// \returns whether one of them is positive
  bool choose_multipliers(affine_bound const& score, std::array<double, most_constraints>& multipliers) {
    std::size_t const n = std::min(constraints_.used, most_constraints);
    std::array<double, n_fields> gradient{};  // slope times half the width of each axis that varies
    std::array<std::array<double, n_fields>, most_constraints> row{};
    std::size_t n_axes = 0;
    for (std::size_t a = 0; a != problem_->over().n_axes(); ++a) {
      double const half_width = in().half_width[a];
      if (half_width == 0) continue;
      gradient[n_axes] = half_width * score.slope[a];
      for (std::size_t i = 0; i != n; ++i) row[i][n_axes] = half_width * constraints_[i].slope[a];
      ++n_axes;
    }
    bool found = false;
    for (int pass = 0; pass != 2; ++pass) {
      bool changed = false;
      for (std::size_t i = 0; i != n; ++i) {
        // As a function of multiplier m, the bound is m·room − Σ |gradient + m·row|: concave, with kinks where a term
        // is 0.
        std::array<double, n_fields> without{};  // the gradient for m = 0
        double rise = constraints_[i].at_point;
        for (std::size_t a = 0; a != n_axes; ++a) {
          without[a] = gradient[a] - multipliers[i] * row[i][a];
          rise += without[a] * row[i][a] < 0 ? std::fabs(row[i][a]) : -std::fabs(row[i][a]);
        }
        double const best = rise > 0 ? peak(rise, without, row[i], n_axes) : 0;
        if (best == multipliers[i]) continue;
        for (std::size_t a = 0; a != n_axes; ++a) gradient[a] += (best - multipliers[i]) * row[i][a];
        multipliers[i] = best;
        found = found || best > 0, changed = true;
      }
      if (!changed) break;
    }
    return found;
  }

  /// The m at which a line minus Σ |gradient + m·row|, which rises at 0 by `rise`, starts to fall.
  static double peak(double rise, std::array<double, n_fields> const& gradient, std::array<double, n_fields> const& row,
                     std::size_t n_axes) {
    std::array<std::pair<double, double>, n_fields> bends;  // position and change of slope
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

  void add_weights(affine_bound const& line, std::array<double, n_fields>& weights) const {
    std::array<double, n_fields> share{};
    double sum = 0;
    for (std::size_t a = 0; a != n_fields; ++a) {
      share[a] = std::fabs(line.slope[a]) * in().half_width[a];
      sum += share[a];
    }
    if (!(sum > 0 && sum < std::numeric_limits<double>::max())) return;
    for (std::size_t a = 0; a != n_fields; ++a) weights[a] += share[a] / sum * in().half_width[a];
  }

  /// Cuts off the ends of axes where a lower bound exceeds the limit.
  /// \returns false if nothing is left
  bool cut(box& b, box const& before, affine_bound const& below, double limit) const {
    double const room = limit - below.least(in());
    if (room < 0) return false;
    for (std::size_t a = 0; a != problem_->over().n_axes(); ++a) {
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

  any_problem const* problem_;
  relaxation relaxed_;
  std::size_t objective_;
  fixed_list<limits, most_windows> windows_{};  // the problem's, its condition's, then the single count's
  quotient_windows to_solve_{};
  std::vector<std::size_t> watched_{};
  std::optional<single_count_objective> single_count_{};
  std::uint32_t undecided_ = 0;  // limits of the problem's condition: what they do not exclude it may yet
  std::uint32_t open_above_ = 0,
                open_below_ = 0;  // windows whose upper or lower end may be violated in the box evaluated last
  fixed_list<affine_bound, 2 * most_windows> constraints_{};  // <= 0 where the windows hold
};

}  // namespace moetric::v0::search
