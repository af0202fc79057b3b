#pragma once

#include "moetric/core/arithmetic.hpp"

namespace moetric::inline v0 {

/// Mamba-2, a state-space layer with a scalar decay for each head.
///
/// With di = n_heads·head_dim, gs = n_groups·state_size, a convolution of width c:
///   projections  d·(2·di + 2·gs + n_heads) + di·d
///   convolution  (di + 2·gs)·c and a bias each
///   vectors      3·n_heads (decay, skip, bias of the step) + di (norm)
///   core         7·di·state_size FLOPs a token, Megatron's count of the scan
/// Source: 2405.21060.
template <Arithmetic T = count>
struct mamba_2 {
  T n_heads = T(0);
  T head_dim = T(0);
  T n_groups = T(1);
  T state_size = T(0);
  T convolution_width = T(4);

  constexpr T inner_width() const { return n_heads * head_dim; }
  constexpr T group_width() const { return n_groups * state_size; }
  constexpr T convolved_width() const { return inner_width() + 2 * group_width(); }

  constexpr T projection_weights(T d_model) const {
    return d_model * (3 * inner_width() + 2 * group_width() + n_heads);
  }
  constexpr T convolution_weights() const { return convolved_width() * convolution_width; }
  constexpr T vector_weights() const { return convolved_width() + 3 * n_heads + inner_width(); }
  constexpr T core_flops_per_token() const { return 7 * inner_width() * state_size; }
  constexpr T convolution_flops_per_token() const { return 2 * convolution_weights(); }
  constexpr T state_elements() const {
    return inner_width() * state_size + convolved_width() * (convolution_width - 1);
  }

  friend bool operator==(mamba_2 const&, mamba_2 const&)
    requires std::equality_comparable<T>
  = default;
};

/// Mamba, the selective state-space layer.
///
/// With di = inner_width, n = state_size, r = step_rank, a convolution of width c:
///   projections  d·2·di + di·(r + 2n) + r·di + di·d
///   convolution  di·c and a bias each
///   vectors      di (bias of the step) + di·n (decay) + di (skip), with `inner_norms` also r + 2n
///   core         7·di·n FLOPs a token, as for Mamba-2
/// Source: 2312.00752; inner norms from Jamba, 2403.19887.
template <Arithmetic T = count>
struct mamba_1 {
  T inner_width = T(0);
  T state_size = T(16);
  T step_rank = T(0);
  T convolution_width = T(4);
  bool inner_norms = false;

  constexpr T projection_weights(T d_model) const {
    return inner_width * (3 * d_model + 2 * step_rank + 2 * state_size);
  }
  constexpr T convolution_weights() const { return inner_width * convolution_width; }
  constexpr T vector_weights() const {
    T const vectors = 3 * inner_width + inner_width * state_size;
    return inner_norms ? vectors + step_rank + 2 * state_size : vectors;
  }
  constexpr T core_flops_per_token() const { return 7 * inner_width * state_size; }
  constexpr T convolution_flops_per_token() const { return 2 * convolution_weights(); }
  constexpr T state_elements() const { return inner_width * (state_size + convolution_width - 1); }

  friend bool operator==(mamba_1 const&, mamba_1 const&)
    requires std::equality_comparable<T>
  = default;
};

}  // namespace moetric::inline v0
