#pragma once

#include <optional>
#include <vector>

#include "moetric/search/best_first.hpp"

namespace moetric::v0::search {

/// An objective that ranks by another quantity than the problem's own, a measure or a field, smallest or largest first.
/// Windows on tokens and on the objective still refer to the problem's own objective.
struct constrained_quantity {
  any_objective base;
  std::optional<field> of_field{};
  measure what = measure::objective;
  direction wanted = direction::least;

  /// The quantity of a shape.
  template <class T>
  T value(costs<T> const& c) const {
    return of_field ? fields_of(c.of)[*of_field] : detail::measured_by<T>(base, what, c);
  }
  /// The objective: the quantity, or its negative if the greatest is wanted.
  template <class T>
  T operator()(costs<T> const& c) const {
    return wanted == direction::least ? value(c) : T(0) - value(c);
  }
  /// What a window on the objective constrains.
  template <class T>
  T constrained(costs<T> const& c) const {
    return detail::measured_by<T>(base, measure::objective, c);
  }
  /// What a window on tokens constrains.
  template <class T>
  T tokens(costs<T> const& c) const {
    return base.tokens(c);
  }
  /// True if the problem's own objective determines tokens.
  bool has_tokens() const { return base.has_tokens(); }
};

namespace detail {

/// The extreme value of a quantity among the configurations that other windows allow; empty if there are none.
inline std::optional<double> extreme(any_problem const& p, constrained_quantity const& what,
                                     std::vector<window> windows, stop_token stop = {}) {
  any_problem const of(p.over(), what, std::move(windows), p.at(), p.also());
  result const found = search_best(of, 1, p.over().all(), {.stop = std::move(stop)});
  if (found.best.empty()) return std::nullopt;
  return what.wanted == direction::least ? found.best[0].score : -found.best[0].score;
}

}  // namespace detail

}  // namespace moetric::v0::search
