#pragma once

#include "moetric/account/account.hpp"
#include "moetric/laws/model_traits.hpp"

namespace moetric::v0::laws {

/// What quantities are read from, alike for a model and for a shape, in any number type.
template <class T>
struct architecture_facts {
  account<T> const& weights;  // term by term; its cores are not read
  T d_model;
  T n_layers;
  T vocab_size;
  bool has_experts;  // without, the expert fields below mean nothing
  T n_experts;       // routed, of the first layer that has experts
  T top_k;
  T d_expert;
  T n_shared_experts;
};

/// The same with the tokens that the architecture is trained on.
template <class T>
struct facts : architecture_facts<T> {
  T tokens;
};

/// The facts of a shape, whose account they refer to.
template <class T>
constexpr architecture_facts<T> facts_of(shape<T> const& s, account<T> const& weights, bool has_experts) {
  return {weights,     s.d_model, s.n_layers(), s.vocab_size,      has_experts,
          s.n_experts, s.top_k,   s.d_expert,   s.n_shared_experts};
}
/// The same with tokens.
template <class T>
constexpr facts<T> facts_of(shape<T> const& s, account<T> const& weights, bool has_experts,
                            std::type_identity_t<T> tokens) {
  return {facts_of(s, weights, has_experts), tokens};
}
// Facts refer to the account, which must not be a temporary.
template <class T>
void facts_of(shape<T> const&, account<T> const&&, bool) = delete;
template <class T>
void facts_of(shape<T> const&, account<T> const&&, bool, std::type_identity_t<T>) = delete;

/// The account and traits of a model and its training tokens, as doubles where laws read them.
struct model_facts {
  account<double> weights;  // exact below 2^53
  model_traits traits;
  count d_model;
  count vocab_size;
  count tokens;

  /// True if some layer has experts.
  constexpr bool has_experts() const { return traits.with_experts != 0; }

  /// What quantities are read from.
  constexpr facts<double> values() const& {
    auto const real = [](count value) { return static_cast<double>(value); };
    experts<> const& moe = traits.first;
    return {{weights, real(d_model), real(traits.n_layers), real(vocab_size), has_experts(), real(moe.n_experts),
             real(moe.top_k), real(moe.d_expert), real(moe.n_shared_experts)},
            real(tokens)};
  }
  facts<double> values() const&& = delete;
};

/// The facts of a model trained on `tokens`.
/// \throws std::invalid_argument with every rule that the model breaks
constexpr model_facts facts_of(model const& m, count tokens) {
  account<> const exact = account_of(m);
  model_facts result{
      .weights = {}, .traits = traits_of(m), .d_model = m.d_model, .vocab_size = m.input.vocab_size, .tokens = tokens};
  for (std::size_t i = 0; i != n_terms; ++i) {
    result.weights.stored.amounts[i] = static_cast<double>(exact.stored.amounts[i]);
    result.weights.active.amounts[i] = static_cast<double>(exact.active.amounts[i]);
    result.weights.multiplied.amounts[i] = static_cast<double>(exact.multiplied.amounts[i]);
  }
  return result;
}

}  // namespace moetric::v0::laws
