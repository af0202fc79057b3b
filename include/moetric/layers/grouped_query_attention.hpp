#pragma once

#include "moetric/layers/attention_span.hpp"

namespace moetric::inline v0 {

/// Norms on queries and keys: none, one over head_dim shared by all heads, or one over the whole projection.
enum class qk_norm_kind { none, per_head, full };

/// Grouped-query attention; multi-head is n_kv_heads = n_heads (the default), multi-query is n_kv_heads = 1.
///
/// With d = d_model, H heads, K key/value heads, D = head_dim, V = v_head_dim:
///   projections  d·H·D + d·K·D + d·K·V + H·V·d weights
///   core         2·H·(D+V) FLOPs for each query-key pair (scores and weighted values)
/// head_dim is free: it is not d_model / n_heads. Source: Shazeer 1911.02150, Ainslie et al. 2305.13245.
template <Arithmetic T = count>
struct grouped_query_attention {
  T n_heads = T(0);
  T n_kv_heads = n_heads;
  T head_dim = T(0);
  T v_head_dim = head_dim;
  T window = T(unlimited_window);  // keys that a query may see, itself included; tokens
  bool qkv_bias = false;
  bool output_bias = false;
  qk_norm_kind qk_norm = qk_norm_kind::none;

  constexpr T query_width() const { return n_heads * head_dim; }
  constexpr T key_width() const { return n_kv_heads * head_dim; }
  constexpr T value_width() const { return n_kv_heads * v_head_dim; }
  constexpr T output_width() const { return n_heads * v_head_dim; }

  /// Weights of the query, key, value and output projections.
  constexpr T projection_weights(T d_model) const {
    return d_model * (query_width() + key_width() + value_width() + output_width());
  }
  constexpr T bias_weights(T d_model) const {
    T const qkv = qkv_bias ? query_width() + key_width() + value_width() : T(0);
    return output_bias ? qkv + d_model : qkv;
  }
  constexpr T qk_norm_weights() const {
    if (qk_norm == qk_norm_kind::none) return T(0);
    return qk_norm == qk_norm_kind::per_head ? 2 * head_dim : query_width() + key_width();
  }
  /// Forward FLOPs of scores and weighted values for half a pair: H·(D+V). Multiply by `twice_pairs`.
  constexpr T core_flops_per_half_pair() const { return n_heads * (head_dim + v_head_dim); }
  /// Elements that a key-value cache keeps for one token: K·(D+V).
  constexpr T cache_elements_per_token() const { return key_width() + value_width(); }

  friend bool operator==(grouped_query_attention const&, grouped_query_attention const&)
    requires std::equality_comparable<T>
  = default;
};

}  // namespace moetric::inline v0
