#pragma once

#include "moetric/core/arithmetic.hpp"

namespace moetric::inline v0 {

/// A feed-forward of three matrices (SwiGLU, GeGLU) or of two (ReLU, GELU).
enum class ffn_kind { gated, plain };

/// Weights of one feed-forward of the given width: 3·d·width or 2·d·width.
template <Arithmetic T>
constexpr T ffn_weights(ffn_kind kind, T d_model, T width) {
  return (kind == ffn_kind::gated ? T(3) : T(2)) * d_model * width;
}

/// A dense feed-forward: mats·d·d_ff weights; with biases (mats−1)·d_ff + d more. Every token uses all of it.
template <Arithmetic T = count>
struct dense_ffn {
  T d_ff = T(0);
  ffn_kind kind = ffn_kind::gated;
  bool bias = false;

  constexpr T weights(T d_model) const { return ffn_weights(kind, d_model, d_ff); }
  constexpr T bias_weights(T d_model) const {
    if (!bias) return T(0);
    return (kind == ffn_kind::gated ? 2 * d_ff : d_ff) + d_model;
  }

  friend bool operator==(dense_ffn const&, dense_ffn const&)
    requires std::equality_comparable<T>
  = default;
};

}  // namespace moetric::inline v0
