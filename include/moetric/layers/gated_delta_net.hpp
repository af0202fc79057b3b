#pragma once

#include "moetric/layers/projection.hpp"

namespace moetric::v0 {

/// How the state of gated DeltaNet is charged: 8·h·key_head_dim·value_head_dim (MaxText, OLMo-core) or
/// 8·h·value_head_dim² (Megatron).
enum class delta_core { key_by_value, value_by_value };

/// Gated DeltaNet, linear attention with a matrix state for each value head.
///
/// With K = n_key_heads·key_head_dim, V = n_value_heads·value_head_dim, h = n_value_heads, a convolution of width c:
///   projections  d·(2K + 2V) (queries, keys, values, gate) + d·2h (beta, decay) + V·d (output)
///   convolution  (2K + V)·c over queries, keys and values
///   vectors      2h (decay, its bias) + value_head_dim (norm)
///   core         8·h·key_head_dim·value_head_dim FLOPs a token: decay, erase, write and read of the state
/// The core is what MaxText and OLMo-core count (the default, since a state has key_head_dim·value_head_dim elements);
/// Megatron writes value_head_dim² for the product, equal where the two head widths are. Source: 2412.06464; sizes from
/// Qwen3-Next.
template <Arithmetic T = count>
struct gated_delta_net {
  T n_key_heads = T(0);
  T n_value_heads = T(0);
  T key_head_dim = T(0);
  T value_head_dim = T(0);
  T convolution_width = T(4);
  delta_core core = delta_core::key_by_value;  // how its FLOPs are counted

  constexpr T key_width() const { return n_key_heads * key_head_dim; }
  constexpr T value_width() const { return n_value_heads * value_head_dim; }

  template <class Visit>
  constexpr void each_matrix(T d_model, Visit visit) const {
    visit(layer_matrix<T>{projection::state_in, d_model, 2 * key_width() + 2 * value_width()});
    visit(layer_matrix<T>{projection::state_controls, d_model, 2 * n_value_heads});
    visit(layer_matrix<T>{projection::output, value_width(), d_model});
  }
  constexpr T convolution_weights() const { return (2 * key_width() + value_width()) * convolution_width; }
  constexpr T vector_weights() const { return 2 * n_value_heads + value_head_dim; }
  constexpr T core_flops_per_token() const {
    return 8 * n_value_heads * (core == delta_core::key_by_value ? key_head_dim : value_head_dim) * value_head_dim;
  }
  constexpr T convolution_flops_per_token() const { return 2 * convolution_weights(); }
  /// Elements of the recurrent state of one sequence: the matrices and the convolution's last inputs.
  constexpr T state_elements() const {
    return n_value_heads * key_head_dim * value_head_dim + (2 * key_width() + value_width()) * (convolution_width - 1);
  }

  friend bool operator==(gated_delta_net const&, gated_delta_net const&) requires std::equality_comparable<T>
  = default;
};

}  // namespace moetric::v0
