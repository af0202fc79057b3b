#pragma once

#include "moetric/layers/attention_span.hpp"
#include "moetric/layers/output_gate.hpp"
#include "moetric/layers/sparse_indexer.hpp"

namespace moetric::v0 {

/// Norms on queries and keys: none, one over head_dim shared by all heads, or one over the whole projection.
enum class qk_norm_kind { none, per_head, full };

/// Where keys and values come from: projections of their own, one projection for both, or an earlier layer's.
enum class key_value_kind { projected, key_is_value, shared };

/// Grouped-query attention; multi-head is n_kv_heads = n_heads (the default), multi-query is n_kv_heads = 1.
///
/// With d = d_model, H heads, K key/value heads, D = head_dim, V = v_head_dim:
///   projections  d·H·D + d·K·D + d·K·V + H·V·d weights; no d·K·V when keys are the values, neither when shared;
///                with `query_lora` of rank ql, d·ql + ql·H·D instead of d·H·D
///   gate         d·H·V per element, d·H per head
///   norms        2·D per head, H·D + K·D over the whole projections; those of the queries alone with shared keys;
///                ql with `query_lora`
///   core         2·H·(D+V) FLOPs for each query-key pair (scores and weighted values)
/// head_dim is free: it is not d_model / n_heads. Source: Shazeer 1911.02150, Ainslie et al. 2305.13245; queries of low
/// rank: multi-matrix factorization attention, 2412.19255.
template <Arithmetic T = count>
struct grouped_query_attention {
  T n_heads = T(0);
  T n_kv_heads = n_heads;
  T head_dim = T(0);
  T v_head_dim = head_dim;
  T window = T(unlimited_window);  // keys that a query may see, itself included; tokens
  window_kind windows = window_kind::sliding;
  bool bidirectional = false;  // every query sees every key: encoders
  bool qkv_bias = false;
  bool output_bias = false;
  qk_norm_kind qk_norm = qk_norm_kind::none;
  output_gate_kind output_gate = output_gate_kind::none;
  bool query_lora = false;  // queries pass through a low rank
  T q_lora_rank = T(0);     // read only with query_lora
  bool sinks = false;       // one learned score for each head that no key stands for
  key_value_kind key_values = key_value_kind::projected;
  bool sparse = false;  // the indexer chooses the keys
  sparse_indexer<T> indexer{};

  constexpr T query_width() const { return n_heads * head_dim; }
  constexpr T key_width() const { return n_kv_heads * head_dim; }
  constexpr T value_width() const { return n_kv_heads * v_head_dim; }
  constexpr T output_width() const { return n_heads * v_head_dim; }
  /// The width of the projections of keys and values that this layer has.
  constexpr T projected_key_value_width() const {
    switch (key_values) {
    case key_value_kind::shared: return T(0);
    case key_value_kind::key_is_value: return key_width();
    case key_value_kind::projected: break;
    }
    return key_width() + value_width();
  }

  template <class Visit>
  constexpr void each_matrix(T d_model, Visit visit) const {
    if (query_lora) {
      visit(layer_matrix<T>{projection::query_down, d_model, q_lora_rank});
      visit(layer_matrix<T>{projection::query_up, q_lora_rank, query_width()});
    } else {
      visit(layer_matrix<T>{projection::query, d_model, query_width()});
    }
    if (key_values != key_value_kind::shared) visit(layer_matrix<T>{projection::key, d_model, key_width()});
    if (key_values == key_value_kind::projected) visit(layer_matrix<T>{projection::value, d_model, value_width()});
    visit(layer_matrix<T>{projection::output, output_width(), d_model});
    detail::visit_output_gate(output_gate, d_model, output_width(), n_heads, visit);
    if (sparse) indexer.each_matrix(d_model, d_model, visit);
  }
  /// Weights of the query, key, value and output projections.
  constexpr T projection_weights(T d_model) const {
    return detail::stored_in(*this, d_model,
                             {projection::query, projection::query_down, projection::query_up, projection::key,
                              projection::value, projection::output});
  }
  constexpr T bias_weights(T d_model) const {
    T const qkv = qkv_bias ? query_width() + projected_key_value_width() : T(0);
    return output_bias ? qkv + d_model : qkv;
  }
  constexpr T qk_norm_weights() const {
    if (qk_norm == qk_norm_kind::none) return T(0);
    T const of_queries = qk_norm == qk_norm_kind::per_head ? head_dim : query_width();
    if (key_values == key_value_kind::shared) return of_queries;
    return of_queries + (qk_norm == qk_norm_kind::per_head ? head_dim : key_width());
  }
  constexpr T latent_norm_weights() const { return query_lora ? q_lora_rank : T(0); }
  constexpr T sink_weights() const { return sinks ? n_heads : T(0); }
  /// Forward FLOPs of scores and weighted values for half a pair: H·(D+V). Multiply by `twice_pairs`.
  constexpr T core_flops_per_half_pair() const { return n_heads * (head_dim + v_head_dim); }
  /// Elements that a key-value cache keeps for one token: K·(D+V); K·D when keys are the values, none when shared.
  constexpr T cache_elements_per_token() const {
    T const own = projected_key_value_width();
    return sparse ? own + indexer.cache_elements_per_token() : own;
  }

  friend bool operator==(grouped_query_attention const&,
                         grouped_query_attention const&) requires std::equality_comparable<T>
  = default;
};

}  // namespace moetric::v0
