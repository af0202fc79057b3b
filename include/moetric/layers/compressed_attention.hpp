#pragma once

#include "moetric/layers/attention_span.hpp"
#include "moetric/layers/projection.hpp"

namespace moetric::v0 {

/// How DeepSeek-V4's attention compresses keys: not at all, r = 4 with a choice among them, or r = 128 with all of
/// them.
enum class key_compression { none, sparse, heavy };

/// DeepSeek-V4's attention: latent queries, one key-value head whose keys are the values, a sliding window, and beside
/// it keys compressed r to 1. Compressed sparse attention (r = 4, overlapping, chosen by an index branch), heavily
/// compressed attention (r = 128, all of them), or the window alone.
///
/// With d = d_model, H heads of D, query rank ql, output groups g of rank ro, index heads hi of di:
///   queries       d·ql + ql·H·D, norm ql
///   keys/values   d·D, norm D
///   output        H·D·ro + g·ro·d (each group projects its own heads to ro)
///   sinks         H
///   compressor    to D at rate r: 2·d·w weights, r·w positions and a norm D, with w = 2·D when overlapping, else D
///   index branch  ql·hi·di + d·hi and a compressor to di (sparse only)
///   core          4·H·D FLOPs for each query and key of the window or compressed
/// Source: the published modelling code of DeepSeek-V4-Flash; its totals agree to the last parameter. The FLOPs of
/// the compressed keys are derived here.
template <Arithmetic T = count>
struct compressed_attention {
  T n_heads = T(0);
  T head_dim = T(0);
  T q_lora_rank = T(0);
  T n_output_groups = T(0);
  T output_lora_rank = T(0);
  T window = T(unlimited_window);  // tokens
  key_compression compression = key_compression::none;
  T compression_rate = T(1);  // tokens for each compressed key
  T n_index_heads = T(0);
  T index_head_dim = T(0);
  T index_top_k = T(unlimited_window);  // compressed keys that a query sees

  template <class Visit>
  constexpr void each_matrix(T d_model, Visit visit) const {
    T const heads = n_heads * head_dim;
    visit(layer_matrix<T>{projection::query_down, d_model, q_lora_rank});
    visit(layer_matrix<T>{projection::query_up, q_lora_rank, heads});
    visit(layer_matrix<T>{projection::key, d_model, head_dim});
    visit(layer_matrix<T>{projection::output_down, heads, output_lora_rank, T(1), T(1), n_output_groups});
    visit(layer_matrix<T>{projection::output_up, n_output_groups * output_lora_rank, d_model});
    if (compression == key_compression::none) return;
    visit(compressor(projection::key_compressor, d_model, head_dim));
    if (compression == key_compression::heavy) return;
    visit(layer_matrix<T>{projection::index_query, q_lora_rank, n_index_heads * index_head_dim});
    visit(layer_matrix<T>{projection::index_weights, d_model, n_index_heads});
    visit(compressor(projection::index_compressor, d_model, index_head_dim));
  }
  constexpr T latent_norm_weights() const { return q_lora_rank + head_dim; }
  constexpr T sink_weights() const { return n_heads; }

  /// The width w of a compressor to keys of a width: twice that where compressed groups overlap.
  constexpr T compressor_width(T width) const { return compression == key_compression::sparse ? 2 * width : width; }
  /// Its two matrices, one for what is compressed and one for how it is weighted.
  constexpr layer_matrix<T> compressor(projection named, T d_model, T width) const {
    return {named, d_model, compressor_width(width), T(2), T(2)};
  }
  /// Its positions and norm.
  constexpr T compressor_vectors(T width) const { return compression_rate * compressor_width(width) + width; }
  constexpr T compression_vectors() const {
    if (compression == key_compression::none) return T(0);
    T const keys = compressor_vectors(head_dim);
    return compression == key_compression::sparse ? keys + compressor_vectors(index_head_dim) : keys;
  }
  /// Forward FLOPs of scores and weighted values for half a pair: 2·H·D.
  constexpr T core_flops_per_half_pair() const { return 2 * n_heads * head_dim; }
  /// Forward FLOPs of the index scores for half a pair: hi·di.
  constexpr T index_flops_per_half_pair() const { return n_index_heads * index_head_dim; }

  /// Elements that the cache of the window keeps for one token: D, key and value at once.
  constexpr T cache_elements_per_token() const { return head_dim; }

  friend bool operator==(compressed_attention const&, compressed_attention const&) requires std::equality_comparable<T>
  = default;
};

/// Twice the pairs of queries with the keys that stand for whole groups of r tokens before or at them, of which each
/// query sees at most `most`: query i (from 1) has floor(i/r) of them. By the half rule a query is charged with half
/// of the last one's, by the full rule with as many as the last. Only for `count`.
constexpr count twice_compressed_pairs(causal_rule rule, count sequence_length, count rate, count most) {
  count const groups = floor_div(sequence_length, rate);
  count const seen = detail::least(groups, most);
  if (rule == causal_rule::full) return 2 * sequence_length * seen;
  // Queries r·j .. r·(j+1) − 1 have j groups; those after the last whole group have all.
  count const last = sequence_length - rate * groups + 1;  // queries that have every group
  count const growing = rate * seen * seen - rate * seen;  // twice r·(1 + ... + seen − 1)
  count const capped = groups == seen ? 0 : 2 * rate * seen * (groups - seen);
  count const exact = groups == 0 ? 0 : growing + capped + 2 * last * seen;
  if (rule == causal_rule::exact) return exact;
  return 2 * sequence_length * seen - seen * seen * rate;  // the smooth form of the same, as for windows
}

}  // namespace moetric::v0
