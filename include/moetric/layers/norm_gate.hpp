#pragma once

#include "moetric/layers/layer_parts.hpp"

namespace moetric::v0::detail {

/// Calls `visit` with the matrices of a gate of low rank on the norm before a mixer or feed-forward,
/// y·sigmoid(up(silu(down(y)))): d·r + r·d. Source: models/axk2 of huggingface/transformers.
template <Arithmetic T, class Visit>
constexpr void visit_norm_gate(bool gate, T d_model, T rank, Visit visit) {
  if (!gate) return;
  visit(layer_matrix<T>{projection::norm_gate_down, d_model, rank});
  visit(layer_matrix<T>{projection::norm_gate_up, rank, d_model});
}

}  // namespace moetric::v0::detail
