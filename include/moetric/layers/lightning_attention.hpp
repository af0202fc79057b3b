#pragma once

#include "moetric/layers/attention_span.hpp"
#include "moetric/layers/expert_routing.hpp"
#include "moetric/layers/kept_tensor.hpp"
#include "moetric/layers/layer_cache.hpp"
#include "moetric/layers/parallel_sizes.hpp"
#include "moetric/layers/sparse_indexer.hpp"

namespace moetric::v0 {

/// Lightning attention: linear attention with a fixed decay for each head.
///
/// With P = n_heads·head_dim:
///   projections  d·3P (queries, keys, values) + d·P (gate) + P·d (output)
///   vectors      P (norm of the output); with `qk_norm` also 2·head_dim, shared by all heads
///   core         4·n_heads·head_dim² FLOPs a token: write and read of the state. Derived from the recurrent form;
///                blockwise kernels execute more
/// Source: MiniMax-01, 2501.08313; with `qk_norm` Ring-linear, 2510.19338.
template <Arithmetic T = count>
struct lightning_attention {
  T n_heads = T(0);
  T head_dim = T(0);
  bool qk_norm = false;

  /// The name of the kind.
  static constexpr std::string_view kind_name = "lightning_attention";
  /// The matrices that fp8 checkpoints quantise: not known, published recipes differ.
  static constexpr quantised_set fp8_matrices = quantised_set::unknown();

  /// P.
  constexpr T width() const { return n_heads * head_dim; }

  /// Calls `visit` with each matrix.
  template <class Visit>
  constexpr void each_matrix(T d_model, Visit visit) const {
    visit(layer_matrix<T>{projection::state_in, d_model, 3 * width()});
    visit(layer_matrix<T>{projection::state_gate, d_model, width()});
    visit(layer_matrix<T>{projection::output, width(), d_model});
  }
  /// Calls `visit` with each vector: norms.
  template <class Visit>
  constexpr void each_vector(T, Visit visit) const {
    visit(layer_vector<T>{term::state_vectors, vector_weights()});
  }
  /// Calls `visit` with the forward FLOPs of the state.
  template <class Visit>
  constexpr void each_core(sequence<T> const& tokens, Visit visit) const {
    visit(layer_core<T>{term::state_core, core_flops_per_token() * tokens.length});
  }
  /// Weights of the norms.
  constexpr T vector_weights() const { return qk_norm ? width() + 2 * head_dim : width(); }
  /// Forward FLOPs of the state for one token.
  constexpr T core_flops_per_token() const { return 4 * n_heads * head_dim * head_dim; }
  /// Scores that pass a softmax: none.
  constexpr T softmax_scores(sequence<T> const&) const { return T(0); }
  /// No indexer.
  constexpr chosen_keys<T> key_choice() const { return {}; }
  /// No key-value cache.
  constexpr layer_cache<T> cache() const { return {}; }
  /// Elements of the cache that one query reads: none.
  constexpr T cache_elements_read(T) const { return T(0); }
  /// Elements of the recurrent state of one sequence: n_heads·head_dim².
  constexpr T state_elements() const { return n_heads * head_dim * head_dim; }
  /// Rotary frequencies in checkpoints: none are known.
  constexpr T stored_rotary_frequencies() const { return T(0); }
  /// Equal parts of the cache and states that tensor-parallel ranks can hold: one for each head.
  constexpr T cache_parts() const { return n_heads; }
  /// Tensors kept for the backward pass beside inputs and outputs of the matrices: queries, keys and values after
  /// their activation, and the output before its norm.
  template <class Visit>
  constexpr void each_kept(T, Visit visit) const {
    visit(kept_tensor<T>{term::state_core, kept_module::core, kept_split::tensor, 3 * width()});
    visit(kept_tensor<T>{term::state_vectors, kept_module::norm, kept_split::tensor, width()});
  }
  /// No experts.
  constexpr expert_routing<T> routing() const { return {}; }

  /// The rules of a sound layer.
  template <class Report>
  constexpr void rules(Report& report) const {
    if (n_heads == 0) report.broken_rule("moetric: n_heads must be positive", n_heads);
    if (head_dim == 0) report.broken_rule("moetric: head_dim must be positive", head_dim);
  }
  /// The rules of sharding: whole heads on each rank.
  template <class Report>
  constexpr void parallel_rules(parallel_sizes const& sizes, Report& report) const {
    detail::split_heads(n_heads, sizes, report);
  }
  /// The rules of documents given by their sums: none, FLOPs are linear in the length.
  template <class Report>
  constexpr void packing_rules(count, Report&) const {}

  friend bool operator==(lightning_attention const&, lightning_attention const&) requires std::equality_comparable<T>
  = default;
};

}  // namespace moetric::v0
