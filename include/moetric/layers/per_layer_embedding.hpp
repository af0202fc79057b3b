#pragma once

#include "moetric/layers/attention_span.hpp"
#include "moetric/layers/layer_parts.hpp"

namespace moetric::v0 {

/// Embeddings of each layer: every layer adds what a small embedding of the token gives, gated by the hidden state.
///
/// With a table of V tokens, p features for each of L layers, d = d_model:
///   outside  V·L·p, a gather; d·L·p from the embedding of the token, and a norm of p
///   layer    d·p (gate) + p·d, and a norm of d
/// "Effective" counts of Gemma leave the table out: it can stay in slow memory.
/// Source: models/gemma3n and models/gemma4 of huggingface/transformers.
template <Arithmetic T = count>
struct per_layer_embedding {
  T vocab_size = T(0);
  T width = T(0);  // p; 0 for none

  /// Calls `visit` with each matrix of a layer.
  template <class Visit>
  constexpr void each_layer_matrix(T d_model, Visit visit) const {
    visit(layer_matrix<T>{projection::per_layer_gate, d_model, width});
    visit(layer_matrix<T>{projection::per_layer_out, width, d_model});
  }
  /// Calls `visit` with each vector of a layer: a norm.
  template <class Visit>
  constexpr void each_layer_vector(T d_model, Visit visit) const {
    visit(layer_vector<T>{term::per_layer_projections, d_model});
  }
  /// Calls `visit` with the FLOPs of a layer that no weight accounts for: none.
  template <class Visit>
  constexpr void each_layer_core(T, sequence<T> const&, Visit) const {}
  /// Calls `visit` with each matrix outside of the layers.
  template <class Visit>
  constexpr void each_outer_matrix(T d_model, T n_layers, Visit visit) const {
    visit(layer_matrix<T>{projection::per_layer_in, d_model, n_layers * width});
  }
  /// Calls `visit` with each vector outside of the layers: the table, and a norm.
  template <class Visit>
  constexpr void each_outer_vector(T, T n_layers, Visit visit) const {
    visit(layer_vector<T>{term::per_layer_embedding, vocab_size * n_layers * width});
    visit(layer_vector<T>{term::per_layer_projections, width});
  }

  /// The rules of sound embeddings.
  template <class Report>
  constexpr void rules(Report& report) const {
    if (vocab_size == 0)
      report.broken_rule("moetric: vocab_size of a per_layer_embedding must be positive", vocab_size);
  }

  friend bool operator==(per_layer_embedding const&, per_layer_embedding const&) requires std::equality_comparable<T>
  = default;
};

}  // namespace moetric::v0
