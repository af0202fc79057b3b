#pragma once

#include "moetric/layers/expert_routing.hpp"
#include "moetric/layers/kept_tensor.hpp"
#include "moetric/layers/layer_cache.hpp"
#include "moetric/layers/output_gate.hpp"
#include "moetric/layers/parallel_sizes.hpp"
#include "moetric/layers/sparse_indexer.hpp"

namespace moetric::v0 {

/// Norms on queries and keys: none, one over head_dim shared by all heads, or one over the whole projection.
enum class qk_norm_kind { none, per_head, full };

/// Where keys and values come from: separate projections, one projection for both, or an earlier layer; with idle
/// projections that are stored and not used (Gemma 3n) or without any.
enum class key_value_kind { projected, key_is_value, shared, shared_idle };

/// Grouped-query attention; multi-head is n_kv_heads = n_heads (the default), multi-query is n_kv_heads = 1.
///
/// With d = d_model, H heads, K key/value heads, D = head_dim, V = v_head_dim:
///   projections  d·H·D + d·K·D + d·K·V + H·V·d weights; no d·K·V when keys are the values, neither when shared;
///                with `query_lora` of rank ql, d·ql + ql·H·D instead of d·H·D; `with_embedding` 2·d instead of d for
///                queries, keys and values
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
  bool sinks = false;       // one learned score per head, for which there is no key
  key_value_kind key_values = key_value_kind::projected;
  bool with_embedding = false;  // reads the hidden state beside the token's embedding, 2·d wide
  bool sparse = false;          // the indexer chooses the keys
  sparse_indexer<T> indexer{};

  /// The name of the kind.
  static constexpr std::string_view kind_name = "grouped_query_attention";
  /// The matrices that fp8 checkpoints quantise; the gate stays in bf16.
  static constexpr quantised_set fp8_matrices =
      projection_set{projection::query, projection::query_down, projection::query_up,
                     projection::key,   projection::value,      projection::output};

  /// H·D.
  constexpr T query_width() const { return n_heads * head_dim; }
  /// K·D.
  constexpr T key_width() const { return n_kv_heads * head_dim; }
  /// K·V.
  constexpr T value_width() const { return n_kv_heads * v_head_dim; }
  /// H·V.
  constexpr T output_width() const { return n_heads * v_head_dim; }
  /// True if keys and values are an earlier layer's.
  constexpr bool shares_keys() const {
    return key_values == key_value_kind::shared || key_values == key_value_kind::shared_idle;
  }
  /// The width of this layer's own projections of keys and values.
  constexpr T projected_key_value_width() const {
    switch (key_values) {
    case key_value_kind::shared: return T(0);
    case key_value_kind::key_is_value: return key_width();
    case key_value_kind::shared_idle:
    case key_value_kind::projected: break;
    }
    return key_width() + value_width();
  }

