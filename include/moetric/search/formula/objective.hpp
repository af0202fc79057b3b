#pragma once

#include <concepts>

#include "moetric/laws/read_shape.hpp"
#include "moetric/search/formula/expression.hpp"
#include "moetric/search/formula/measure.hpp"

namespace moetric::v0::search {

/// What configurations are ranked by, least first: a function of their costs in any arithmetic. As an expression it
/// writes itself down to be bounded over boxes, so it must use nothing but +, -, x, /, min, exp and log, as the laws
/// do.
template <class O>
concept Objective = requires(O const& of, costs<double> const& one, costs<expression> const& any) {
  { of(one) } -> std::convertible_to<double>;
  { of(any) } -> std::convertible_to<expression>;
};

/// Which of two numbers is better.
enum class direction { least, most };

/// A measure, or its negative where the most is wanted.
struct measured {
  measure what;
  direction wanted = direction::least;

  template <class T>
  constexpr T operator()(costs<T> const& c) const {
    T const value = value_of(what, c);
    return wanted == direction::least ? value : T(0) - value;
  }
};

/// The loss of a law, each shape being trained on the tokens that a budget leaves for it, or all on the same.
template <laws::Law L>
struct expected_loss {
  static constexpr std::size_t n_inputs = laws::detail::number_of_doubles<typename L::inputs>;

  L const* law;
  double compute;  // training FLOPs as the law counts them; 0 where tokens are fixed
  double fixed_tokens;
  std::array<double, n_inputs> given;
  std::array<laws::quantity, n_inputs> which;

  /// Tokens that a shape is trained on.
  template <class T>
  constexpr T tokens(costs<T> const& c) const {
    if constexpr (laws::ComputeLaw<L>)
      if (compute > 0) {
        laws::shape_facts<T> const facts{c.of, c.book, T(1), c.has_experts};
        return T(compute) /
               laws::training_flops_per_token<T>(*law, laws::inputs_of<L>(laws::values_of(which, facts, given)), facts);
      }
    return T(fixed_tokens);
  }
  template <class T>
  T operator()(costs<T> const& c) const {
    laws::shape_facts<T> const facts{c.of, c.book, tokens(c), c.has_experts};
    return law->loss(laws::inputs_of<L>(laws::values_of(which, facts, given)));
  }
  /// The inputs of a shape that lie outside of what the law was fitted on.
  fixed_list<laws::extrapolation, 12> outside_range(costs<double> const& c) const {
    laws::shape_facts<double> const facts{c.of, c.book, tokens(c), c.has_experts};
    return laws::outside_range(*law->about, laws::inputs_of<L>(laws::values_of(which, facts, given)));
  }
};

namespace detail {

/// \throws std::invalid_argument for an input that neither a shape nor `given` tells
template <laws::Law L>
expected_loss<L> loss_objective(L const& of, double compute, double tokens, typename L::inputs const& given) {
  expected_loss<L> result{&of, compute, tokens, laws::detail::to_array(given), laws::quantities_of(of)};
  for (std::size_t i = 0; i != result.given.size(); ++i)
    if (result.which[i] == laws::quantity::given) laws::detail::require_in_domain(of.about->inputs[i], result.given[i]);
  return result;
}

}  // namespace detail

/// The loss by a law at a budget of training FLOPs in the law's own count; the law must outlive the objective.
/// \throws std::invalid_argument for a budget that is not positive and finite, or naming an input that neither a shape
///         nor `given` tells
template <laws::ComputeLaw L>
expected_loss<L> loss_at_compute(L const& of, double compute, typename L::inputs const& given = {}) {
  moetric::detail::require_positive("compute", compute);
  return detail::loss_objective(of, compute, 0, given);
}

/// The loss by a law when every shape is trained on the same tokens.
template <laws::Law L>
expected_loss<L> loss_at_tokens(L const& of, double tokens, typename L::inputs const& given = {}) {
  moetric::detail::require_positive("tokens", tokens);
  return detail::loss_objective(of, 0, tokens, given);
}

}  // namespace moetric::v0::search
