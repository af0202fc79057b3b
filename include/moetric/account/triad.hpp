#pragma once

#include <type_traits>

#include "moetric/account/account.hpp"
#include "moetric/layers/term_set.hpp"

namespace moetric::v0 {

/// The constraint triad of 2603.21862: M, N_a and N in that paper's convention. Attention projections, feed-forwards
/// and experts count; embedding, output head, router, norms and biases do not.
template <Arithmetic T = count>
struct triad {
  T training_flops_per_token;         // M = 6·N_a + 6·S·n_heads·head_dim·n_layers, forward and backward
  T active_non_embedding_parameters;  // N_a
  T total_non_embedding_parameters;   // N
};

/// What the papers on MoE shapes call parameters: attention projections, feed-forwards and experts, with their gates,
/// indexers, compressors, the dense feed-forwards beside experts, the ways into latent experts and what stands beside
/// the layers, which shapes do not have. Embedding, head, routers, norms and biases are left out.
inline constexpr term_set shape_terms = term::attention_projections | term::attention_gate | term::sparse_indexer |
                                        term::key_compression | term::dense_ffn | term::dense_residual |
                                        term::routed_experts | term::shared_experts | term::latent_projections |
                                        term::per_layer_projections | term::residual_mixing | term::shared_block;

/// The sum of `shape_terms`.
template <class T>
constexpr T shape_weights(term_sheet<T> const& sheet) {
  T sum = sheet[term::attention_projections] + sheet[term::dense_ffn] + sheet[term::routed_experts] +
          sheet[term::shared_experts];
  // Other number types count shapes alone, whose other terms are 0: searches need not add them.
  if constexpr (std::same_as<T, count> || std::same_as<T, double>)
    sum = sum + sheet[term::attention_gate] + sheet[term::sparse_indexer] + sheet[term::key_compression] +
          sheet[term::dense_residual] + sheet[term::latent_projections] + sheet[term::per_layer_projections] +
          sheet[term::residual_mixing] + sheet[term::shared_block];
  return sum;
}

/// The triad of a shape, from its account.
template <Arithmetic T>
constexpr triad<T> triad_of(shape<T> const& s, account<T> const& book, std::type_identity_t<T> sequence_length) {
  T const active = shape_weights(book.multiplied);
  T const core = sequence_length * s.n_layers() * s.attention().core_flops_per_half_pair();
  return {6 * active + 3 * core, active, shape_weights(book.stored)};
}

/// The triad of a shape at a context length S, with half of the causal square.
/// Source: 2603.21862, Eq. 6-12 (its Eq. 3 prints one L too many in M; Eq. 12 and every table are without).
template <Arithmetic T>
constexpr triad<T> triad_of(shape<T> const& s, std::type_identity_t<T> sequence_length) {
  return triad_of(s, account_of(s), sequence_length);
}

}  // namespace moetric::v0
