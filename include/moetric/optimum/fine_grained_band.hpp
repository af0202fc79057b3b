#pragma once

#include "moetric/optimum/fine_grained.hpp"

namespace moetric::v0::optimum {

/// How far a configuration can move from the optimum at the same budget while the loss rises by at most a fraction.
struct fine_grained_band {
  fine_grained_configuration best;
  laws::range total_non_embedding_parameters;  // at the best granularity
  laws::range tokens;                          // at the best granularity
  laws::range granularity;                     // of those offered, each at its own best d_model
};

namespace detail {

/// ln d_model at which the loss reaches a limit, on the side of the optimum that the sign of `step`, the first stride,
/// gives.
inline double log_width_at_loss(fine_grained_line const& line, double compute, double limit, double from, double step) {
  auto const excess = [&](double log_width) {
    architecture<> const shape = line.at(log_width);
    return line.law.loss(laws::fine_grained::inputs{shape.total_non_embedding_parameters(),
                                                    compute / line.flops_per_token(shape), line.granularity}) -
           limit;
  };
  double inside = from;
  while (excess(inside + step) < 0) {
    inside += step;
    step *= 2;
  }
  double const low = std::fmin(inside, inside + step), high = std::fmax(inside, inside + step);
  return root_between(excess, {low, high, excess(low), excess(high)});
}

}  // namespace detail

/// The band around `at_compute` in which the total loss is at most (1 + tolerance) times the least, d_model to 1e-12.
/// \throws std::invalid_argument naming a number that is not positive and finite
inline fine_grained_band band_at_compute(laws::fine_grained::law const& law, double compute, double tolerance,
                                         fine_grained_options const& options = {}) {
  moetric::detail::require_positive("tolerance", tolerance);
  fine_grained_configuration const best = at_compute(law, compute, options);
  double const limit = best.loss * (1 + tolerance);
  detail::fine_grained_line const line{law, best.granularity, best.expansion_rate, options.c_r};
  double const at_best = std::log(best.d_model);
  auto const narrow = line.at(detail::log_width_at_loss(line, compute, limit, at_best, -0.01));
  auto const wide = line.at(detail::log_width_at_loss(line, compute, limit, at_best, 0.01));
  laws::range granularity{best.granularity, best.granularity};
  for (double const each : options.granularities) {
    fine_grained_options only = options;
    only.granularities = {{each}, 1};
    if (at_compute(law, compute, only).loss > limit) continue;
    granularity = {std::fmin(granularity.low, each), std::fmax(granularity.high, each)};
  }
  return {best,
          {narrow.total_non_embedding_parameters(), wide.total_non_embedding_parameters()},
          {compute / line.flops_per_token(wide), compute / line.flops_per_token(narrow)},
          granularity};
}

}  // namespace moetric::v0::optimum
