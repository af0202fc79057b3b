#pragma once

#include "moetric/layers/layer_parts.hpp"

namespace moetric::v0 {

/// A gate on the output of attention: none, one value per element, or one per head.
enum class output_gate_kind { none, per_element, per_head };

namespace detail {

/// Calls `visit` with the gate's matrix: d x width per element, d x n_heads per head.
template <Arithmetic T, class Visit>
constexpr void visit_output_gate(output_gate_kind gate, T d_model, T width, T n_heads, Visit visit) {
  if (gate == output_gate_kind::per_element) visit(layer_matrix<T>{projection::output_gate, d_model, width});
  if (gate == output_gate_kind::per_head) visit(layer_matrix<T>{projection::output_gate, d_model, n_heads});
}

}  // namespace detail
}  // namespace moetric::v0
