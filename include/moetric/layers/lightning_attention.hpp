#pragma once

#include "moetric/layers/projection.hpp"

namespace moetric::v0 {

/// Lightning attention: linear attention with a fixed decay for each head.
///
/// With P = n_heads·head_dim:
///   projections  d·3P (queries, keys, values) + d·P (gate) + P·d (output)
///   vectors      P (norm of the output); with `qk_norm` also 2·head_dim, shared by all heads
///   core         4·n_heads·head_dim² FLOPs a token: write and read of the state. Derived: the recurrent form;
///   blockwise
///                kernels execute more
/// Source: MiniMax-01, 2501.08313; with `qk_norm` Ring-linear, 2510.19338.
template <Arithmetic T = count>
struct lightning_attention {
  T n_heads = T(0);
  T head_dim = T(0);
  bool qk_norm = false;

  constexpr T width() const { return n_heads * head_dim; }

  template <class Visit>
  constexpr void each_matrix(T d_model, Visit visit) const {
    visit(layer_matrix<T>{projection::state_in, d_model, 3 * width()});
    visit(layer_matrix<T>{projection::state_gate, d_model, width()});
    visit(layer_matrix<T>{projection::output, width(), d_model});
  }
  constexpr T vector_weights() const { return qk_norm ? width() + 2 * head_dim : width(); }
  constexpr T core_flops_per_token() const { return 4 * n_heads * head_dim * head_dim; }
  constexpr T state_elements() const { return n_heads * head_dim * head_dim; }

  friend bool operator==(lightning_attention const&, lightning_attention const&) requires std::equality_comparable<T>
  = default;
};

}  // namespace moetric::v0
