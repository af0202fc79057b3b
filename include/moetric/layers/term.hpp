#pragma once

#include <cstddef>
#include <string_view>

#include "moetric/core/contract.hpp"

namespace moetric::v0 {

/// The named terms of an account. Every total, and every tool's convention, is a sum over them.
enum class term {
  embedding,
  learned_positions,
  per_layer_embedding,    // the tables of embeddings of each layer
  per_layer_projections,  // what they are made and added with
  residual_mixing,        // AltUp, LAuReL, attention residuals, gates of norms
  norms,
  attention_projections,  // also those of linear attention and state-space layers
  attention_bias,
  attention_gate,
  attention_sinks,
  qk_norm,
  latent_norm,
  sparse_indexer,
  key_compression,  // compressors of keys, with their index branch
  attention_core,   // FLOPs only: scores and weighted values
  convolution,      // short convolutions, alone or inside linear attention and state-space layers
  state_vectors,    // decays, skips, norms and biases of recurrent layers
  state_core,       // FLOPs only: update and read of the recurrent state
  dense_ffn,
  dense_ffn_bias,
  routed_experts,
  routed_expert_bias,
  shared_experts,
  shared_expert_gate,
  shared_block,        // what each use of a block of shared weights has of its own
  dense_residual,      // a dense feed-forward beside the experts
  latent_projections,  // into and out of the width of latent experts
  router,
  router_bias,
  router_correction_bias,
  mtp_projection,
  hyper_connections,
  final_norm,
  output_head,
  output_head_bias,
  other,  // scales, biases and tables without a term of their own
};

/// The number of terms.
inline constexpr std::size_t n_terms = static_cast<std::size_t>(term::other) + 1;

namespace detail {

struct term_row {
  term t;
  std::string_view name;
};

/// The one table of terms, in the order of the enumeration.
inline constexpr term_row term_table[n_terms]{
    {term::embedding, "embedding"},
    {term::learned_positions, "learned_positions"},
    {term::per_layer_embedding, "per_layer_embedding"},
    {term::per_layer_projections, "per_layer_projections"},
    {term::residual_mixing, "residual_mixing"},
    {term::norms, "norms"},
    {term::attention_projections, "attention_projections"},
    {term::attention_bias, "attention_bias"},
    {term::attention_gate, "attention_gate"},
    {term::attention_sinks, "attention_sinks"},
    {term::qk_norm, "qk_norm"},
    {term::latent_norm, "latent_norm"},
    {term::sparse_indexer, "sparse_indexer"},
    {term::key_compression, "key_compression"},
    {term::attention_core, "attention_core"},
    {term::convolution, "convolution"},
    {term::state_vectors, "state_vectors"},
    {term::state_core, "state_core"},
    {term::dense_ffn, "dense_ffn"},
    {term::dense_ffn_bias, "dense_ffn_bias"},
    {term::routed_experts, "routed_experts"},
    {term::routed_expert_bias, "routed_expert_bias"},
    {term::shared_experts, "shared_experts"},
    {term::shared_expert_gate, "shared_expert_gate"},
    {term::shared_block, "shared_block"},
    {term::dense_residual, "dense_residual"},
    {term::latent_projections, "latent_projections"},
    {term::router, "router"},
    {term::router_bias, "router_bias"},
    {term::router_correction_bias, "router_correction_bias"},
    {term::mtp_projection, "mtp_projection"},
    {term::hyper_connections, "hyper_connections"},
    {term::final_norm, "final_norm"},
    {term::output_head, "output_head"},
    {term::output_head_bias, "output_head_bias"},
    {term::other, "other"},
};

constexpr bool terms_are_in_order() {
  for (std::size_t i = 0; i != n_terms; ++i)
    if (term_table[i].t != static_cast<term>(i)) return false;
  return true;
}
static_assert(terms_are_in_order(), "moetric: the table of terms must follow the order of the enumeration");

}  // namespace detail

/// The stable name of a term: its key in every JSON object whose name ends in `by_term`.
constexpr std::string_view name(term t) {
  return detail::term_table[static_cast<std::size_t>(t)].name;
}

}  // namespace moetric::v0
