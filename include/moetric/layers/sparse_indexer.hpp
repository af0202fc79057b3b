#pragma once

#include "moetric/layers/attention_span.hpp"
#include "moetric/layers/projection.hpp"

namespace moetric::v0 {

/// A cheap scorer beside an attention: it scores every earlier key, and the attention then sees only the best top_k.
///
/// With hi heads of di, and queries projected from a source of width q (the latent query, or the hidden state):
///   projections  q·hi·di + d·di, with `head_weights` also d·hi
///   norm         2·di
///   core         2·hi·di FLOPs for each query-key pair, over all keys
/// and none of these when the choice of an earlier layer is `shared`.
/// Source: DeepSeek-V3.2-Exp (DSA); MiniMax-M3 without `head_weights`; GLM-5.2 with shared choices (2603.12201).
template <Arithmetic T = count>
struct sparse_indexer {
  T n_heads = T(0);
  T head_dim = T(0);
  T top_k = T(unlimited_window);  // keys that the attention sees
  bool head_weights = true;       // each head is weighted by a projection of the hidden state
  bool shared = false;            // the keys that an earlier layer chose: nothing of its own

  template <class Visit>
  constexpr void each_matrix(T query_source_width, T d_model, Visit visit) const {
    if (shared) return;
    visit(layer_matrix<T>{projection::indexer_query, query_source_width, n_heads * head_dim});
    visit(layer_matrix<T>{projection::indexer_key, d_model, head_dim});
    if (head_weights) visit(layer_matrix<T>{projection::indexer_weights, d_model, n_heads});
  }
  constexpr T norm_weights() const { return shared ? T(0) : 2 * head_dim; }
  /// Forward FLOPs of the scores for half a pair: hi·di. Multiply by `twice_pairs`.
  constexpr T core_flops_per_half_pair() const { return shared ? T(0) : n_heads * head_dim; }
  /// Elements that a cache keeps for one token.
  constexpr T cache_elements_per_token() const { return shared ? T(0) : head_dim; }

  friend bool operator==(sparse_indexer const&, sparse_indexer const&) requires std::equality_comparable<T>
  = default;
};

}  // namespace moetric::v0
