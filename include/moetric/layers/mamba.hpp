#pragma once

#include "moetric/layers/projection.hpp"

namespace moetric::v0 {

/// How the scan of Mamba-2 is charged, forward and for each token:
///   seven_per_state  7·di·state_size: what Megatron-LM and Megatron-Bridge count, and the default
///   two_per_state    2·di·state_size: what NeMo counts, without the products inside chunks
///   chunked          the matrix products of the chunked algorithm that kernels execute, see `mamba_2`
enum class state_scan { seven_per_state, two_per_state, chunked };

/// Mamba-2, a state-space layer with a scalar decay for each head.
///
/// With di = n_heads·head_dim, gs = n_groups·state_size, a convolution of width c:
///   projections  d·(2·di + 2·gs + n_heads) + di·d
///   convolution  (di + 2·gs)·c and a bias each
///   vectors      3·n_heads (decay, skip, bias of the step) + di (norm)
///   core         by the chosen `state_scan`; chunked, for a chunk of Q tokens with heads of P and N = state_size:
///                scores C·Bᵀ 2·Q²·N for each group, (scores ∘ decay)·X 2·Q²·P, states Bᵀ·X 2·Q·N·P and output C·state
///                2·Q·N·P for each head. Scores of later tokens count by the causal rule: kernels that do not skip
///                them execute `causal_rule::full`, the default counts half. What passes states from chunk to chunk
///                is no matrix product and not counted
/// Source: 2405.21060, section 6; the sum over its products is derived here.
template <Arithmetic T = count>
struct mamba_2 {
  T n_heads = T(0);
  T head_dim = T(0);
  T n_groups = T(1);
  T state_size = T(0);
  T convolution_width = T(4);
  state_scan scan = state_scan::seven_per_state;  // how its FLOPs are counted
  T chunk = T(256);                               // tokens, read only with state_scan::chunked

  constexpr T inner_width() const { return n_heads * head_dim; }
  constexpr T group_width() const { return n_groups * state_size; }
  constexpr T convolved_width() const { return inner_width() + 2 * group_width(); }

  template <class Visit>
  constexpr void each_matrix(T d_model, Visit visit) const {
    visit(layer_matrix<T>{projection::state_in, d_model, 2 * inner_width() + 2 * group_width() + n_heads});
    visit(layer_matrix<T>{projection::output, inner_width(), d_model});
  }
  constexpr T convolution_weights() const { return convolved_width() * convolution_width; }
  constexpr T vector_weights() const { return convolved_width() + 3 * n_heads + inner_width(); }
  constexpr T core_flops_per_token() const {
    switch (scan) {
    case state_scan::two_per_state: return 2 * inner_width() * state_size;
    case state_scan::chunked: return 4 * inner_width() * state_size;
    case state_scan::seven_per_state: break;
    }
    return 7 * inner_width() * state_size;
  }
  /// Forward FLOPs for half a pair of tokens of one chunk, only in the chunked form: groups·N + di.
  constexpr T chunk_flops_per_half_pair() const { return group_width() + inner_width(); }
  constexpr T convolution_flops_per_token() const { return 2 * convolution_weights(); }
  constexpr T state_elements() const {
    return inner_width() * state_size + convolved_width() * (convolution_width - 1);
  }

  friend bool operator==(mamba_2 const&, mamba_2 const&) requires std::equality_comparable<T>
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

  template <class Visit>
  constexpr void each_matrix(T d_model, Visit visit) const {
    visit(layer_matrix<T>{projection::state_in, d_model, 2 * inner_width});
    visit(layer_matrix<T>{projection::state_parameters, inner_width, step_rank + 2 * state_size});
    visit(layer_matrix<T>{projection::state_step, step_rank, inner_width});
    visit(layer_matrix<T>{projection::output, inner_width, d_model});
  }
  constexpr T convolution_weights() const { return inner_width * convolution_width; }
  constexpr T vector_weights() const {
    T const vectors = 3 * inner_width + inner_width * state_size;
    return inner_norms ? vectors + step_rank + 2 * state_size : vectors;
  }
  constexpr T core_flops_per_token() const { return 7 * inner_width * state_size; }
  constexpr T convolution_flops_per_token() const { return 2 * convolution_weights(); }
  constexpr T state_elements() const { return inner_width * (state_size + convolution_width - 1); }

  friend bool operator==(mamba_1 const&, mamba_1 const&) requires std::equality_comparable<T>
  = default;
};

}  // namespace moetric::v0
