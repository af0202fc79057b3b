#pragma once

#include <type_traits>

#include "moetric/laws/expert_attention.hpp"
#include "moetric/laws/fine_grained.hpp"
#include "moetric/laws/ling.hpp"
#include "moetric/laws/zhao.hpp"

namespace moetric::v0::laws {

/// What the inputs of the shipped laws are, so that they can be read from a shape in any arithmetic with division.
/// `given` is what neither a model nor a shape tells: steps, bits, unique tokens.
enum class quantity {
  given,
  tokens,
  total_parameters,
  active_parameters,
  total_non_embedding_parameters,
  active_non_embedding_parameters,
  shape_parameters,         // attention projections, feed-forwards and every expert, router not counted
  active_shape_parameters,  // those of them that one token uses
  n_experts,
  expansion_rate,
  top_k,
  inactive_expert_fraction,
  activation_ratio,
  inactive_fraction_with_shared,
  n_active_experts,
  shared_expert_ratio,
  twice_width_over_expert,  // 2·d_model / d_expert
};

/// Which quantity an input is. Inputs are told apart by the function that reads them from a model, so that a law which
/// takes another count by the same name is read by its own definition here too.
constexpr quantity quantity_of(input const& what) {
  struct definition {
    double (*from_model)(model_facts const&);
    quantity is;
  };
  constexpr definition known[]{
      {inputs::tokens.from_model, quantity::tokens},
      {inputs::total_parameters.from_model, quantity::total_parameters},
      {inputs::active_parameters.from_model, quantity::active_parameters},
      {inputs::total_non_embedding_parameters.from_model, quantity::total_non_embedding_parameters},
      {inputs::active_non_embedding_parameters.from_model, quantity::active_non_embedding_parameters},
      {fine_grained::detail::parameters_input.from_model, quantity::shape_parameters},
      {fine_grained::detail::dense_parameters_input.from_model, quantity::active_shape_parameters},
      {inputs::n_experts.from_model, quantity::n_experts},
      {inputs::expansion_rate.from_model, quantity::expansion_rate},
      {inputs::top_k.from_model, quantity::top_k},
      {inputs::inactive_expert_fraction.from_model, quantity::inactive_expert_fraction},
      {inputs::activation_ratio.from_model, quantity::activation_ratio},
      {expert_attention::detail::about.inputs[0].from_model, quantity::inactive_fraction_with_shared},
      {zhao::detail::n_active_experts.from_model, quantity::n_active_experts},
      {zhao::detail::shared_expert_ratio.from_model, quantity::shared_expert_ratio},
      {ling::detail::about_leverage.inputs[1].from_model, quantity::twice_width_over_expert},
  };
  if (what.from_model != nullptr)
    for (definition const& each : known)
      if (each.from_model == what.from_model) return each.is;
  return quantity::given;
}

/// The quantities that a law reads, in the order of its inputs. Granularity of the fine-grained laws is top_k, as for
/// models: see `fine_grained::read`.
template <Law L>
constexpr auto quantities_of(L const& of) {
  std::array<quantity, detail::number_of_doubles<typename L::inputs>> all{};
  for (std::size_t i = 0; i != all.size(); ++i) all[i] = quantity_of(of.about->inputs[i]);
  if constexpr (std::same_as<typename L::form, fine_grained::moe_form>) all[2] = quantity::top_k;
  return all;
}

/// What laws take from a shape.
template <class T>
struct shape_facts {
  shape<T> const& of;
  account<T> const& book;  // of its weights
  T tokens;
  bool has_experts = true;
};

/// A quantity of a shape; what is given is not in it. Equal to what laws read from `to_model(shape)`.
template <class T>
constexpr T value_of(quantity what, shape_facts<T> const& m) {
  experts<T> const moe = m.of.moe();
  switch (what) {
  case quantity::given: break;
  case quantity::tokens: return m.tokens;
  case quantity::total_parameters: return m.book.stored.total();
  case quantity::active_parameters: return m.book.active.total();
  case quantity::total_non_embedding_parameters: return without_embeddings(m.book.stored);
  case quantity::active_non_embedding_parameters: return without_embeddings(m.book.active);
  case quantity::shape_parameters: return shape_weights(m.book.stored);
  case quantity::active_shape_parameters: return shape_weights(m.book.multiplied);
  case quantity::n_experts: return m.has_experts ? moe.n_experts : T(1);
  case quantity::expansion_rate: return m.has_experts ? inputs::expansion_rate_of(moe) : T(1);
  case quantity::top_k: return m.has_experts ? moe.top_k : T(1);
  case quantity::inactive_expert_fraction: return m.has_experts ? inputs::inactive_expert_fraction_of(moe) : T(0);
  case quantity::activation_ratio: return m.has_experts ? inputs::activation_ratio_of(moe) : T(1);
  case quantity::inactive_fraction_with_shared: return m.has_experts ? T(1 - inputs::activation_ratio_of(moe)) : T(0);
  case quantity::n_active_experts: return m.has_experts ? inputs::active_experts_of(moe) : T(1);
  case quantity::shared_expert_ratio: return m.has_experts ? zhao::detail::shared_ratio_of(moe) : T(0);
  case quantity::twice_width_over_expert: return ling::detail::granularity_of(m.of.d_model, moe);
  }
  return T(0);
}

/// The inputs of a law at a shape, in their order. Those that a shape does not tell are taken from `given`.
template <class T, std::size_t n>
constexpr std::array<T, n> values_of(std::array<quantity, n> const& which, shape_facts<T> const& m,
                                     std::array<double, n> const& given) {
  return [&]<std::size_t... i>(std::index_sequence<i...>) {
    return std::array<T, n>{(which[i] == quantity::given ? T(given[i]) : value_of(which[i], m))...};
  }
  (std::make_index_sequence<n>{});
}

/// Values in the order of a law's inputs as the inputs.
template <Law L, class T, std::size_t n>
constexpr auto inputs_of(std::array<T, n> const& values) {
  return [&]<std::size_t... i>(std::index_sequence<i...>) {
    return typename L::template basic_inputs<T>{values[i]...};
  }
  (std::make_index_sequence<n>{});
}

/// The inputs of a law at a shape, as `read(law, model, tokens)` takes them from a model.
template <Law L, class T>
constexpr auto read(L const& of, shape_facts<T> const& m, typename L::inputs const& given = {}) {
  return inputs_of<L>(values_of(quantities_of(of), m, detail::to_array(given)));
}

/// Training FLOPs for one token of a shape as the law counts them: by its formula in its own inputs, and of the
/// fine-grained law by Eq. 10 and 11 in the shape's own router (the formula in N is that of the paper's family).
template <class T, ComputeLaw L>
constexpr T training_flops_per_token(L const& of, typename L::template basic_inputs<T> const& at,
                                     shape_facts<T> const& m) {
  if constexpr (std::same_as<typename L::form, fine_grained::moe_form>)
    return fine_grained::training_flops_per_token<T>(shape_weights(m.book.multiplied), m.book.multiplied[term::router]);
  else
    return of.training_flops_per_token(at);
}

}  // namespace moetric::v0::laws
