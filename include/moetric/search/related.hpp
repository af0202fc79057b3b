#pragma once

#include "moetric/search/best_first.hpp"

namespace moetric::v0::search {

/// Another number of the same problem, ranked under the same windows: a measure or a field, the least or the most of
/// it. Windows on tokens and on the objective stay those of the problem.
template <Objective O>
struct related {
  O base;
  std::optional<field> of_field{};
  measure what = measure::objective;
  direction wanted = direction::least;

  template <class T>
  T value(costs<T> const& c) const {
    return of_field ? fields_of(c.of)[*of_field] : detail::measured_by<T>(base, what, c);
  }
  template <class T>
  T operator()(costs<T> const& c) const {
    return wanted == direction::least ? value(c) : T(0) - value(c);
  }
  template <class T>
  T constrained(costs<T> const& c) const {
    return detail::measured_by<T>(base, measure::objective, c);
  }
  template <class T>
  T tokens(costs<T> const& c) const requires detail::has_tokens<O, T> {
    return base.tokens(c);
  }
  bool has_tokens() const { return detail::tells_tokens(base); }
};

namespace detail {

/// The least or most of a number in a problem under other windows; none where they leave nothing.
template <Objective O>
std::optional<double> extreme(problem<O> const& of, related<O> const& what, std::vector<window> windows) {
  result const found = search_best(problem(of.over(), what, std::move(windows), of.at()), 1);
  if (found.best.empty()) return std::nullopt;
  return what.wanted == direction::least ? found.best[0].score : -found.best[0].score;
}

}  // namespace detail

/// Why a problem has no answer: the first window that no configuration keeps which keeps those before it.
struct emptiness {
  window broken;
  double nearest;  // value of the measure that is reached
  bool alone;      // whatever the other windows are
};

/// "expansion_ratio must be at least 40, but this space reaches 32.1 at most, 19.8 % too little"
inline std::string to_string(emptiness const& e) {
  bool const too_much = e.nearest > e.broken.high;
  double const limit = too_much ? e.broken.high : e.broken.low, off = std::fabs(e.nearest - limit);
  return to_string(e.broken) + ", but " + (e.alone ? "this space" : "what the constraints before it leave") +
         " reaches " + brief(e.nearest, 6) + (too_much ? " at least, " : " at most, ") +
         (limit == 0 ? brief(off, 3) : brief(100 * off / std::fabs(limit), 3) + " %") + " too " +
         (too_much ? "much" : "little");
}

/// Why a problem is empty; none where it is not, or where it is the rules of its space alone that leave nothing.
template <Objective O>
std::optional<emptiness> why_empty(problem<O> const& of) {
  std::vector<window> const& windows = of.windows();
  auto const broken = [&](window const& w, std::vector<window> const& before) -> std::optional<double> {
    related<O> const least{of.objective(), std::nullopt, w.of, direction::least};
    related<O> const most{of.objective(), std::nullopt, w.of, direction::most};
    if (auto const value = detail::extreme(of, least, before); value && *value > w.high) return value;
    if (auto const value = detail::extreme(of, most, before); value && *value < w.low) return value;
    return std::nullopt;
  };
  for (window const& each : windows)
    if (auto const value = broken(each, {})) return emptiness{each, *value, true};
  std::vector<window> before;
  for (window const& each : windows) {
    before.push_back(each);
    if (!search_best(problem(of.over(), of.objective(), before, of.at()), 1).best.empty()) continue;
    before.pop_back();
    // Values may lie on both sides of a window and none in it.
    window low_side = each, high_side = each;
    low_side.low = -std::numeric_limits<double>::infinity(), low_side.high = each.low;
    high_side.low = each.high, high_side.high = std::numeric_limits<double>::infinity();
    auto nearest = [&](window const& side, direction wanted) {
      std::vector<window> with = before;
      with.push_back(side);
      return detail::extreme(of, related<O>{of.objective(), std::nullopt, each.of, wanted}, with);
    };
    if (auto const below = nearest(low_side, direction::most)) return emptiness{each, *below, false};
    if (auto const above = nearest(high_side, direction::least)) return emptiness{each, *above, false};
    return std::nullopt;
  }
  return std::nullopt;
}

/// \throws std::invalid_argument with the constraint that empties a problem, and by how much
template <Objective O>
[[noreturn]] void refuse_empty(problem<O> const& of) {
  std::optional<emptiness> const why = why_empty(of);
  moetric::detail::invalid(
      ("moetric: " + (why ? to_string(*why) : std::string("the rules of a space must leave a configuration, but none")))
          .c_str());
}

/// What a field is among the configurations that are within a tolerance of the best.
struct field_band {
  field of;
  double low;
  double high;
  double best;  // of the best configuration
};

/// The near-optimal band of every field that differs in a space: its least and largest value among the configurations
/// whose objective is within (1 + tolerance) of the best. Exact, and found by bounds without listing the members.
/// \throws std::invalid_argument for a tolerance that is negative or no number, and for a problem without answers
template <Objective O>
std::vector<field_band> near_optimal_bands(problem<O> const& of, double tolerance) {
  if (!(tolerance >= 0))
    moetric::detail::invalid(
        ("moetric: a tolerance must not be negative, but got " + moetric::detail::shortest(tolerance)).c_str());
  result const best = search_best(of, 1);
  if (best.best.empty()) refuse_empty(of);
  double const score = best.best[0].score;
  std::vector<window> windows = of.windows();
  windows.push_back(
      {measure::objective, -std::numeric_limits<double>::infinity(), score + tolerance * std::fabs(score)});
  fields<double> const at = of.over().values(of.over().digits_of(best.best[0].index));
  std::vector<field_band> bands;
  for (std::size_t i = 0; i != n_fields; ++i) {
    field const f = static_cast<field>(i);
    if (of.over().axes_of(f).empty()) continue;
    auto const end = [&](direction wanted) {
      return *detail::extreme(of, related<O>{of.objective(), f, measure::objective, wanted}, windows);
    };
    bands.push_back({f, end(direction::least), end(direction::most), at.values[i]});
  }
  return bands;
}

}  // namespace moetric::v0::search
