#pragma once

#include "moetric/core/provenance.hpp"
#include "moetric/plan/request.hpp"

namespace moetric::inline v0 {

/// The attention heads of a plan and who chose them.
struct head_choice {
  count n_heads;
  count n_kv_heads;
  count head_dim;
  provenance how;
  std::string why;
};

namespace detail {

inline shape_constants constants_of(plan_request const& r, count n_heads, count n_kv_heads, count head_dim) {
  auto const real = [](count value) { return static_cast<double>(value); };
  return {.sequence_length = real(r.shape_sequence_length.value_or(laws::holistic::study::sequence_length)),
          .n_heads = real(n_heads),
          .n_kv_heads = real(n_kv_heads),
          .head_dim = real(head_dim),
          .n_experts = real(r.n_experts),
          .top_k = real(r.top_k),
          .n_shared_experts = real(r.n_shared_experts)};
}

}  // namespace detail

/// A width for a shape, and whether the rule's own was moved into the feasible range.
struct width_choice {
  double d_model;
  bool clamped = false;
};

/// d_model by the request's rule, or the user's as it is.
inline width_choice choose_width(plan_request const& r, holistic_inverse const& inverse) {
  if (r.d_model) return {static_cast<double>(*r.d_model)};
  auto const feasible = inverse.feasible_d_model();
  if (r.width == d_rule::median) return {feasible.middle()};
  double const wanted = inverse.d_model_at_width_ratio(planned_width_ratio);
  double const d_model = std::clamp(wanted, feasible.low, feasible.high);
  return {d_model, d_model != wanted};
}

/// The heads of the request; those of the paper's Table 4 at its six scales; elsewhere head_dim = 128,
/// n_kv_heads = n_heads/2 and the power of two that brings d_model/n_layers nearest 83, the geometric mean of the
/// paper's six optima (derived; it finds Table 4's n_heads at five of the six).
/// \throws std::invalid_argument above 1e25 FLOPs, or where fewer than 3 layers are left, unless heads are given
inline head_choice choose_heads(plan_request const& r, double compute, triad_targets const& targets) {
  if (r.n_heads) {
    count const half = remainder(*r.n_heads, 2) == 0 ? floor_div(*r.n_heads, 2) : *r.n_heads;
    return {*r.n_heads, r.n_kv_heads.value_or(half), r.head_dim.value_or(128), provenance::user, "given"};
  }
  laws::holistic::scale const* const table = laws::holistic::scale_at(compute);
  if (table && !r.head_dim)
    return {table->n_heads, table->n_kv_heads, table->head_dim, provenance::printed, "2603.21862, Table 4"};
  if (compute > 1e25)
    detail::invalid(("moetric: n_heads must be given above 1e25 FLOPs, too far from the paper's 1e18 to 3e20, but "
                     "compute is " +
                     brief(compute))
                        .c_str());
  constexpr double wanted_aspect = 83;  // d_model / n_layers
  constexpr double fewest_layers = 3;
  count const head_dim = r.head_dim.value_or(128);
  std::optional<count> best;
  double nearest = 0;
  // The depth is halved each time the heads are doubled.
  for (count n_heads = 2;; n_heads *= 2) {
    shape_constants const constants = detail::constants_of(r, n_heads, floor_div(n_heads, 2), head_dim);
    if (depth_of(targets, constants) < fewest_layers) break;
    holistic_inverse const inverse(targets, constants);
    double const aspect = choose_width(r, inverse).d_model / inverse.n_layers();
    double const distance = std::fabs(std::log(aspect / wanted_aspect));
    if (best && distance >= nearest) continue;
    best = n_heads;
    nearest = distance;
  }
  if (!best)
    detail::invalid(("moetric: n_heads must be given where the rule leaves fewer than 3 layers, as at compute " +
                     brief(compute) + " with head_dim " + to_string(head_dim))
                        .c_str());
  return {*best, floor_div(*best, 2), head_dim, provenance::derived,
          "the power of two that brings d_model/n_layers nearest 83, the mean of the paper's optima"};
}

}  // namespace moetric::inline v0
