#pragma once

#include <cstdint>
#include <optional>

#include "moetric/plan/holistic_inverse.hpp"

namespace moetric::inline v0 {

/// How a real-valued shape becomes integers.
///   nearest  the neighbouring integers that miss the worst of M, M/N_a and N/N_a by least
///   paper    each number by itself, as the tables of 2603.21862 do (derived by inverting them; misses up to 9 %)
enum class rounding { nearest, paper };

/// By how much a shape misses its targets, each as a fraction: realised / target − 1.
struct deviation {
  double training_flops_per_token;
  double flops_per_active_parameter;
  double expansion_ratio;

  double largest() const {
    return std::max(
        {std::fabs(training_flops_per_token), std::fabs(flops_per_active_parameter), std::fabs(expansion_ratio)});
  }
};

inline deviation deviation_of(triad<double> const& realised, triad_targets const& targets) {
  double const m = realised.training_flops_per_token;
  double const active = realised.active_non_embedding_parameters;
  return {m / targets.training_flops_per_token - 1, m / active / targets.flops_per_active_parameter - 1,
          realised.total_non_embedding_parameters / active / targets.expansion_ratio - 1};
}

/// Bounds on (top_k + n_shared)·d_expert/d_model.
struct width_ratio_window {
  double low;
  double high;
};

namespace detail {

/// The nearest positive multiple of a step.
inline double to_step(double value, double step) {
  return std::max(1.0, std::round(value / step)) * step;
}

}  // namespace detail

inline double width_ratio(shape<double> const& s) {
  return (s.top_k + s.n_shared_experts) * s.d_expert / s.d_model;
}

/// The paper's rule at an integer width: L_d = max(1, round L_d*), L_m = round L_m*, and d_expert to a multiple of the
/// step, 8 in the paper's tables, from the unrounded L_m*.
inline shape<double> round_as_paper(holistic_inverse const& inverse, double d_model, double step = 8) {
  shape<double> s = inverse.at(d_model);
  s.n_dense_layers = std::max(1.0, std::round(s.n_dense_layers));
  s.n_moe_layers = std::max(1.0, std::round(s.n_moe_layers));
  s.d_expert = detail::to_step(s.d_expert, step);
  return s;
}

/// The integer shape near a real one whose largest deviation from the targets is least: layers rounded down or up,
/// d_expert a multiple of the step. With a window d_model moves by up to a quarter, in multiples of the step, and only
/// shapes inside the window are considered: nothing comes back when there is none. Without one d_model stays.
inline std::optional<shape<double>> round_nearest(shape<double> const& real, triad_targets const& targets,
                                                  double sequence_length, double step,
                                                  std::optional<width_ratio_window> window) {
  double const first = window ? detail::to_step(0.75 * real.d_model, step) : real.d_model;
  double const last = window ? detail::to_step(1.25 * real.d_model, step) : real.d_model;
  double const d_ff_per_d_model = real.d_ff / real.d_model;
  double const expert_area = real.d_model * real.d_expert * real.n_moe_layers;
  std::optional<shape<double>> best;
  double least = 0;
  shape<double> s = real;
  auto const down = [](double layers) { return std::max(1.0, std::floor(layers)); };
  auto const up = [](double layers) { return std::max(1.0, std::ceil(layers)); };
  for (s.n_dense_layers = down(real.n_dense_layers); s.n_dense_layers <= up(real.n_dense_layers); s.n_dense_layers += 1)
    for (s.n_moe_layers = down(real.n_moe_layers); s.n_moe_layers <= up(real.n_moe_layers); s.n_moe_layers += 1)
      for (s.d_model = first; s.d_model <= last; s.d_model += step) {
        s.d_ff = d_ff_per_d_model * s.d_model;
        double const exact_width = expert_area / (s.d_model * s.n_moe_layers);
        double const below = std::max(step, std::floor(exact_width / step - 1) * step);
        for (s.d_expert = below; s.d_expert <= exact_width + 2 * step; s.d_expert += step) {
          if (window && (width_ratio(s) < window->low || width_ratio(s) > window->high)) continue;
          double const missed = deviation_of(triad_of(s, sequence_length), targets).largest();
          if (!best || missed < least) {
            best = s;
            least = missed;
          }
        }
      }
  return best;
}

}  // namespace moetric::inline v0
