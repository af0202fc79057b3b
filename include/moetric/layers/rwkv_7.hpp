#pragma once

#include "moetric/layers/attention_span.hpp"
#include "moetric/layers/expert_routing.hpp"
#include "moetric/layers/kept_tensor.hpp"
#include "moetric/layers/layer_cache.hpp"
#include "moetric/layers/parallel_sizes.hpp"
#include "moetric/layers/sparse_indexer.hpp"

namespace moetric::v0 {

/// RWKV-7's time mixing: a delta rule whose decay, learning rate, gate and mix of values are computed in low ranks.
///
/// With P = n_heads·head_dim and ranks w, a, g, v:
///   projections  3·d·P (receptance, key, value) + P·d, and (d + P)·(w + a + g + v)
///   vectors      6·d (mixing with the last token), 3·P (scales of keys and receptance), 2·P (group norm), and biases
///   of P
///                of decay, learning rate and mix of values
///   core         8·n_heads·head_dim² FLOPs a token: decay, removal, write and read of the state
/// The first layer mixes no values (`value_mix` false), since there are none before. Channel mixing is a `dense_ffn` of
/// two matrices, and d other weights that mix its input.
/// Source: 2503.14456; models/rwkv7 of fla-org/flash-linear-attention; 1,527,404,544 parameters of its 1.5B.
template <Arithmetic T = count>
struct rwkv_7 {
  T n_heads = T(0);
  T head_dim = T(64);
  T decay_rank = T(0);
  T rate_rank = T(0);  // of the learning rate
  T gate_rank = T(0);
  T value_rank = T(0);  // read only with value_mix
  bool value_mix = true;

  /// The name of the kind.
  static constexpr std::string_view kind_name = "rwkv_7";
  /// The matrices that fp8 checkpoints quantise: no fp8 checkpoint of this kind is known.
  static constexpr quantised_set fp8_matrices = quantised_set::unknown();

  /// P.
  constexpr T inner_width() const { return n_heads * head_dim; }

  /// Calls `visit` with each matrix.
  template <class Visit>
  constexpr void each_matrix(T d_model, Visit visit) const {
    T const inner = inner_width();
    for (projection const p : {projection::query, projection::key, projection::value})
      visit(layer_matrix<T>{p, d_model, inner});
    visit(layer_matrix<T>{projection::output, inner, d_model});
    auto const low_rank = [&](projection down, projection up, T rank) {
      visit(layer_matrix<T>{down, d_model, rank});
      visit(layer_matrix<T>{up, rank, inner});
    };
    low_rank(projection::decay_down, projection::decay_up, decay_rank);
    low_rank(projection::rate_down, projection::rate_up, rate_rank);
    low_rank(projection::state_gate_down, projection::state_gate_up, gate_rank);
    if (value_mix) low_rank(projection::value_mix_down, projection::value_mix_up, value_rank);
  }
  /// Calls `visit` with each vector.
  template <class Visit>
  constexpr void each_vector(T d_model, Visit visit) const {
    T const vectors = 6 * d_model + 7 * inner_width();
    visit(layer_vector<T>{term::state_vectors, value_mix ? vectors + inner_width() : vectors});
  }
  /// Calls `visit` with the forward FLOPs of the state.
  template <class Visit>
  constexpr void each_core(sequence<T> const& tokens, Visit visit) const {
    visit(layer_core<T>{term::state_core, core_flops_per_token() * tokens.length});
  }
  /// Forward FLOPs of the state for one token.
  constexpr T core_flops_per_token() const { return 8 * n_heads * head_dim * head_dim; }
  /// Scores that pass a softmax: none.
  constexpr T softmax_scores(sequence<T> const&) const { return T(0); }
  /// No indexer.
  constexpr chosen_keys<T> key_choice() const { return {}; }
  /// No key-value cache.
  constexpr layer_cache<T> cache() const { return {}; }
  /// Elements of the cache that one query reads: none.
  constexpr T cache_elements_read(T) const { return T(0); }
  /// Elements of recurrent state of one sequence: n_heads·head_dim², and the last inputs of time and channel mixing.
  constexpr T state_elements() const { return inner_width() * (head_dim + 2); }
  /// Rotary frequencies in checkpoints: none.
  constexpr T stored_rotary_frequencies() const { return T(0); }
  /// Equal parts of the states that tensor-parallel ranks can hold: one for each head.
  constexpr T cache_parts() const { return n_heads; }
  /// Tensors kept for the backward pass beside inputs and outputs of the matrices: five more mixes of a token with the
  /// one before it (each of the six products has its own), the normed keys, two triangles of each chunk of 64 tokens,
  /// and the output before its norm. Derived from the chunked kernel of fla-org/flash-linear-attention.
  template <class Visit>
  constexpr void each_kept(T, Visit visit) const {
    visit(kept_tensor<T>{term::state_vectors, kept_module::norm, kept_split::sequence, 5 * inner_width()});
    visit(kept_tensor<T>{term::state_vectors, kept_module::norm, kept_split::tensor, 2 * inner_width()});
    visit(kept_tensor<T>{term::state_core, kept_module::core, kept_split::tensor, 128 * n_heads});
  }
  /// No experts.
  constexpr expert_routing<T> routing() const { return {}; }

  /// The rules of a sound layer.
  template <class Report>
  constexpr void rules(Report& report) const {
    if (n_heads == 0) report.broken_rule("moetric: n_heads must be positive", n_heads);
    if (head_dim == 0) report.broken_rule("moetric: head_dim must be positive", head_dim);
    if (decay_rank == 0) report.broken_rule("moetric: decay_rank must be positive", decay_rank);
    if (rate_rank == 0) report.broken_rule("moetric: rate_rank must be positive", rate_rank);
    if (gate_rank == 0) report.broken_rule("moetric: gate_rank must be positive", gate_rank);
    if (value_mix && value_rank == 0)
      report.broken_rule("moetric: value_rank must be positive with value_mix", value_rank);
  }
  /// The rules of sharding: whole heads on each rank; derived, since heads are independent.
  template <class Report>
  constexpr void parallel_rules(parallel_sizes const& sizes, Report& report) const {
    detail::split_heads(n_heads, sizes, report);
  }
  /// The rules of documents given by their sums: none, FLOPs are linear in the length.
  template <class Report>
  constexpr void packing_rules(count, Report&) const {}

  friend bool operator==(rwkv_7 const&, rwkv_7 const&) requires std::equality_comparable<T>
  = default;
};

}  // namespace moetric::v0
