#pragma once

#include <array>
#include <optional>
#include <vector>

#include "moetric/plan/holistic_inverse.hpp"

namespace moetric::v0::plan {

/// How a real-valued shape is rounded to integers.
///   nearest  the neighbouring integers with the smallest largest deviation of M, M/N_a and N/N_a
///   paper    each number on its own, as in the tables of 2603.21862 (derived by inverting them; deviates up to 9 %)
enum class rounding_rule { nearest, paper };

/// The relative deviation of a shape from its targets: realised / target − 1.
struct deviation {
  double training_flops_per_token;
  double flops_per_active_parameter;
  double expansion_ratio;  // of N/N_a

  /// The largest magnitude of the three.
  double largest() const {
    return std::max(
        {std::fabs(training_flops_per_token), std::fabs(flops_per_active_parameter), std::fabs(expansion_ratio)});
  }
};

/// The deviation of a triad from its targets.
inline deviation deviation_of(triad<double> const& realised, triad_targets const& targets) {
  double const m = realised.training_flops_per_token;
  double const active = realised.active_non_embedding_parameters;
  return {m / targets.training_flops_per_token - 1, m / active / targets.flops_per_active_parameter - 1,
          realised.total_non_embedding_parameters / active / targets.expansion_ratio - 1};
}

/// Bounds of (top_k + n_shared)·d_expert/d_model.
struct width_ratio_bounds {
  double low;
  double high;
};

namespace detail {

/// The nearest positive multiple of a step.
inline double to_step(double value, double step) {
  return std::max(1.0, std::round(value / step)) * step;
}

/// The nearest positive multiple of a step and the neighbour on the other side of the value. If that neighbour is not
/// positive or further than `reach` steps from the value, both elements are the nearest one.
inline std::array<double, 2> neighbours(double value, double step, double reach = 0.75) {
  double const nearest = to_step(value, step);
  double const other = nearest + (value < nearest ? -step : step);
  return {nearest, other > 0 && std::fabs(value - other) <= reach * step ? other : nearest};
}

}  // namespace detail

/// (top_k + n_shared)·d_expert/d_model
inline double width_ratio(shape<double> const& s) {
  return (s.top_k + s.n_shared_experts) * s.d_expert / s.d_model;
}

/// The paper's rule at an integer width: L_d = max(1, round L_d*), L_m = max(1, round L_m*), and d_expert, solved with
/// the unrounded L_m*, to the nearest multiple of the step (8 in the paper's tables).
/// \param n_dense_layers of the rounded shape; empty for the rule's
inline shape<double> round_as_paper(holistic_inverse const& inverse, double d_model, double step = 8,
                                    std::optional<double> n_dense_layers = std::nullopt) {
  shape<double> s = inverse.at(d_model);
  s.n_dense_layers = n_dense_layers.value_or(std::max(1.0, std::round(s.n_dense_layers)));
  s.n_moe_layers = std::max(1.0, std::round(s.n_moe_layers));
  s.d_expert = detail::to_step(s.d_expert, step);
  return s;
}

/// What rounding may change, and which shapes it prefers.
struct rounding_limits {
  double step = 8;                                   // d_model and d_expert are multiples of it
  bool fixed_d_model = false;                        // d_model is not changed
  bool wide = false;                                 // d_model may change by a quarter
  std::optional<double> n_layers{};                  // of the rounded shape; empty for any
  std::optional<double> n_dense_layers{};            // likewise
  std::optional<double> d_ff{};                      // width of dense feed-forwards; empty to follow d_model
  std::optional<latent_widths> latents{};            // of latent attention
  std::optional<width_ratio_bounds> width_ratios{};  // shapes within are preferred
};

/// The integer shape next to a real-valued one whose largest deviation from the targets is smallest. d_model, the
/// layers of either kind and d_expert are each rounded to the nearest value or to the other neighbour if that lies
/// within three quarters of a step, so shapes that are close before rounding differ by at most one step in each field
/// after it. `wide` gives up this continuity and tries widths up to a quarter away.
inline shape<double> round_nearest(shape<double> const& real, triad_targets const& targets, double sequence_length,
                                   rounding_limits const& limits) {
  double const d_ff_per_d_model = real.d_ff / real.d_model;
  double const expert_area = real.d_model * real.d_expert * real.n_moe_layers;
  std::optional<shape<double>> best;
  bool best_inside = false;
  double least = 0;
  shape<double> s = real;
  auto const consider = [&](double d_expert) {
    s.d_expert = d_expert;
    bool const inside = !limits.width_ratios ||
                        (width_ratio(s) >= limits.width_ratios->low && width_ratio(s) <= limits.width_ratios->high);
    double const missed = deviation_of(triad_with(s, limits.latents, sequence_length), targets).largest();
    if (best && (best_inside > inside || (best_inside == inside && missed >= least))) return;
    best = s;
    best_inside = inside;
    least = missed;
  };
  std::vector<double> widths;
  if (limits.fixed_d_model)
    widths = {real.d_model};
  else if (limits.wide)
    for (double d = 0.75 * real.d_model; d <= 1.25 * real.d_model; d += limits.step)
      widths.push_back(detail::to_step(d, limits.step));
  else
    for (double const d : detail::neighbours(real.d_model, limits.step)) widths.push_back(d);
  double const reach = limits.wide ? 1 : 0.75;
  for (double const d_model : widths) {
    s.d_model = d_model;
    s.d_ff = limits.d_ff.value_or(d_ff_per_d_model * d_model);
    for (double const n_dense : limits.n_dense_layers ? std::array{*limits.n_dense_layers, *limits.n_dense_layers}
                                                      : detail::neighbours(real.n_dense_layers, 1, reach))
      for (double const n_moe : detail::neighbours(real.n_moe_layers, 1, reach)) {
        s.n_dense_layers = n_dense;
        s.n_moe_layers = limits.n_layers ? *limits.n_layers - n_dense : n_moe;
        if (s.n_moe_layers < 1) continue;
        double const width = limits.wide ? expert_area / (d_model * s.n_moe_layers) : real.d_expert;
        for (double const d_expert : detail::neighbours(width, limits.step, reach)) consider(d_expert);
      }
  }
  return *best;
}

}  // namespace moetric::v0::plan
