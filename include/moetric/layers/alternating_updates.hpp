#pragma once

#include "moetric/layers/attention_span.hpp"
#include "moetric/layers/layer_parts.hpp"

namespace moetric::v0 {

/// Alternating updates: n residual streams, of which each layer computes one and predicts and corrects the others.
///
/// With n streams of width d:
///   layer    d·n (router of modalities, multiplied before and after the layer) + n·n² (prediction) + n² (correction),
///            a norm and a scale of d each
///   outside  2·(n − 1)·d²: the other streams from the embedding, and back
///   core     2·d·n FLOPs a token, the router's second product; mixing the streams is not counted
/// Source: AltUp, 2301.13310; models/gemma3n of huggingface/transformers.
template <Arithmetic T = count>
struct alternating_updates {
  T n_streams = T(0);  // 0 for none

  /// Calls `visit` with each matrix of a layer.
  template <class Visit>
  constexpr void each_layer_matrix(T d_model, Visit visit) const {
    visit(layer_matrix<T>{projection::stream_router, d_model, n_streams});
    visit(layer_matrix<T>{projection::stream_coefficients, n_streams, n_streams * n_streams + n_streams});
  }
  /// Calls `visit` with each vector of a layer: a norm and a scale.
  template <class Visit>
  constexpr void each_layer_vector(T d_model, Visit visit) const {
    visit(layer_vector<T>{term::residual_mixing, 2 * d_model});
  }
  /// Calls `visit` with the FLOPs of a layer that no weight accounts for: the router's second product.
  template <class Visit>
  constexpr void each_layer_core(T d_model, sequence<T> const& tokens, Visit visit) const {
    visit(layer_core<T>{term::residual_mixing, 2 * d_model * n_streams * tokens.length});
  }
  /// Calls `visit` with each matrix outside of the layers.
  template <class Visit>
  constexpr void each_outer_matrix(T d_model, T, Visit visit) const {
    T const others = 2 * (n_streams - T(1));
    visit(layer_matrix<T>{projection::stream_projection, d_model, d_model, others, others});
  }
  /// Calls `visit` with each vector outside of the layers: none.
  template <class Visit>
  constexpr void each_outer_vector(T, T, Visit) const {}

  /// The rules of sound streams.
  template <class Report>
  constexpr void rules(Report& report) const {
    if (n_streams == 1) report.broken_rule("moetric: n_streams of alternating_updates must not be 1", n_streams);
  }

  friend bool operator==(alternating_updates const&, alternating_updates const&) requires std::equality_comparable<T>
  = default;
};

}  // namespace moetric::v0
