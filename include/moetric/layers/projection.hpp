#pragma once

#include <cstdint>
#include <initializer_list>
#include <string_view>

#include "moetric/core/arithmetic.hpp"

namespace moetric::v0 {

/// The matrices of a model by name: what may be frozen apart, given an adapter, or read from memory.
/// Matrices that published checkpoints keep as one (the input of a Mamba layer, the shared experts) are one here.
enum class projection {
  query,  // of attention; from the latent query where there is one, see query_down
  key,
  value,
  output,
  query_down,  // to the latent query, and from it
  query_up,
  key_value_down,
  key_value_up,
  output_down,  // grouped low-rank output
  output_up,
  output_gate,
  indexer_query,
  indexer_key,
  indexer_weights,
  key_compressor,  // two: values and their gates
  index_query,
  index_weights,
  index_compressor,
  state_in,        // queries, keys, values and gates of a recurrent layer in one matrix
  state_controls,  // decay and write strength
  state_parameters,
  state_step,
  state_gate,
  state_gate_down,
  state_gate_up,
  decay,
  decay_down,
  decay_up,
  beta,
  ffn_gate,
  ffn_up,
  ffn_down,
  router,
  expert_gate,
  expert_up,
  expert_down,
  shared_gate,
  shared_up,
  shared_down,
  shared_expert_gate,
  residual_gate,
  residual_up,
  residual_down,
  latent_in,
  latent_out,
  output_head,
};

inline constexpr std::size_t n_projections = static_cast<std::size_t>(projection::output_head) + 1;

constexpr std::string_view name(projection p) {
  constexpr std::string_view names[n_projections]{"query",
                                                  "key",
                                                  "value",
                                                  "output",
                                                  "query_down",
                                                  "query_up",
                                                  "key_value_down",
                                                  "key_value_up",
                                                  "output_down",
                                                  "output_up",
                                                  "output_gate",
                                                  "indexer_query",
                                                  "indexer_key",
                                                  "indexer_weights",
                                                  "key_compressor",
                                                  "index_query",
                                                  "index_weights",
                                                  "index_compressor",
                                                  "state_in",
                                                  "state_controls",
                                                  "state_parameters",
                                                  "state_step",
                                                  "state_gate",
                                                  "state_gate_down",
                                                  "state_gate_up",
                                                  "decay",
                                                  "decay_down",
                                                  "decay_up",
                                                  "beta",
                                                  "ffn_gate",
                                                  "ffn_up",
                                                  "ffn_down",
                                                  "router",
                                                  "expert_gate",
                                                  "expert_up",
                                                  "expert_down",
                                                  "shared_gate",
                                                  "shared_up",
                                                  "shared_down",
                                                  "shared_expert_gate",
                                                  "residual_gate",
                                                  "residual_up",
                                                  "residual_down",
                                                  "latent_in",
                                                  "latent_out",
                                                  "output_head"};
  return names[static_cast<std::size_t>(p)];
}

/// A set of projections.
struct projection_set {
  std::uint64_t bits = 0;

  constexpr projection_set() = default;
  constexpr projection_set(projection p) : bits(std::uint64_t{1} << static_cast<unsigned>(p)) {}
  constexpr projection_set(std::initializer_list<projection> several) {
    for (projection const p : several) bits |= projection_set(p).bits;
  }
  constexpr bool contains(projection p) const { return meets(p); }
  constexpr bool meets(projection_set other) const { return (bits & other.bits) != 0; }
  friend constexpr projection_set operator|(projection_set a, projection_set b) {
    a.bits |= b.bits;
    return a;
  }
};

/// Equal matrices of one layer: inputs x outputs weights each.
template <Arithmetic T = count>
struct layer_matrix {
  projection name;
  T inputs;
  T outputs;
  T stored = T(1);  // how many the layer holds
  T used = T(1);    // how many of them one token is multiplied with
  T blocks = T(1);  // parts of the inputs that each have outputs of their own

  constexpr T weights() const { return inputs * outputs; }
  /// Features at both ends: an adapter of rank r has r times as many weights.
  constexpr T features() const { return inputs + blocks * outputs; }
};

namespace detail {

/// Weights that a layer stores in the named matrices.
template <Arithmetic T, class Layer>
constexpr T stored_in(Layer const& layer, T d_model, projection_set which) {
  T sum = T(0);
  layer.each_matrix(d_model, [&](layer_matrix<T> const& m) {
    if (which.contains(m.name)) sum = sum + m.stored * m.weights();
  });
  return sum;
}

/// Weights of the named matrices that one token is multiplied with.
template <Arithmetic T, class Layer>
constexpr T used_in(Layer const& layer, T d_model, projection_set which) {
  T sum = T(0);
  layer.each_matrix(d_model, [&](layer_matrix<T> const& m) {
    if (which.contains(m.name)) sum = sum + m.used * m.weights();
  });
  return sum;
}

}  // namespace detail
}  // namespace moetric::v0
