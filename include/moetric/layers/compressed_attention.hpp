#pragma once

#include "moetric/layers/attention_span.hpp"
#include "moetric/layers/expert_routing.hpp"
#include "moetric/layers/kept_tensor.hpp"
#include "moetric/layers/layer_cache.hpp"
#include "moetric/layers/parallel_sizes.hpp"
#include "moetric/layers/sparse_indexer.hpp"

namespace moetric::v0 {

/// How DeepSeek-V4's attention compresses keys: not at all, r = 4 with a choice among them, or r = 128 with all of
/// them.
enum class key_compression { none, sparse, heavy };

/// Twice the pairs of queries with keys that each stand for a whole group of r tokens up to the query, of which each
/// query sees at most `most`: query i (from 1) has floor(i/r) of them. The half rule charges every query half of the
/// last one's, the full rule as many as the last. Only for `count`: the number of groups is a division.
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
  return 2 * sequence_length * seen - seen * seen * rate;  // the same without the remainders, as for windows
}

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

  /// The name of the kind.
  static constexpr std::string_view kind_name = "compressed_attention";
  /// The matrices that fp8 checkpoints quantise: not the compressors, not the weights of index heads. Source: the
  /// inference code of DeepSeek-V4-Flash.
  static constexpr quantised_set fp8_matrices =
      projection_set{projection::query_down,  projection::query_up,  projection::key,
                     projection::output_down, projection::output_up, projection::index_query};

  /// Calls `visit` with each matrix.
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
  /// Calls `visit` with each vector: norms, sinks, and the compressors' positions and norms.
  template <class Visit>
  constexpr void each_vector(T, Visit visit) const {
    visit(layer_vector<T>{term::latent_norm, latent_norm_weights()});
    visit(layer_vector<T>{term::attention_sinks, sink_weights()});
    visit(layer_vector<T>{term::key_compression, compression_vectors()});
  }
  /// Calls `visit` with the forward FLOPs of scores and weighted values over window and compressed keys, and of the
  /// index scores. Only for `count`: the number of compressed keys is a division.
  template <class Visit>
  constexpr void each_core(sequence<T> const& tokens, Visit visit) const requires std::same_as<T, count> {
    visit(layer_core<T>{term::attention_core, core_flops_per_half_pair() * twice_pairs(tokens, window)});
    if (compression == key_compression::none) return;
    auto const pairs = [&](T most) {
      return twice_compressed_pairs(tokens.causal, tokens.length, compression_rate, most);
    };
    visit(layer_core<T>{term::attention_core, core_flops_per_half_pair() * pairs(compressed_keys_seen())});
    if (compression == key_compression::sparse)
      visit(layer_core<T>{term::key_compression, index_flops_per_half_pair() * pairs(unlimited_window)});
  }
  /// Compressed keys that a query sees at most.
  constexpr T compressed_keys_seen() const {
    return compression == key_compression::sparse ? index_top_k : T(unlimited_window);
  }
  /// Weights of the norms on queries and keys: ql + D.
  constexpr T latent_norm_weights() const { return q_lora_rank + head_dim; }
  /// One learned score per head.
  constexpr T sink_weights() const { return n_heads; }

  /// The width w of a compressor to keys of a width: twice that where compressed groups overlap.
  constexpr T compressor_width(T width) const { return compression == key_compression::sparse ? 2 * width : width; }
  /// A compressor's two matrices, one for the compressed values and one for their gates.
  constexpr layer_matrix<T> compressor(projection named, T d_model, T width) const {
    return {named, d_model, compressor_width(width), T(2), T(2)};
  }
  /// A compressor's positions and norm: r·w + width.
  constexpr T compressor_vectors(T width) const { return compression_rate * compressor_width(width) + width; }
  /// The vectors of all compressors of the layer.
  constexpr T compression_vectors() const {
    if (compression == key_compression::none) return T(0);
    T const keys = compressor_vectors(head_dim);
    return compression == key_compression::sparse ? keys + compressor_vectors(index_head_dim) : keys;
  }
  /// Forward FLOPs of scores and weighted values for half a pair: 2·H·D.
  constexpr T core_flops_per_half_pair() const { return 2 * n_heads * head_dim; }
  /// Forward FLOPs of the index scores for half a pair: hi·di.
  constexpr T index_flops_per_half_pair() const { return n_index_heads * index_head_dim; }
  /// Twice the scores of one sequence that pass a softmax, as tools charge them: over the window.
  constexpr T softmax_scores(sequence<T> const& tokens) const { return n_heads * twice_pairs(tokens, window); }
  /// No indexer among all earlier keys: the index branch chooses among compressed ones, and has rules of its own in
  /// every account (`each_core`, `cache`, `compressed_rule` of conventions).
  constexpr chosen_keys<T> key_choice() const { return {}; }

  /// The key-value cache: D for each token of the window and for each compressed key, key and value at once; di for
  /// each index key. The compressors' inputs of an unfinished group are not counted.
  constexpr layer_cache<T> cache() const {
    bool const any = compression != key_compression::none, sparse = compression == key_compression::sparse;
    return {.elements = head_dim,
            .window = window,
            .index = sparse ? index_head_dim : T(0),
            .compressed = any ? head_dim : T(0),
            .group = any ? compression_rate : T(1)};
  }
  /// Elements of the cache that one query reads with `context` tokens cached: those of the window, the compressed keys
  /// that it sees, and all index keys.
  template <std::same_as<count> Count>
  constexpr Count cache_elements_read(Count context) const {
    Count const near = detail::least(context, window - 1) * head_dim, groups = floor_div(context, compression_rate);
    if (compression == key_compression::none) return near;
    if (compression == key_compression::heavy) return near + groups * head_dim;
    return near + detail::least(groups, index_top_k) * head_dim + groups * index_head_dim;
  }
  /// Elements of recurrent state: none.
  constexpr T state_elements() const { return T(0); }
  /// Rotary frequencies in checkpoints: the published one stores none.
  constexpr T stored_rotary_frequencies() const { return T(0); }
  /// Equal parts of the cache and states that tensor-parallel ranks can hold: one, since all heads share a key.
  constexpr T cache_parts() const { return T(1); }
  /// Tensors kept for the backward pass beside inputs and outputs of the matrices: the logarithms of the softmax sums
  /// in fp32, the key before its norm, and the chosen keys' indices.
  template <class Visit>
  constexpr void each_kept(T tokens, Visit visit) const {
    visit(kept_tensor<T>{term::attention_core, kept_module::core, kept_split::tensor, n_heads, T(4)});
    visit(kept_tensor<T>{term::latent_norm, kept_module::latent, kept_split::sequence, head_dim});
    if (compression == key_compression::sparse)
      visit(kept_tensor<T>{term::key_compression, kept_module::core, kept_split::sequence,
                           detail::least(tokens, index_top_k), T(4)});
  }
  /// No experts.
  constexpr expert_routing<T> routing() const { return {}; }

  /// The rules of a sound layer.
  template <class Report>
  constexpr void rules(Report& report) const {
    if (n_heads == 0) report.broken_rule("moetric: n_heads must be positive", n_heads);
    if (head_dim == 0) report.broken_rule("moetric: head_dim must be positive", head_dim);
    if (q_lora_rank == 0) report.broken_rule("moetric: q_lora_rank must be positive", q_lora_rank);
    if (n_output_groups == 0) report.broken_rule("moetric: n_output_groups must be positive", n_output_groups);
    if (n_output_groups != 0 && remainder(n_heads, n_output_groups) != 0)
      report.broken_rule("moetric: n_heads must be divisible by n_output_groups", n_heads, n_output_groups);
    if (output_lora_rank == 0) report.broken_rule("moetric: output_lora_rank must be positive", output_lora_rank);
    if (window == 0) report.broken_rule("moetric: window must be positive", window);
    if (compression_rate == 0) report.broken_rule("moetric: compression_rate must be positive", compression_rate);
    if (compression == key_compression::sparse && (n_index_heads == 0 || index_head_dim == 0))
      report.broken_rule("moetric: n_index_heads and index_head_dim must be positive with sparse compression",
                         n_index_heads, index_head_dim);
  }
  /// The rules of sharding: whole heads and whole output groups on each rank, since a group projects all of its heads
  /// together, and whole index heads. Source: the published inference code, which gives each rank n_groups / ranks
  /// groups and index_n_heads / ranks index heads.
  template <class Report>
  constexpr void parallel_rules(parallel_sizes const& sizes, Report& report) const {
    detail::split_heads(n_heads, sizes, report);
    if (remainder(n_output_groups, sizes.tensor) != 0)
      report.broken_rule("moetric: n_output_groups must be divisible by the tensor-parallel size", n_output_groups,
                         sizes.tensor);
    if (compression == key_compression::sparse && remainder(n_index_heads, sizes.tensor) != 0)
      report.broken_rule("moetric: n_index_heads must be divisible by the tensor-parallel size", n_index_heads,
                         sizes.tensor);
  }
  /// The rules of documents given by their sums: every query must see all keys of its document, uncompressed.
  template <class Report>
  constexpr void packing_rules(count tokens, Report& report) const {
    if (window < tokens)
      report.broken_rule(
          "moetric: tokens of a batch given by its sums must not exceed the window of a compressed_attention (else "
          "take the lengths)",
          tokens, window);
    if (compression != key_compression::none && compression_rate - 1 < tokens)
      report.broken_rule(
          "moetric: tokens of a batch given by its sums must not exceed what a compressed_attention leaves "
          "uncompressed (else take the lengths)",
          tokens, compression_rate - 1);
  }

  friend bool operator==(compressed_attention const&, compressed_attention const&) requires std::equality_comparable<T>
  = default;
};

}  // namespace moetric::v0
