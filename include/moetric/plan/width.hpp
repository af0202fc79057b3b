#pragma once

#include "moetric/plan/resolved_request.hpp"

namespace moetric::v0::plan {

/// The width of a shape.
struct width_choice {
  double d_model;
  bool clamped = false;  // the rule's width was moved to the edge of the feasible range
  bool fixed = false;    // given from outside: rounding leaves it
};

/// d_model as the request gives it or its dense layers determine it, by the source's own law unless the request gives a
/// width ratio, or by the request's rule; the last two are clamped to the feasible widths.
/// \param by_law d_model by the source's law; empty if it has none
inline width_choice choose_width(resolved_request const& r, holistic_inverse const& inverse,
                                 std::optional<double> by_law = std::nullopt) {
  if (r.d_model) return {.d_model = static_cast<double>(*r.d_model), .fixed = true};
  if (r.n_dense_layers) return {inverse.d_model_at_dense_layers(static_cast<double>(*r.n_dense_layers))};
  auto const feasible = inverse.feasible_d_model();
  if (r.width_ratio) by_law.reset();
  if (!by_law && r.width == width_rule::median) return {feasible.middle()};
  double const wanted = by_law ? *by_law : inverse.d_model_at_width_ratio(r.wanted_width_ratio());
  double const d_model = std::clamp(wanted, feasible.low, feasible.high);
  return {.d_model = d_model, .clamped = d_model != wanted};
}

}  // namespace moetric::v0::plan
