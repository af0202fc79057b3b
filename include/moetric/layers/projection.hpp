#pragma once

#include <cstdint>
#include <initializer_list>
#include <string_view>

#include "moetric/layers/term_set.hpp"

namespace moetric::v0 {

/// The matrices of a model by name: what can be frozen by itself, given an adapter, or read from memory.
/// Matrices that published checkpoints store as one (the input of a Mamba layer, the shared experts) are one here.
enum class projection {
  query,  // from the hidden state
  key,
  value,
  output,
  query_down,  // to the latent query
  query_up,    // from the latent query
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
  rate_down,  // learning rate of the state
  rate_up,
  value_mix_down,
  value_mix_up,
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
  per_layer_in,  // outside of the layers, to the embeddings of all of them
  per_layer_gate,
  per_layer_out,
  stream_router,
  stream_coefficients,
  stream_projection,  // outside of the layers
  residual_rank_down,
  residual_rank_up,
  residual_scores,
  block_out,
  block_adapter_down,
  block_adapter_up,
  norm_gate_down,  // gate on the norm before a mixer or feed-forward
  norm_gate_up,
  output_head,
};

/// The number of projections.
inline constexpr std::size_t n_projections = static_cast<std::size_t>(projection::output_head) + 1;

/// A set of projections.
struct projection_set {
  std::uint64_t bits = 0;

  /// The empty set.
  constexpr projection_set() = default;
  /// The set of one projection.
  constexpr projection_set(projection p) : bits(std::uint64_t{1} << static_cast<unsigned>(p)) {}
  /// The set of several projections.
  constexpr projection_set(std::initializer_list<projection> several) {
    for (projection const p : several) bits |= projection_set(p).bits;
  }
  /// True if the projection is in the set.
  constexpr bool contains(projection p) const { return meets(p); }
  /// True if the sets share a projection.
  constexpr bool meets(projection_set other) const { return (bits & other.bits) != 0; }
  friend constexpr bool operator==(projection_set, projection_set) = default;
  /// The union.
  friend constexpr projection_set operator|(projection_set a, projection_set b) {
    a.bits |= b.bits;
    return a;
  }
};

/// The matrices of a kind that published checkpoints of a format quantise.
struct quantised_set {
  projection_set matrices{};
  bool known = true;

