#pragma once

#include "moetric/layers/attention_span.hpp"
#include "moetric/layers/expert_routing.hpp"
#include "moetric/layers/kept_tensor.hpp"
#include "moetric/layers/layer_cache.hpp"
#include "moetric/layers/parallel_sizes.hpp"
#include "moetric/layers/sparse_indexer.hpp"

namespace moetric::v0 {

/// Kimi delta attention: a gated delta net whose decay is a vector for each head.
///
/// With P = n_heads·head_dim, D = head_dim, a convolution of width c:
///   projections  3·d·P (queries, keys, values) + d·D + D·P (decay; d·P with `full_rank_decay`) + d·n_heads (beta) +
///                d·D + D·P (gate; d·P with `full_rank_gate`) + P·d (output)
///   convolution  3·P·c
///   vectors      n_heads (decay) + P (its bias) + D (norm)
///   core         8·n_heads·D² FLOPs a token, as gated DeltaNet
/// Source: Kimi-Linear, 2510.26692; both in full rank: Ling 3.0.
template <Arithmetic T = count>
struct kimi_delta_attention {
  T n_heads = T(0);
  T head_dim = T(0);
  T convolution_width = T(4);
  bool full_rank_decay = false;
  bool full_rank_gate = false;

  /// The name of the kind.
  static constexpr std::string_view kind_name = "kimi_delta_attention";
  /// The matrices that fp8 checkpoints quantise: not known, published recipes differ.
  static constexpr quantised_set fp8_matrices = quantised_set::unknown();

  /// P.
  constexpr T width() const { return n_heads * head_dim; }

  /// Calls `visit` with each matrix.
  template <class Visit>
  constexpr void each_matrix(T d_model, Visit visit) const {
    for (projection const named : {projection::query, projection::key, projection::value})
      visit(layer_matrix<T>{named, d_model, width()});
    if (full_rank_decay) {
      visit(layer_matrix<T>{projection::decay, d_model, width()});
    } else {
      visit(layer_matrix<T>{projection::decay_down, d_model, head_dim});
      visit(layer_matrix<T>{projection::decay_up, head_dim, width()});
    }
    visit(layer_matrix<T>{projection::beta, d_model, n_heads});
    if (full_rank_gate) {
      visit(layer_matrix<T>{projection::state_gate, d_model, width()});
    } else {
      visit(layer_matrix<T>{projection::state_gate_down, d_model, head_dim});
      visit(layer_matrix<T>{projection::state_gate_up, head_dim, width()});
    }
    visit(layer_matrix<T>{projection::output, width(), d_model});
  }
  /// Calls `visit` with each vector: those of the state, and the convolution.
  template <class Visit>
  constexpr void each_vector(T, Visit visit) const {
    visit(layer_vector<T>{term::state_vectors, vector_weights()});
    visit(layer_vector<T>{term::convolution, convolution_weights()});
  }
  /// Calls `visit` with the forward FLOPs of state and convolution.
  template <class Visit>
  constexpr void each_core(sequence<T> const& tokens, Visit visit) const {
    visit(layer_core<T>{term::state_core, core_flops_per_token() * tokens.length});
    visit(layer_core<T>{term::convolution, convolution_flops_per_token() * tokens.length});
  }
  /// Weights of the convolution.
  constexpr T convolution_weights() const { return 3 * width() * convolution_width; }
  /// Weights of decay, its bias, and the norm.
  constexpr T vector_weights() const { return n_heads + width() + head_dim; }
  /// Forward FLOPs of the state for one token.
  constexpr T core_flops_per_token() const { return 8 * n_heads * head_dim * head_dim; }
  /// Forward FLOPs of the convolution for one token.
  constexpr T convolution_flops_per_token() const { return 2 * convolution_weights(); }
  /// Scores that pass a softmax: none.
  constexpr T softmax_scores(sequence<T> const&) const { return T(0); }
  /// No indexer.
  constexpr chosen_keys<T> key_choice() const { return {}; }
  /// No key-value cache.
  constexpr layer_cache<T> cache() const { return {}; }
  /// Elements of the cache that one query reads: none.
  constexpr T cache_elements_read(T) const { return T(0); }
  /// Elements of the recurrent state of one sequence: n_heads·D², and the convolution's last inputs.
  constexpr T state_elements() const { return n_heads * head_dim * head_dim + 3 * width() * (convolution_width - 1); }
  /// Rotary frequencies in checkpoints: none.
  constexpr T stored_rotary_frequencies() const { return T(0); }
  /// Equal parts of the cache and states that tensor-parallel ranks can hold: one for each head.
  constexpr T cache_parts() const { return n_heads; }
  /// Tensors kept for the backward pass beside inputs and outputs of the matrices: the convolved queries, keys and
  /// values, two triangles of each chunk of 64 tokens, and the output before its norm. Source: the chunked kernel of
  /// fla-org/flash-linear-attention.
  template <class Visit>
  constexpr void each_kept(T, Visit visit) const {
    visit(kept_tensor<T>{term::convolution, kept_module::core, kept_split::tensor, 3 * width()});
    visit(kept_tensor<T>{term::state_core, kept_module::core, kept_split::tensor, 128 * n_heads});
    visit(kept_tensor<T>{term::state_vectors, kept_module::norm, kept_split::tensor, width()});
  }
  /// No experts.
  constexpr expert_routing<T> routing() const { return {}; }

  /// The rules of a sound layer.
  template <class Report>
  constexpr void rules(Report& report) const {
    if (n_heads == 0) report.broken_rule("moetric: n_heads must be positive", n_heads);
    if (head_dim == 0) report.broken_rule("moetric: head_dim must be positive", head_dim);
    if (convolution_width == 0) report.broken_rule("moetric: convolution_width must be positive", convolution_width);
  }
  /// The rules of sharding: whole heads on each rank.
  template <class Report>
  constexpr void parallel_rules(parallel_sizes const& sizes, Report& report) const {
    detail::split_heads(n_heads, sizes, report);
  }
  /// The rules of documents given by their sums: none, FLOPs are linear in the length.
  template <class Report>
  constexpr void packing_rules(count, Report&) const {}

  friend bool operator==(kimi_delta_attention const&, kimi_delta_attention const&) requires std::equality_comparable<T>
  = default;
};

}  // namespace moetric::v0
