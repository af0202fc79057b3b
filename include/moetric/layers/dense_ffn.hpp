#pragma once

#include "moetric/layers/expert_routing.hpp"
#include "moetric/layers/kept_tensor.hpp"
#include "moetric/layers/parallel_sizes.hpp"

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

/// Calls `visit` with the matrices of `stored` equal feed-forwards of the given width, of which a token uses
/// used/used_of.
template <Arithmetic T, class Visit>
constexpr void each_ffn_matrix(ffn_kind kind, ffn_names names, T d_model, T width, T stored, T used, Visit visit,
                               T used_of = T(1)) {
  if (kind == ffn_kind::gated) visit(layer_matrix<T>{names.gate, d_model, width, stored, used, T(1), used_of});
  visit(layer_matrix<T>{names.up, d_model, width, stored, used, T(1), used_of});
  visit(layer_matrix<T>{names.down, width, d_model, stored, used, T(1), used_of});
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

  /// The name of the kind.
  static constexpr std::string_view kind_name = "dense_ffn";
  /// The matrices that fp8 checkpoints quantise: all.
  static constexpr quantised_set fp8_matrices =
      projection_set{projection::ffn_gate, projection::ffn_up, projection::ffn_down};

  /// Calls `visit` with each matrix.
  template <class Visit>
  constexpr void each_matrix(T d_model, Visit visit) const {
    detail::each_ffn_matrix(kind, detail::dense_names, d_model, d_ff, T(1), T(1), visit);
  }
  /// Calls `visit` with each vector: biases.
  template <class Visit>
  constexpr void each_vector(T d_model, Visit visit) const {
    visit(layer_vector<T>{term::dense_ffn_bias, bias_weights(d_model)});
  }
  /// Weights of the matrices.
  constexpr T weights(T d_model) const { return ffn_weights(kind, d_model, d_ff); }
  /// Weights of the biases.
  constexpr T bias_weights(T d_model) const {
    if (!bias) return T(0);
    return (kind == ffn_kind::gated ? 2 * d_ff : d_ff) + d_model;
  }
  /// Tensors kept for the backward pass beside inputs and outputs of the matrices: none.
  template <class Visit>
  constexpr void each_kept(T, Visit) const {}
  /// No experts.
  constexpr expert_routing<T> routing() const { return {}; }
  /// No hash table.
  constexpr T hash_table_entries(T) const { return T(0); }

  /// The rules of a sound layer.
  template <class Report>
  constexpr void rules(Report& report) const {
    if (d_ff == 0) report.broken_rule("moetric: d_ff must be positive", d_ff);
  }
  /// The rules of sharding: the same width on each rank.
  template <class Report>
  constexpr void parallel_rules(parallel_sizes const& sizes, Report& report) const {
    if (remainder(d_ff, sizes.tensor) != 0)
      report.broken_rule("moetric: d_ff must be divisible by the tensor-parallel size", d_ff, sizes.tensor);
  }

  friend bool operator==(dense_ffn const&, dense_ffn const&) requires std::equality_comparable<T>
  = default;
};

}  // namespace moetric::v0