  /// These and no others.
  constexpr quantised_set(projection_set these) : matrices(these) {}
  /// No checkpoint of the format was read for the kind, so nothing is said.
  static constexpr quantised_set unknown() {
    quantised_set none{projection_set{}};
    none.known = false;
    return none;
  }
};

/// The set of two projections.
constexpr projection_set operator|(projection a, projection b) {
  return projection_set(a) | projection_set(b);
}

/// The weights that data passes between the input of a mixer or feed-forward and one of its products. The product needs
/// the gradient of its input if any of them is trained, or anything below.
struct upstream {
  projection_set matrices{};
  term_set vectors{};
};

namespace detail {

struct projection_row {
  projection p;
  std::string_view name;
  term booked;  // the term that its weights and FLOPs are booked under
  upstream before{};
};

inline constexpr projection_set norm_gates{projection::norm_gate_down, projection::norm_gate_up};

/// What the core of a mixer is computed from: keys, values, queries, states.
inline constexpr upstream before_core{{projection::norm_gate_down,
                                       projection::norm_gate_up,
                                       projection::query,
                                       projection::key,
                                       projection::value,
                                       projection::query_down,
                                       projection::query_up,
                                       projection::key_value_down,
                                       projection::key_value_up,
                                       projection::key_compressor,
                                       projection::state_in,
                                       projection::state_controls,
                                       projection::state_parameters,
                                       projection::state_step,
                                       projection::decay,
                                       projection::decay_down,
                                       projection::decay_up,
                                       projection::beta,
                                       projection::rate_down,
                                       projection::rate_up,
                                       projection::value_mix_down,
                                       projection::value_mix_up},
                                      term::attention_bias | term::attention_sinks | term::qk_norm | term::latent_norm |
                                          term::key_compression | term::convolution | term::state_vectors};
/// What the output projection is computed from: the core and its gates.
inline constexpr upstream before_output{before_core.matrices |
                                            projection_set{projection::output_gate, projection::state_gate,
                                                           projection::state_gate_down, projection::state_gate_up},
                                        before_core.vectors};
inline constexpr upstream before_query_up{projection::query_down, term::latent_norm | term::attention_bias};

/// The one table of projections, in the order of the enumeration. Biases are taken to stand at a layer's first
/// matrices.
inline constexpr projection_row projection_table[n_projections]{
    {projection::query, "query", term::attention_projections},
    {projection::key, "key", term::attention_projections},
    {projection::value, "value", term::attention_projections},
    {projection::output, "output", term::attention_projections, before_output},
    {projection::query_down, "query_down", term::attention_projections},
    {projection::query_up, "query_up", term::attention_projections, before_query_up},
    {projection::key_value_down, "key_value_down", term::attention_projections},
    {projection::key_value_up,
     "key_value_up",
     term::attention_projections,
     {projection::key_value_down, term::latent_norm | term::attention_bias}},
    {projection::output_down, "output_down", term::attention_projections, before_output},
    {projection::output_up,
     "output_up",
     term::attention_projections,
     {before_output.matrices | projection::output_down, before_output.vectors}},
    {projection::output_gate, "output_gate", term::attention_gate},
    {projection::indexer_query, "indexer_query", term::sparse_indexer, before_query_up},
    {projection::indexer_key, "indexer_key", term::sparse_indexer},
    {projection::indexer_weights, "indexer_weights", term::sparse_indexer},
    {projection::key_compressor, "key_compressor", term::key_compression},
    {projection::index_query, "index_query", term::key_compression, before_query_up},
    {projection::index_weights, "index_weights", term::key_compression},
    {projection::index_compressor, "index_compressor", term::key_compression},
    {projection::state_in, "state_in", term::attention_projections},
    {projection::state_controls, "state_controls", term::attention_projections},
    {projection::state_parameters,
     "state_parameters",
     term::attention_projections,
     {projection::state_in, term::convolution}},
    {projection::state_step,
     "state_step",
     term::attention_projections,
     {{projection::state_in, projection::state_parameters}, term::convolution | term::state_vectors}},
    {projection::state_gate, "state_gate", term::attention_projections},
    {projection::state_gate_down, "state_gate_down", term::attention_projections},
    {projection::state_gate_up, "state_gate_up", term::attention_projections, {projection::state_gate_down, {}}},
    {projection::decay, "decay", term::attention_projections},
    {projection::decay_down, "decay_down", term::attention_projections},
    {projection::decay_up, "decay_up", term::attention_projections, {projection::decay_down, {}}},
    {projection::beta, "beta", term::attention_projections},
    {projection::rate_down, "rate_down", term::attention_projections},
    {projection::rate_up, "rate_up", term::attention_projections, {projection::rate_down, {}}},
    {projection::value_mix_down, "value_mix_down", term::attention_projections},
    {projection::value_mix_up, "value_mix_up", term::attention_projections, {projection::value_mix_down, {}}},
    {projection::ffn_gate, "ffn_gate", term::dense_ffn},
    {projection::ffn_up, "ffn_up", term::dense_ffn},
    {projection::ffn_down,
     "ffn_down",
     term::dense_ffn,
     {{projection::ffn_gate, projection::ffn_up}, term::dense_ffn_bias}},
    {projection::router, "router", term::router},
    {projection::expert_gate, "expert_gate", term::routed_experts, {projection::latent_in, {}}},
    {projection::expert_up, "expert_up", term::routed_experts, {projection::latent_in, {}}},
    {projection::expert_down,
     "expert_down",
     term::routed_experts,
     {{projection::latent_in, projection::expert_gate, projection::expert_up}, term::routed_expert_bias}},
    {projection::shared_gate, "shared_gate", term::shared_experts},
    {projection::shared_up, "shared_up", term::shared_experts},
    {projection::shared_down,
     "shared_down",
     term::shared_experts,
     {{projection::shared_gate, projection::shared_up}, {}}},
    {projection::shared_expert_gate, "shared_expert_gate", term::shared_expert_gate},
    {projection::residual_gate, "residual_gate", term::dense_residual},
    {projection::residual_up, "residual_up", term::dense_residual},
    {projection::residual_down,
     "residual_down",
     term::dense_residual,
     {{projection::residual_gate, projection::residual_up}, {}}},
    {projection::latent_in, "latent_in", term::latent_projections},
    {projection::latent_out,
     "latent_out",
     term::latent_projections,
     {{projection::latent_in, projection::expert_gate, projection::expert_up, projection::expert_down},
      term::routed_expert_bias}},
    {projection::per_layer_in, "per_layer_in", term::per_layer_projections},
    {projection::per_layer_gate, "per_layer_gate", term::per_layer_projections},
    {projection::per_layer_out, "per_layer_out", term::per_layer_projections, {projection::per_layer_gate, {}}},
    {projection::stream_router, "stream_router", term::residual_mixing},
    {projection::stream_coefficients, "stream_coefficients", term::residual_mixing, {projection::stream_router, {}}},
    {projection::stream_projection, "stream_projection", term::residual_mixing},
    {projection::residual_rank_down, "residual_rank_down", term::residual_mixing},
    {projection::residual_rank_up, "residual_rank_up", term::residual_mixing, {projection::residual_rank_down, {}}},
    {projection::residual_scores, "residual_scores", term::residual_mixing},
    {projection::block_out, "block_out", term::shared_block},
    {projection::block_adapter_down, "block_adapter_down", term::shared_block},
    {projection::block_adapter_up, "block_adapter_up", term::shared_block, {projection::block_adapter_down, {}}},
    {projection::norm_gate_down, "norm_gate_down", term::residual_mixing},
    {projection::norm_gate_up, "norm_gate_up", term::residual_mixing, {projection::norm_gate_down, {}}},
    {projection::output_head, "output_head", term::output_head},
};

constexpr bool projections_are_in_order() {
  for (std::size_t i = 0; i != n_projections; ++i)
    if (projection_table[i].p != static_cast<projection>(i)) return false;
  return true;
}
static_assert(projections_are_in_order(), "moetric: the table of projections must follow the order of the enumeration");

}  // namespace detail

/// The name of a projection, as `--lora` takes it.
constexpr std::string_view name(projection p) {
  return detail::projection_table[static_cast<std::size_t>(p)].name;
}

/// The term that a projection's weights and FLOPs are booked under.
constexpr term term_of(projection p) {
  return detail::projection_table[static_cast<std::size_t>(p)].booked;
}

/// The tensors before a projection in its mixer or feed-forward. The gate of the norm stands before all others.
constexpr upstream upstream_of(projection p) {
  upstream before = detail::projection_table[static_cast<std::size_t>(p)].before;
  if (p != projection::norm_gate_down) before.matrices = before.matrices | detail::norm_gates;
  return before;
}

/// What stands before FLOPs that no weight accounts for, by the term that they are booked under.
/// \throws std::invalid_argument for a term that holds no such FLOPs
constexpr upstream upstream_of_core(term t) {
  using enum projection;
  switch (t) {
  case term::attention_core:
  case term::state_core: return detail::before_core;
  case term::residual_mixing: return {};  // the input of the layer
  case term::convolution: return {{query, key, value, state_in}, {}};
  case term::sparse_indexer:
    return {{norm_gate_down, norm_gate_up, query_down, indexer_query, indexer_key, indexer_weights},
            term::attention_bias | term::latent_norm | term::sparse_indexer};
  case term::key_compression:
    return {{query_down, index_query, index_weights, index_compressor}, term::latent_norm | term::key_compression};
  default: detail::invalid("moetric: FLOPs without weights must be booked under a term of a core");
  }
}

}  // namespace moetric::v0
