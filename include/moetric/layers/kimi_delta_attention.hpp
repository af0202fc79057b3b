#pragma once

#include "moetric/layers/projection.hpp"

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

  constexpr T width() const { return n_heads * head_dim; }

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
  constexpr T convolution_weights() const { return 3 * width() * convolution_width; }
  constexpr T vector_weights() const { return n_heads + width() + head_dim; }
  constexpr T core_flops_per_token() const { return 8 * n_heads * head_dim * head_dim; }
  constexpr T convolution_flops_per_token() const { return 2 * convolution_weights(); }
  constexpr T state_elements() const { return n_heads * head_dim * head_dim + 3 * width() * (convolution_width - 1); }

  friend bool operator==(kimi_delta_attention const&, kimi_delta_attention const&) requires std::equality_comparable<T>
  = default;
};

}  // namespace moetric::v0