  /// Calls `visit` with each matrix.
  template <class Visit>
  constexpr void each_matrix(T d_model, Visit visit) const {
    T const input = with_embedding ? 2 * d_model : d_model;
    if (query_lora) {
      visit(layer_matrix<T>{projection::query_down, input, q_lora_rank});
      visit(layer_matrix<T>{projection::query_up, q_lora_rank, query_width()});
    } else {
      visit(layer_matrix<T>{projection::query, input, query_width()});
    }
    bool const idle = key_values == key_value_kind::shared_idle;
    T const used = idle ? T(0) : T(1);
    if (key_values != key_value_kind::shared)
      visit(layer_matrix<T>{projection::key, input, key_width(), T(1), used, T(1), T(1), idle});
    if (idle || key_values == key_value_kind::projected)
      visit(layer_matrix<T>{projection::value, input, value_width(), T(1), used, T(1), T(1), idle});
    visit(layer_matrix<T>{projection::output, output_width(), d_model});
    detail::visit_output_gate(output_gate, d_model, output_width(), n_heads, visit);
    if (sparse) indexer.each_matrix(d_model, d_model, visit);
  }
  /// Calls `visit` with each vector: biases, sinks, norms.
  template <class Visit>
  constexpr void each_vector(T d_model, Visit visit) const {
    visit(layer_vector<T>{term::attention_bias, bias_weights(d_model)});
    visit(layer_vector<T>{term::attention_sinks, sink_weights()});
    visit(layer_vector<T>{term::qk_norm, qk_norm_weights(), shares_keys() ? query_norm_weights() : qk_norm_weights()});
    visit(layer_vector<T>{term::latent_norm, latent_norm_weights()});
    if (sparse) indexer.each_vector(visit);
  }
  /// Calls `visit` with the forward FLOPs of scores and weighted values, and of the indexer's scores.
  template <class Visit>
  constexpr void each_core(sequence<T> const& tokens, Visit visit) const {
    T const half_pairs = bidirectional ? twice_all_pairs(tokens)
                         : sparse      ? twice_pairs(tokens, indexer.top_k)
                                       : twice_pairs(tokens, window, windows);
    visit(layer_core<T>{term::attention_core, core_flops_per_half_pair() * half_pairs});
    if (sparse) indexer.each_core(tokens, visit);
  }
  /// Weights of the query, key, value and output projections.
  constexpr T projection_weights(T d_model) const {
    return detail::stored_in(*this, d_model,
                             {projection::query, projection::query_down, projection::query_up, projection::key,
                              projection::value, projection::output});
  }
  /// Weights of the biases: H·D and those of keys and values with `qkv_bias`, d with `output_bias`.
  constexpr T bias_weights(T d_model) const {
    T const qkv = qkv_bias ? query_width() + projected_key_value_width() : T(0);
    return output_bias ? qkv + d_model : qkv;
  }
  /// Weights of the norm on queries.
  constexpr T query_norm_weights() const {
    if (qk_norm == qk_norm_kind::none) return T(0);
    return qk_norm == qk_norm_kind::per_head ? head_dim : query_width();
  }
  /// Weights of the norms on queries and keys.
  constexpr T qk_norm_weights() const {
    if (qk_norm == qk_norm_kind::none || key_values == key_value_kind::shared) return query_norm_weights();
    return query_norm_weights() + (qk_norm == qk_norm_kind::per_head ? head_dim : key_width());
  }
  /// Weights of the norm on the latent query: ql.
  constexpr T latent_norm_weights() const { return query_lora ? q_lora_rank : T(0); }
  /// One learned score per head.
  constexpr T sink_weights() const { return sinks ? n_heads : T(0); }
  /// Forward FLOPs of scores and weighted values for half a pair: H·(D+V). Multiply by `twice_pairs`.
  constexpr T core_flops_per_half_pair() const { return n_heads * (head_dim + v_head_dim); }
  /// Twice the scores of one sequence that pass a softmax, as tools charge them: over the window, even if an indexer
  /// chooses among its keys.
  constexpr T softmax_scores(sequence<T> const& tokens) const {
    return n_heads * (bidirectional ? twice_all_pairs(tokens) : twice_pairs(tokens, window, windows));
  }
  /// The indexer, if one chooses the keys.
  constexpr chosen_keys<T> key_choice() const { return {sparse, indexer, query_width()}; }
  /// The key-value cache: K·(D+V) for each token of the window, none when shared; and the indexer's keys. Keys and
  /// values of one projection are still two tensors: Gemma 4 norms and rotates keys, and norms values.
  constexpr layer_cache<T> cache() const {
    return {.elements = shares_keys() ? T(0) : key_width() + value_width(),
            .window = window,
            .index = sparse ? indexer.cached_key_width() : T(0)};
  }
  /// Elements of the cache that one query reads with `context` tokens cached. A window holds the query itself; a layer
  /// that shares keys and values reads another layer's.
  template <std::same_as<count> Count>
  constexpr Count cache_elements_read(Count context) const {
    Count const elements = key_width() + value_width();
    if (sparse) return indexer.cache_elements_read(context, elements);
    if (windows == window_kind::chunked) return remainder(context, window) * elements;
    return detail::least(context, window - 1) * elements;
  }
  /// Elements of recurrent state: none.
  constexpr T state_elements() const { return T(0); }
  /// Rotary frequencies that older checkpoints store: one for each pair of a head's features.
  template <std::same_as<count> Count = T>
  constexpr Count stored_rotary_frequencies() const {
    return floor_div(head_dim, 2);
  }
  /// Equal parts of the cache and states that tensor-parallel ranks can hold: one for each key-value head.
  constexpr T cache_parts() const { return n_kv_heads; }
  /// Tensors kept for the backward pass beside inputs and outputs of the matrices: the logarithms of the softmax sums
  /// in fp32, queries and keys before their norm, values that are normed keys, the output before its gate, and the
  /// chosen keys' indices.
  template <class Visit>
  constexpr void each_kept(T tokens, Visit visit) const {
    visit(kept_tensor<T>{term::attention_core, kept_module::core, kept_split::tensor, n_heads, T(4)});
    if (qk_norm != qk_norm_kind::none)
      visit(kept_tensor<T>{term::qk_norm, kept_module::norm, kept_split::tensor,
                           shares_keys() ? query_width() : query_width() + key_width()});
    if (key_values == key_value_kind::key_is_value)
      visit(kept_tensor<T>{term::attention_projections, kept_module::norm, kept_split::key_value_heads, value_width()});
    if (output_gate != output_gate_kind::none)
      visit(kept_tensor<T>{term::attention_gate, kept_module::core_output, kept_split::tensor, output_width()});
    if (sparse)
      visit(kept_tensor<T>{term::sparse_indexer, kept_module::core, kept_split::sequence,
                           detail::least(tokens, indexer.top_k), T(4)});
  }
  /// No experts.
  constexpr expert_routing<T> routing() const { return {}; }

