#pragma once

#include "moetric/layers/attention_span.hpp"
#include "moetric/layers/layer_parts.hpp"

namespace moetric::v0 {

/// Residuals by attention over depth: each sublayer, and the output head, reads a mean of the outputs of earlier blocks
/// of layers, weighted by scores of d features each.
///
///   layer    2·d (scores of its two sublayers) and two norms of d
///   outside  d and a norm of d
/// A score is one product for each token; the weighted means are not counted.
/// Source: the tensors of moonshotai/Kimi-K3 (187 projections to 1); its block_size of 12 changes no weight.
template <Arithmetic T = count>
struct attention_residual {
  T block_size = T(0);  // layers of a block; 0 for none

  /// Calls `visit` with each matrix of a layer.
  template <class Visit>
  constexpr void each_layer_matrix(T d_model, Visit visit) const {
    visit(layer_matrix<T>{projection::residual_scores, d_model, T(1), T(2), T(2)});
  }
  /// Calls `visit` with each vector of a layer: two norms.
  template <class Visit>
  constexpr void each_layer_vector(T d_model, Visit visit) const {
    visit(layer_vector<T>{term::residual_mixing, 2 * d_model});
  }
  /// Calls `visit` with the FLOPs of a layer that no weight accounts for: none.
  template <class Visit>
  constexpr void each_layer_core(T, sequence<T> const&, Visit) const {}
  /// Calls `visit` with each matrix outside of the layers.
  template <class Visit>
  constexpr void each_outer_matrix(T d_model, T, Visit visit) const {
    visit(layer_matrix<T>{projection::residual_scores, d_model, T(1)});
  }
  /// Calls `visit` with each vector outside of the layers: a norm.
  template <class Visit>
  constexpr void each_outer_vector(T d_model, T, Visit visit) const {
    visit(layer_vector<T>{term::residual_mixing, d_model});
  }

  /// The rules of sound residuals: none.
  template <class Report>
  constexpr void rules(Report&) const {}

  friend bool operator==(attention_residual const&, attention_residual const&) requires std::equality_comparable<T>
  = default;
};

}  // namespace moetric::v0
