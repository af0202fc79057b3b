#pragma once

#include "moetric/account/convention.hpp"
#include "moetric/layers/projection.hpp"

namespace moetric::v0 {

/// Weights that data passes on its way from the input of a mixer or feed-forward to one of its products. The product
/// needs the gradient of its input when one of them is trained, or anything below.
struct upstream {
  projection_set matrices{};
  term_set vectors{};
};

namespace detail {

inline constexpr projection_set core_matrices{projection::query,
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
                                              projection::beta};
inline constexpr term_set core_vectors = term::attention_bias | term::attention_sinks | term::qk_norm |
                                         term::latent_norm | term::key_compression | term::convolution |
                                         term::state_vectors;
inline constexpr upstream nothing{};

}  // namespace detail

/// What stands before a matrix in its mixer or feed-forward. Biases are taken to stand at a layer's first matrices.
constexpr upstream upstream_of(projection p) {
  using enum projection;
  projection_set const gates{output_gate, state_gate, state_gate_down, state_gate_up};
  switch (p) {
  case query_up:
  case indexer_query:
  case index_query: return {query_down, term::latent_norm | term::attention_bias};
  case key_value_up: return {key_value_down, term::latent_norm | term::attention_bias};
  case state_parameters: return {state_in, term::convolution};
  case state_step: return {{state_in, state_parameters}, term::convolution | term::state_vectors};
  case decay_up: return {decay_down, {}};
  case state_gate_up: return {state_gate_down, {}};
  case output:
  case output_down: return {detail::core_matrices | gates, detail::core_vectors};
  case output_up: return {detail::core_matrices | gates | output_down, detail::core_vectors};
  case ffn_down: return {{ffn_gate, ffn_up}, term::dense_ffn_bias};
  case expert_gate:
  case expert_up: return {latent_in, {}};
  case expert_down: return {{latent_in, expert_gate, expert_up}, term::routed_expert_bias};
  case latent_out: return {{latent_in, expert_gate, expert_up, expert_down}, term::routed_expert_bias};
  case shared_down: return {{shared_gate, shared_up}, {}};
  case residual_down: return {{residual_gate, residual_up}, {}};
  default: return detail::nothing;
  }
}

/// What stands before FLOPs that no matrix stands for.
constexpr upstream upstream_of_core(term t) {
  using enum projection;
  switch (t) {
  case term::convolution: return {{query, key, value, state_in}, {}};
  case term::sparse_indexer:
    return {{query_down, indexer_query, indexer_key, indexer_weights},
            term::attention_bias | term::latent_norm | term::sparse_indexer};
  case term::key_compression:
    return {{query_down, index_query, index_weights, index_compressor}, term::latent_norm | term::key_compression};
  default: return {detail::core_matrices, detail::core_vectors};
  }
}

}  // namespace moetric::v0
