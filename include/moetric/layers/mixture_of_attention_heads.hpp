#pragma once

#include "moetric/layers/attention_span.hpp"
#include "moetric/layers/expert_routing.hpp"
#include "moetric/layers/kept_tensor.hpp"
#include "moetric/layers/layer_cache.hpp"
#include "moetric/layers/parallel_sizes.hpp"
#include "moetric/layers/sparse_indexer.hpp"

namespace moetric::v0 {

/// Mixture of attention heads: a router gives each token top_k of n_experts pairs of query and output projections,
/// over keys and values that all experts share.
///
/// With P = n_kv_heads·head_dim:
///   experts  n_experts·2·d·P weights, of which one token uses top_k/n_experts
///   shared   d·2P (keys and values), output bias d
///   router   d·n_experts
///   core     2·top_k·n_kv_heads·2·head_dim FLOPs for each query-key pair
/// Source: JetMoE, 2404.07413.
template <Arithmetic T = count>
struct mixture_of_attention_heads {
  T n_experts = T(0);
  T top_k = T(0);
  T n_kv_heads = T(0);
  T head_dim = T(0);

  /// The name of the kind.
  static constexpr std::string_view kind_name = "mixture_of_attention_heads";
  /// The matrices that fp8 checkpoints quantise: no fp8 checkpoint of this kind is known.
  static constexpr quantised_set fp8_matrices = quantised_set::unknown();

  /// P.
  constexpr T width() const { return n_kv_heads * head_dim; }

  /// Calls `visit` with each matrix.
  template <class Visit>
  constexpr void each_matrix(T d_model, Visit visit) const {
    visit(layer_matrix<T>{projection::query, d_model, width(), n_experts, top_k});
    visit(layer_matrix<T>{projection::key, d_model, width()});
    visit(layer_matrix<T>{projection::value, d_model, width()});
    visit(layer_matrix<T>{projection::output, width(), d_model, n_experts, top_k});
    visit(layer_matrix<T>{projection::router, d_model, n_experts});
  }
  /// Calls `visit` with each vector: the output bias.
  template <class Visit>
  constexpr void each_vector(T d_model, Visit visit) const {
    visit(layer_vector<T>{term::attention_bias, bias_weights(d_model)});
  }
  /// Calls `visit` with the forward FLOPs of scores and weighted values.
  template <class Visit>
  constexpr void each_core(sequence<T> const& tokens, Visit visit) const {
    visit(layer_core<T>{term::attention_core, core_flops_per_half_pair() * twice_pairs(tokens)});
  }
  /// Weights of the output bias: d.
  constexpr T bias_weights(T d_model) const { return d_model; }
  /// Forward FLOPs of scores and weighted values for half a pair: 2·top_k·P.
  constexpr T core_flops_per_half_pair() const { return 2 * top_k * width(); }
  /// Twice the scores of one sequence that pass a softmax: n_kv_heads heads in each chosen expert.
  constexpr T softmax_scores(sequence<T> const& tokens) const { return top_k * n_kv_heads * twice_pairs(tokens); }
  /// No indexer.
  constexpr chosen_keys<T> key_choice() const { return {}; }
  /// The key-value cache: 2·P for each token.
  constexpr layer_cache<T> cache() const { return {.elements = 2 * width()}; }
  /// Elements of the cache that one query reads with `context` tokens cached: all.
  constexpr T cache_elements_read(T context) const { return context * cache().elements; }
  /// Elements of recurrent state: none.
  constexpr T state_elements() const { return T(0); }
  /// Rotary frequencies in checkpoints: JetMoE's published total contains none.
  constexpr T stored_rotary_frequencies() const { return T(0); }
  /// Equal parts of the cache and states that tensor-parallel ranks can hold: one for each key-value head.
  constexpr T cache_parts() const { return n_kv_heads; }
  /// Tensors kept for the backward pass beside inputs and outputs of the matrices: the logarithms of the softmax sums
  /// in fp32.
  template <class Visit>
  constexpr void each_kept(T, Visit visit) const {
    visit(kept_tensor<T>{term::attention_core, kept_module::core, kept_split::tensor, top_k * n_kv_heads, T(4)});
  }
  /// The experts: query and output projections.
  constexpr expert_routing<T> routing() const {
    return {n_experts, top_k, router_kind::linear, {projection::query, projection::output}, {}};
  }

  /// The rules of a sound layer.
  template <class Report>
  constexpr void rules(Report& report) const {
    if (top_k == 0) report.broken_rule("moetric: top_k must be positive", top_k);
    if (top_k > n_experts) report.broken_rule("moetric: top_k must not exceed n_experts", top_k, n_experts);
    if (n_kv_heads == 0) report.broken_rule("moetric: n_kv_heads must be positive", n_kv_heads);
    if (head_dim == 0) report.broken_rule("moetric: head_dim must be positive", head_dim);
  }
  /// The rules of sharding: derived, since no trainer is known to shard this kind. An expert has one query head for
  /// each key-value head, so a tensor-parallel rank needs whole key-value heads; experts are spread like those of a
  /// feed-forward.
  template <class Report>
  constexpr void parallel_rules(parallel_sizes const& sizes, Report& report) const {
    if (remainder(n_kv_heads, sizes.tensor) != 0)
      report.broken_rule("moetric: n_kv_heads must be divisible by the tensor-parallel size", n_kv_heads, sizes.tensor);
    detail::split_experts(n_experts, sizes, report);
    detail::rotate_pairs(head_dim, report);
  }
  /// The rules of documents given by their sums: none, a query sees all keys of its document.
  template <class Report>
  constexpr void packing_rules(count, Report&) const {}

  friend bool operator==(mixture_of_attention_heads const&,
                         mixture_of_attention_heads const&) requires std::equality_comparable<T>
  = default;
};

}  // namespace moetric::v0
