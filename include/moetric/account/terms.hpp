#pragma once

#include <array>
#include <cstddef>
#include <string_view>

#include "moetric/layers/projection.hpp"

namespace moetric::v0 {

/// The named terms of an account. Every total, and every tool's convention, is a sum over them.
enum class term {
  embedding,
  learned_positions,
  norms,
  attention_projections,  // also those of linear attention and state-space layers
  attention_bias,
  attention_gate,
  attention_sinks,
  qk_norm,
  latent_norm,
  sparse_indexer,
  key_compression,  // compressors of keys, with what they index
  attention_core,   // FLOPs alone: scores and values
  convolution,      // short convolutions of linear attention and state-space layers
  state_vectors,    // decays, skips, norms and biases of such layers
  state_core,       // FLOPs alone: update and read of the recurrent state
  dense_ffn,
  dense_ffn_bias,
  routed_experts,
  routed_expert_bias,
  shared_experts,
  shared_expert_gate,
  dense_residual,      // a dense feed-forward beside the experts
  latent_projections,  // into and out of the width in which latent experts work
  router,
  router_bias,
  router_correction_bias,
  mtp_projection,
  hyper_connections,
  final_norm,
  output_head,
  output_head_bias,
  other,  // scales, biases and tables that no other term names
};

inline constexpr std::size_t n_terms = 32;

/// The stable name of a term: a key in every JSON object that is `by_term`.
constexpr std::string_view name(term t) {
  constexpr std::array<std::string_view, n_terms> names{"embedding",
                                                        "learned_positions",
                                                        "norms",
                                                        "attention_projections",
                                                        "attention_bias",
                                                        "attention_gate",
                                                        "attention_sinks",
                                                        "qk_norm",
                                                        "latent_norm",
                                                        "sparse_indexer",
                                                        "key_compression",
                                                        "attention_core",
                                                        "convolution",
                                                        "state_vectors",
                                                        "state_core",
                                                        "dense_ffn",
                                                        "dense_ffn_bias",
                                                        "routed_experts",
                                                        "routed_expert_bias",
                                                        "shared_experts",
                                                        "shared_expert_gate",
                                                        "dense_residual",
                                                        "latent_projections",
                                                        "router",
                                                        "router_bias",
                                                        "router_correction_bias",
                                                        "mtp_projection",
                                                        "hyper_connections",
                                                        "final_norm",
                                                        "output_head",
                                                        "output_head_bias",
                                                        "other"};
  return names[static_cast<std::size_t>(t)];
}

/// The name of a term among FLOPs, where the output head's product is the logits.
constexpr std::string_view flops_name(term t) {
  return t == term::output_head ? "logits" : name(t);
}

/// The term that a matrix is booked under.
constexpr term term_of(projection p) {
  switch (p) {
  case projection::output_gate: return term::attention_gate;
  case projection::indexer_query:
  case projection::indexer_key:
  case projection::indexer_weights: return term::sparse_indexer;
  case projection::key_compressor:
  case projection::index_query:
  case projection::index_weights:
  case projection::index_compressor: return term::key_compression;
  case projection::ffn_gate:
  case projection::ffn_up:
  case projection::ffn_down: return term::dense_ffn;
  case projection::router: return term::router;
  case projection::expert_gate:
  case projection::expert_up:
  case projection::expert_down: return term::routed_experts;
  case projection::shared_gate:
  case projection::shared_up:
  case projection::shared_down: return term::shared_experts;
  case projection::shared_expert_gate: return term::shared_expert_gate;
  case projection::residual_gate:
  case projection::residual_up:
  case projection::residual_down: return term::dense_residual;
  case projection::latent_in:
  case projection::latent_out: return term::latent_projections;
  case projection::output_head: return term::output_head;
  default: return term::attention_projections;
  }
}

/// An amount for each term.
template <class T = count>
struct term_sheet {
  T amounts[n_terms];

  constexpr term_sheet() {
    for (T& amount : amounts) amount = T(0);
  }

  constexpr T& operator[](term t) { return amounts[static_cast<std::size_t>(t)]; }
  constexpr T const& operator[](term t) const { return amounts[static_cast<std::size_t>(t)]; }

  constexpr T total() const {
    T sum = amounts[0];
    for (std::size_t i = 1; i != n_terms; ++i) sum = sum + amounts[i];
    return sum;
  }
  constexpr term_sheet operator+(term_sheet const& other) const {
    term_sheet sum;
    for (std::size_t i = 0; i != n_terms; ++i) sum.amounts[i] = amounts[i] + other.amounts[i];
    return sum;
  }
  constexpr term_sheet operator*(T const& factor) const {
    term_sheet product;
    for (std::size_t i = 0; i != n_terms; ++i) product.amounts[i] = amounts[i] * factor;
    return product;
  }
};

}  // namespace moetric::v0