  /// The rules of a sound layer.
  template <class Report>
  constexpr void rules(Report& report) const {
    if (n_heads == 0) report.broken_rule("moetric: n_heads must be positive", n_heads);
    if (n_kv_heads == 0) report.broken_rule("moetric: n_kv_heads must be positive", n_kv_heads);
    if (n_kv_heads != 0 && remainder(n_heads, n_kv_heads) != 0)
      report.broken_rule("moetric: n_heads must be divisible by n_kv_heads", n_heads, n_kv_heads);
    if (head_dim == 0) report.broken_rule("moetric: head_dim must be positive", head_dim);
    if (v_head_dim == 0) report.broken_rule("moetric: v_head_dim must be positive", v_head_dim);
    if (window == 0) report.broken_rule("moetric: window must be positive", window);
    if (query_lora && q_lora_rank == 0)
      report.broken_rule("moetric: q_lora_rank must be positive with query_lora", q_lora_rank);
    if (sparse) indexer.rules(report);
  }
  /// The rules of sharding: whole heads on each rank; key-value heads may be replicated.
  template <class Report>
  constexpr void parallel_rules(parallel_sizes const& sizes, Report& report) const {
    detail::split_heads(n_heads, sizes, report);
    if (remainder(n_kv_heads, sizes.tensor) != 0 && remainder(sizes.tensor, n_kv_heads) != 0)
      report.broken_rule("moetric: n_kv_heads must divide or be divisible by the tensor-parallel size", n_kv_heads,
                         sizes.tensor);
    detail::rotate_pairs(head_dim, report);
    if (window != unlimited_window && sizes.sequence_length != 1 && window > sizes.sequence_length)
      report.broken_rule("moetric: window must not exceed the sequence length", window, sizes.sequence_length);
  }
  /// The rules of documents given by their sums: every query must see all keys of its document.
  template <class Report>
  constexpr void packing_rules(count tokens, Report& report) const {
    if (bidirectional) return;
    if (sparse && indexer.top_k < tokens)
      report.broken_rule(
          "moetric: tokens of a batch given by its sums must not exceed top_k of a sparse grouped_query_attention "
          "(else take the lengths)",
          tokens, indexer.top_k);
    if (!sparse && window < tokens)
      report.broken_rule(
          "moetric: tokens of a batch given by its sums must not exceed the window of a grouped_query_attention "
          "(else take the lengths)",
          tokens, window);
  }

  friend bool operator==(grouped_query_attention const&,
                         grouped_query_attention const&) requires std::equality_comparable<T>
  = default;
};

}  // namespace moetric::v0
