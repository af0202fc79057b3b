#pragma once

#include <concepts>
#include <utility>

#include "moetric/laws/quantities.hpp"
#include "moetric/search/formula/expression.hpp"
#include "moetric/search/formula/measure.hpp"

namespace moetric::v0::search {

/// What configurations are ranked by, least first: a function of their costs in any number type. It is also evaluated
/// on expressions, from which it is bounded over boxes, so it must use nothing but +, -, x, /, min, exp and log, as the
/// laws do.
template <class O>
concept Objective = requires(O const& objective, costs<double> const& one, costs<expression> const& any) {
  { objective(one) } -> std::convertible_to<double>;
  { objective(any) } -> std::convertible_to<expression>;
};

/// Whether the least or the greatest value is best.
enum class direction { least, most };

/// A measure as the objective, or its negative if the greatest value is wanted.
struct measured {
  measure what;
  direction wanted = direction::least;

  /// The measure of these costs, negated if the greatest value is best: searches look for the least.
  template <class T>
  constexpr T operator()(costs<T> const& c) const {
    T const value = value_of(what, c);
    return wanted == direction::least ? value : T(0) - value;
  }
};

/// A law's loss as the objective: each shape is trained on the tokens that a budget leaves for it, or all on the same
/// number. It holds the law.
template <laws::ReadableLaw L>
requires laws::Law<L>
struct loss_objective {
  static constexpr std::size_t n_inputs = laws::detail::number_of_doubles<typename L::inputs>;

  L law;
  double compute;                      // training FLOPs as the law counts them; 0 if tokens are fixed
  double fixed_tokens;                 // 0 if compute is fixed
  std::array<double, n_inputs> given;  // read where `laws::is_given<L>`

  /// The law's inputs at a shape trained on so many tokens, in the law's order.
  template <class T>
  constexpr std::array<T, n_inputs> inputs(costs<T> const& c, T const& tokens) const {
    return laws::values_of<L>(laws::facts_of(c.of, c.book, c.has_experts, tokens), given);
  }
  /// The tokens that a shape is trained on.
  template <class T>
  constexpr T tokens(costs<T> const& c) const {
    if constexpr (laws::ComputeLaw<L>)
      if (compute > 0)  // FLOPs for one token do not depend on tokens
        return T(compute) / laws::training_flops_per_token<T>(law, laws::inputs_of<L>(inputs(c, T(1))),
                                                              laws::facts_of(c.of, c.book, c.has_experts));
    return T(fixed_tokens);
  }
  /// The loss.
  template <class T>
  T operator()(costs<T> const& c) const {
    return law.loss(laws::inputs_of<L>(inputs(c, tokens(c))));
  }
  /// The inputs of a shape that lie outside the law's fitted ranges.
  fixed_list<laws::extrapolation, 12> outside_range(costs<double> const& c) const {
    return laws::outside_range(*law.about, laws::inputs_of<L>(inputs(c, tokens(c))));
  }
};

namespace detail {

/// \throws std::invalid_argument naming an input that must be given and is outside its domain
template <laws::ReadableLaw L>
loss_objective<L> loss_of(L law, double compute, double tokens, typename L::inputs const& given) {
  auto const values = laws::detail::to_array(given);
  for (std::size_t i = 0; i != values.size(); ++i)
    if (laws::is_given<L>[i]) laws::detail::require_in_domain(law.about->inputs[i], values[i]);
  return {std::move(law), compute, tokens, values};
}

}  // namespace detail

/// The loss by a law at a budget of training FLOPs in the law's own count. Of `given` only inputs are read that neither
/// a model nor a shape determines.
/// \throws std::invalid_argument if compute is not positive and finite, or naming a given input outside its domain
template <laws::ComputeLaw L>
loss_objective<L> loss_at_compute(L law, double compute, typename L::inputs const& given) {
  moetric::detail::require_positive("compute", compute);
  return detail::loss_of(std::move(law), compute, 0, given);
}
/// The same by a law whose inputs are all read from each shape.
template <laws::ComputeLaw L>
requires(!laws::has_given<L>) loss_objective<L> loss_at_compute(L law, double compute) {
  return loss_at_compute(std::move(law), compute, {});
}

/// The loss by a law if every shape is trained on the same tokens.
/// \throws std::invalid_argument if tokens are not positive and finite, or naming a given input outside its domain
template <laws::Law L>
loss_objective<L> loss_at_tokens(L law, double tokens, typename L::inputs const& given) {
  moetric::detail::require_positive("tokens", tokens);
  return detail::loss_of(std::move(law), 0, tokens, given);
}
/// The same by a law whose inputs are all read from each shape.
template <laws::Law L>
requires(!laws::has_given<L>) loss_objective<L> loss_at_tokens(L law, double tokens) {
  return loss_at_tokens(std::move(law), tokens, {});
}

}  // namespace moetric::v0::search
