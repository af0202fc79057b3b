#pragma once

#include "moetric/layers/attention_span.hpp"
#include "moetric/layers/layer_parts.hpp"

namespace moetric::v0 {

/// A cheap scorer beside an attention: it scores every earlier key, and the attention then sees only the best top_k.
///
/// With hi heads of di, and queries projected from a source of width q (the latent query, or the hidden state):
///   projections  q·hi·di + d·di, with `head_weights` also d·hi
///   norm         2·di
///   core         2·hi·di FLOPs for each query-key pair, over all keys
/// and none of these when the layer reuses an earlier layer's choice (`shared`).
/// Source: DeepSeek-V3.2-Exp (DSA); MiniMax-M3 without `head_weights`; GLM-5.2 with shared choices (2603.12201).
template <Arithmetic T = count>
struct sparse_indexer {
  T n_heads = T(0);
  T head_dim = T(0);
  T top_k = T(unlimited_window);  // keys that the attention sees
  bool head_weights = true;       // each head is weighted by a projection of the hidden state
  bool shared = false;            // reuses the keys that an earlier layer chose, without weights of its own

  /// Calls `visit` with each matrix.
  template <class Visit>
  constexpr void each_matrix(T query_source_width, T d_model, Visit visit) const {
    if (shared) return;
    visit(layer_matrix<T>{projection::indexer_query, query_source_width, n_heads * head_dim});
    visit(layer_matrix<T>{projection::indexer_key, d_model, head_dim});
    if (head_weights) visit(layer_matrix<T>{projection::indexer_weights, d_model, n_heads});
  }
  /// Calls `visit` with each vector.
  template <class Visit>
  constexpr void each_vector(Visit visit) const {
    visit(layer_vector<T>{term::sparse_indexer, norm_weights()});
  }
  /// Calls `visit` with the FLOPs of the scores: every key, whatever the attention then sees.
  template <class Visit>
  constexpr void each_core(sequence<T> const& tokens, Visit visit) const {
    visit(layer_core<T>{term::sparse_indexer, core_flops_per_half_pair() * twice_pairs(tokens)});
  }
  /// Weights of the key's norm: 2·di.
  constexpr T norm_weights() const { return shared ? T(0) : 2 * head_dim; }
  /// Forward FLOPs of the scores for half a pair: hi·di. Multiply by `twice_pairs`.
  constexpr T core_flops_per_half_pair() const { return shared ? T(0) : n_heads * head_dim; }
  /// Elements of the key that a cache keeps for one token; none when the choice is an earlier layer's.
  constexpr T cached_key_width() const { return shared ? T(0) : head_dim; }
  /// Elements that one query reads with `context` tokens cached: the chosen keys, `elements` each, and all of the
  /// indexer's own.
  constexpr T cache_elements_read(T context, T elements) const {
    return detail::least(context, top_k) * elements + context * cached_key_width();
  }

  /// The rules of a sound indexer.
  template <class Report>
  constexpr void rules(Report& report) const {
    if (n_heads == 0) report.broken_rule("moetric: n_heads of an indexer must be positive", n_heads);
    if (head_dim == 0) report.broken_rule("moetric: head_dim of an indexer must be positive", head_dim);
    if (top_k == 0) report.broken_rule("moetric: top_k of an indexer must be positive", top_k);
  }

  friend bool operator==(sparse_indexer const&, sparse_indexer const&) requires std::equality_comparable<T>
  = default;
};

/// How an attention chooses the keys that it sees among all earlier ones.
template <Arithmetic T = count>
struct chosen_keys {
  bool sparse = false;          // an indexer chooses; otherwise a query sees every key in its window
  sparse_indexer<T> indexer{};  // read only with `sparse`
  T score_width = T(0);         // width at which the attention scores one pair, over all heads
};

}  // namespace moetric::v0
