#pragma once

#include "moetric/plan/decision.hpp"
#include "moetric/plan/width.hpp"

namespace moetric::v0::plan {

/// The attention heads of a plan, each number with its origin.
struct head_choice {
  count n_heads;
  count n_kv_heads;
  count head_dim;
  decision n_heads_decision;
  decision n_kv_heads_decision;
  decision head_dim_decision;
};

namespace detail {

/// What is fixed about a shape once its heads are chosen.
inline shape_constants constants_with(resolved_request const& r, count n_heads, count n_kv_heads, count head_dim) {
  auto const real = [](count value) { return static_cast<double>(value); };
  return {.sequence_length = r.shape_length(),
          .n_heads = real(n_heads),
          .n_kv_heads = real(n_kv_heads),
          .head_dim = real(head_dim),
          .n_experts = real(r.experts.n_experts),
          .top_k = real(r.experts.top_k),
          .n_shared_experts = real(r.experts.n_shared_experts),
          .d_ff = r.d_ff ? std::optional(real(*r.d_ff)) : std::nullopt,
          .latents = r.latents(head_dim)};
}

/// n_heads / 2, or n_heads if that is odd or has latent attention, unless the request gives n_kv_heads.
inline count kv_heads_for(resolved_request const& r, count n_heads) {
  if (r.attention == attention_kind::latent) return n_heads;
  return r.n_kv_heads.value_or(remainder(n_heads, 2) == 0 ? floor_div(n_heads, 2) : n_heads);
}

}  // namespace detail

/// The power of two that brings d_model/n_layers nearest to 83, close to the geometric mean of the paper's six optima.
/// Derived; with Table 4's head_dim it finds the table's n_heads at five of the six scales. If possible the depth is
/// from 9 to 119, so that 8 to 120 layers are left after rounding.
/// \throws std::invalid_argument if every choice leaves fewer than 3 layers
inline count n_heads_by_aspect(resolved_request const& r, double compute, triad_targets const& targets,
                               count head_dim) {
  constexpr double wanted_aspect = 83;  // d_model / n_layers
  constexpr double fewest_layers = 3;
  std::optional<count> best;
  bool best_within = false;
  double nearest = 0;
  // Doubling the heads halves the depth.
  for (count n_heads = 2;; n_heads *= 2) {
    if (r.n_kv_heads && remainder(n_heads, *r.n_kv_heads) != 0 && n_heads < *r.n_kv_heads) continue;
    shape_constants const constants = detail::constants_with(r, n_heads, detail::kv_heads_for(r, n_heads), head_dim);
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
    detail::refuse("n_heads must be given where the rule leaves fewer than 3 layers, as for " + brief(compute) +
                   " FLOPs in the paper's own count with head_dim " + to_string(head_dim));
  return *best;
}

namespace detail {

/// The number of heads, in whole groups of key-value heads, that brings the depth nearest to n_layers.
inline count n_heads_for_depth(resolved_request const& r, count n_layers, triad_targets const& targets,
                               count head_dim) {
  count const group = r.n_kv_heads.value_or(2);
  double const exact = depth_of(targets, constants_with(r, 1, 1, head_dim)) / static_cast<double>(n_layers);
  return group *
         std::max<std::uint64_t>(1, static_cast<std::uint64_t>(std::llround(exact / static_cast<double>(group))));
}

}  // namespace detail

/// Whether heads may come from Table 4 of 2603.21862, which holds at the paper's six budgets only.
enum class head_table { used, ignored };

/// The heads: those that the request gives; the others from Table 4 at the paper's six scales, elsewhere head_dim = 128
/// with n_heads by `n_heads_by_aspect` or, for a given depth, the number that brings the depth nearest to it, and
/// n_kv_heads = n_heads/2.
/// \throws std::invalid_argument as `n_heads_by_aspect`, and if Table 4 leaves fewer than 3 layers
inline head_choice choose_heads(resolved_request const& r, double compute, triad_targets const& targets,
                                head_table use = head_table::used) {
  laws::holistic::scale const* const table =
      r.n_layers || use == head_table::ignored ? nullptr : laws::holistic::scale_at(compute);
  char const* const given = "given";
  char const* const printed = "2603.21862, Table 4";
  head_choice c{};
  c.head_dim = r.head_dim.value_or(table ? table->head_dim : 128);
  c.head_dim_decision = r.head_dim ? decision{"head_dim", provenance::user, given}
                        : table    ? decision{"head_dim", provenance::printed, printed}
                                : decision{"head_dim", provenance::library_default, "as at the paper's larger scales"};
  if (r.n_heads) {
    c.n_heads = *r.n_heads;
    c.n_heads_decision = {"n_heads", provenance::user, given};
  } else if (r.n_layers) {
    c.n_heads = detail::n_heads_for_depth(r, *r.n_layers, targets, c.head_dim);
    c.n_heads_decision = {"n_heads", provenance::derived,
                          "the number that brings the depth nearest to the given n_layers"};
  } else if (table) {
    c.n_heads = table->n_heads;
    c.n_heads_decision = {"n_heads", provenance::printed, printed};
  } else {
    c.n_heads = n_heads_by_aspect(r, compute, targets, c.head_dim);
    bool const far = compute > 1e25;  // no choice of heads keeps the paper's proportions there
    c.n_heads_decision = {
        "n_heads", provenance::derived,
        std::string("the power of two that brings d_model/n_layers nearest 83, about the mean of the paper's optima") +
            (far ? ", extrapolated above 1e25 FLOPs" : ""),
        far};
  }
  c.n_kv_heads = detail::kv_heads_for(r, c.n_heads);
  if (r.attention == attention_kind::latent)
    c.n_kv_heads_decision = {"n_kv_heads", provenance::library_default, "latent attention: each head has its own"};
  else if (r.n_kv_heads)
    c.n_kv_heads_decision = {"n_kv_heads", provenance::user, given};
  else if (c.n_kv_heads == c.n_heads)
    c.n_kv_heads_decision = {"n_kv_heads", provenance::library_default, "equal to n_heads, which is odd"};
  else
    c.n_kv_heads_decision = {"n_kv_heads", provenance::printed, "n_heads / 2, as in the paper"};
  detail::require_divisible_heads(c.n_heads, c.n_kv_heads);
  double const depth = depth_of(targets, detail::constants_with(r, c.n_heads, c.n_kv_heads, c.head_dim));
  if (!r.n_heads && depth < 2.5)  // rounds to the 3 layers of Table 9 at least
    detail::refuse("n_heads must be given where fewer than 3 layers are left, as " + brief(depth, 3) + " with the " +
                   to_string(c.n_heads) + " heads of Table 4");
  return c;
}

}  // namespace moetric::v0::plan
