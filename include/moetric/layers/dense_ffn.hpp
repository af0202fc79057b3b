#pragma once

#include "moetric/layers/projection.hpp"

namespace moetric::v0 {

/// A feed-forward of three matrices (SwiGLU, GeGLU) or of two (ReLU, GELU).
enum class ffn_kind { gated, plain };

namespace detail {

/// The names of a feed-forward's matrices.
struct ffn_names {
  projection gate;
  projection up;
  projection down;
};

/// The matrices of equal feed-forwards of the given width, of which a token uses some.
template <Arithmetic T, class Visit>
constexpr void each_ffn_matrix(ffn_kind kind, ffn_names names, T d_model, T width, T stored, T used, Visit visit) {
  if (kind == ffn_kind::gated) visit(layer_matrix<T>{names.gate, d_model, width, stored, used});
  visit(layer_matrix<T>{names.up, d_model, width, stored, used});
  visit(layer_matrix<T>{names.down, width, d_model, stored, used});
}

inline constexpr ffn_names dense_names{projection::ffn_gate, projection::ffn_up, projection::ffn_down};

}  // namespace detail

/// Weights of one feed-forward of the given width: 3·d·width or 2·d·width.
template <Arithmetic T>
constexpr T ffn_weights(ffn_kind kind, T d_model, T width) {
  T sum = T(0);
  detail::each_ffn_matrix(kind, detail::dense_names, d_model, width, T(1), T(1),
                          [&sum](layer_matrix<T> const& m) { sum = sum + m.weights(); });
  return sum;
}

/// A dense feed-forward: mats·d·d_ff weights; with biases (mats−1)·d_ff + d more. Every token uses all of it.
template <Arithmetic T = count>
struct dense_ffn {
  T d_ff = T(0);
  ffn_kind kind = ffn_kind::gated;
  bool bias = false;

  template <class Visit>
  constexpr void each_matrix(T d_model, Visit visit) const {
    detail::each_ffn_matrix(kind, detail::dense_names, d_model, d_ff, T(1), T(1), visit);
  }
  constexpr T weights(T d_model) const { return ffn_weights(kind, d_model, d_ff); }
  constexpr T bias_weights(T d_model) const {
    if (!bias) return T(0);
    return (kind == ffn_kind::gated ? 2 * d_ff : d_ff) + d_model;
  }

  friend bool operator==(dense_ffn const&, dense_ffn const&) requires std::equality_comparable<T>
  = default;
};

}  // namespace moetric::v0
