#pragma once

#include "moetric/core/provenance.hpp"
#include "moetric/plan/request.hpp"

namespace moetric::v0 {

/// Who decided a number, and how.
struct decision {
  std::string_view field;
  provenance how;
  std::string why;
  bool extrapolated = false;  // its law was asked outside of what it was fitted on
  double decades = 0;         // of compute, outside of the range that its law was fitted on
};

/// The attention heads of a plan, each number with who chose it.
struct head_choice {
  count n_heads;
  count n_kv_heads;
  count head_dim;
  decision of_n_heads;
  decision of_n_kv_heads;
  decision of_head_dim;
};

namespace detail {

inline shape_constants constants_of(plan_request const& r, count n_heads, count n_kv_heads, count head_dim) {
  auto const real = [](count value) { return static_cast<double>(value); };
  sparsity const experts = sparsity_of(r);
  return {.sequence_length = real(shape_length_of(r)),
          .n_heads = real(n_heads),
          .n_kv_heads = real(n_kv_heads),
          .head_dim = real(head_dim),
          .n_experts = real(experts.n_experts),
          .top_k = real(experts.top_k),
          .n_shared_experts = real(experts.n_shared_experts)};
}

/// n_heads / 2, or n_heads where it is odd, unless the request says otherwise.
inline count kv_heads_for(plan_request const& r, count n_heads) {
  return r.n_kv_heads.value_or(remainder(n_heads, 2) == 0 ? floor_div(n_heads, 2) : n_heads);
}

}  // namespace detail

/// A width for a shape, and whether the rule's own was moved into the feasible range.
struct width_choice {
  double d_model;
  bool clamped = false;
};

/// d_model as the user gives it, by a source's own law, or by the request's rule.
inline width_choice choose_width(plan_request const& r, holistic_inverse const& inverse,
                                 std::optional<double> law = std::nullopt) {
  if (r.d_model) return {static_cast<double>(*r.d_model)};
  auto const feasible = inverse.feasible_d_model();
  if (law) return {std::clamp(*law, feasible.low, feasible.high), *law < feasible.low || *law > feasible.high};
  if (r.width == d_rule::median) return {feasible.middle()};
  double const wanted = inverse.d_model_at_width_ratio(planned_width_ratio);
  double const d_model = std::clamp(wanted, feasible.low, feasible.high);
  return {d_model, d_model != wanted};
}

/// The power of two that brings d_model/n_layers nearest 83, close to the geometric mean of the paper's six optima.
/// Derived; with Table 4's head_dim it finds the table's n_heads at five of the six scales. Where it can be had the
/// depth is from 9 to 119, so that rounding leaves 8 to 120 layers.
/// \throws std::invalid_argument above 1e25 FLOPs and where every choice leaves fewer than 3 layers
inline count n_heads_by_aspect(plan_request const& r, double compute, triad_targets const& targets, count head_dim) {
  if (compute > 1e25)
    detail::invalid(("moetric: n_heads must be given above 1e25 FLOPs, too far from the paper's 1e18 to 3e20, but "
                     "compute is " +
                     brief(compute))
                        .c_str());
  constexpr double wanted_aspect = 83;  // d_model / n_layers
  constexpr double fewest_layers = 3;
  std::optional<count> best;
  bool best_within = false;
  double nearest = 0;
  // The depth is halved each time the heads are doubled.
  for (count n_heads = 2;; n_heads *= 2) {
    if (r.n_kv_heads && remainder(n_heads, *r.n_kv_heads) != 0 && n_heads < *r.n_kv_heads) continue;
    shape_constants const constants = detail::constants_of(r, n_heads, detail::kv_heads_for(r, n_heads), head_dim);
    if (depth_of(targets, constants) < fewest_layers) break;
    if (remainder(n_heads, detail::kv_heads_for(r, n_heads)) != 0) continue;
    holistic_inverse const inverse(targets, constants);
    double const aspect = choose_width(r, inverse).d_model / inverse.n_layers();
    double const distance = std::fabs(std::log(aspect / wanted_aspect));
    bool const within = inverse.n_layers() >= 9 && inverse.n_layers() <= 119;
    if (best && (best_within > within || (best_within == within && distance >= nearest))) continue;
    best = n_heads;
    best_within = within;
    nearest = distance;
  }
  if (!best)
    detail::invalid(("moetric: n_heads must be given where the rule leaves fewer than 3 layers, as for " +
                     brief(compute) + " FLOPs in the paper's own count with head_dim " + to_string(head_dim))
                        .c_str());
  return *best;
}

namespace detail {

/// The number of heads, in whole groups of key-value heads, that brings the depth nearest to a wanted one.
inline count n_heads_for_depth(plan_request const& r, triad_targets const& targets, count head_dim) {
  count const group = r.n_kv_heads.value_or(2);
  double const exact = depth_of(targets, constants_of(r, 1, 1, head_dim)) / static_cast<double>(*r.n_layers);
  return group *
         std::max<std::uint64_t>(1, static_cast<std::uint64_t>(std::llround(exact / static_cast<double>(group))));
}

}  // namespace detail

/// The heads: what the request gives; what it leaves open from Table 4 at the paper's six scales, elsewhere
/// head_dim = 128 and `n_heads_by_aspect`, or the number that gives a wanted depth; n_kv_heads = n_heads/2.
/// \param by_rule leaves Table 4 aside
/// \throws std::invalid_argument as `n_heads_by_aspect`, and where Table 4 leaves fewer than 3 layers
inline head_choice choose_heads(plan_request const& r, double compute, triad_targets const& targets,
                                bool by_rule = false) {
  laws::holistic::scale const* const table = r.n_layers || by_rule ? nullptr : laws::holistic::scale_at(compute);
  decision const given{"", provenance::user, "given"};
  decision const printed{"", provenance::printed, "2603.21862, Table 4"};
  head_choice c{};
  c.head_dim = r.head_dim.value_or(table ? table->head_dim : 128);
  c.of_head_dim = r.head_dim ? given
                  : table    ? printed
                             : decision{"", provenance::library_default, "as at the paper's larger scales"};
  if (r.n_heads) {
    c.n_heads = *r.n_heads;
    c.of_n_heads = given;
  } else if (r.n_layers) {
    c.n_heads = detail::n_heads_for_depth(r, targets, c.head_dim);
    c.of_n_heads = {"", provenance::derived,
                    "the number that brings the depth nearest to the n_layers that were given"};
  } else if (table) {
    c.n_heads = table->n_heads;
    c.of_n_heads = printed;
  } else {
    c.n_heads = n_heads_by_aspect(r, compute, targets, c.head_dim);
    c.of_n_heads = {"", provenance::derived,
                    "the power of two that brings d_model/n_layers nearest 83, about the mean of the paper's optima"};
  }
  c.n_kv_heads = detail::kv_heads_for(r, c.n_heads);
  if (r.n_kv_heads)
    c.of_n_kv_heads = given;
  else if (c.n_kv_heads == c.n_heads)
    c.of_n_kv_heads = {"", provenance::library_default, "n_heads, which is odd"};
  else
    c.of_n_kv_heads = {"", provenance::printed, "n_heads / 2, as in the paper"};
  if (remainder(c.n_heads, c.n_kv_heads) != 0)
    detail::invalid(("moetric: n_heads must be divisible by n_kv_heads, but got " + to_string(c.n_heads) + " and " +
                     to_string(c.n_kv_heads))
                        .c_str());
  double const depth = depth_of(targets, detail::constants_of(r, c.n_heads, c.n_kv_heads, c.head_dim));
  if (!r.n_heads && depth < 2.5)  // rounded, 3 layers of Table 9

    detail::invalid(("moetric: n_heads must be given where fewer than 3 layers are left, as " + brief(depth, 3) +
                     " with the " + to_string(c.n_heads) + " heads of Table 4")
                        .c_str());
  return c;
}

}  // namespace moetric::v0
