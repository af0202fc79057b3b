#pragma once

#include "moetric/layers/attention_span.hpp"
#include "moetric/layers/layer_parts.hpp"

namespace moetric::v0 {

/// A low-rank branch beside the mixer of each layer: with rank r, d·r + r·d weights and a norm of d.
/// Source: LAuReL, 2411.07501; models/gemma3n of huggingface/transformers.
template <Arithmetic T = count>
struct low_rank_residual {
  T rank = T(0);  // 0 for none

  /// Calls `visit` with each matrix of a layer.
  template <class Visit>
  constexpr void each_layer_matrix(T d_model, Visit visit) const {
    visit(layer_matrix<T>{projection::residual_rank_down, d_model, rank});
    visit(layer_matrix<T>{projection::residual_rank_up, rank, d_model});
  }
  /// Calls `visit` with each vector of a layer: a norm.
  template <class Visit>
  constexpr void each_layer_vector(T d_model, Visit visit) const {
    visit(layer_vector<T>{term::residual_mixing, d_model});
  }
  /// Calls `visit` with the FLOPs of a layer that no weight accounts for: none.
  template <class Visit>
  constexpr void each_layer_core(T, sequence<T> const&, Visit) const {}
  /// Calls `visit` with each matrix outside of the layers: none.
  template <class Visit>
  constexpr void each_outer_matrix(T, T, Visit) const {}
  /// Calls `visit` with each vector outside of the layers: none.
  template <class Visit>
  constexpr void each_outer_vector(T, T, Visit) const {}

  /// The rules of a sound branch: none.
  template <class Report>
  constexpr void rules(Report&) const {}

  friend bool operator==(low_rank_residual const&, low_rank_residual const&) requires std::equality_comparable<T>
  = default;
};

}  // namespace moetric::v0
