#pragma once

#include <algorithm>
#include <cmath>
#include <limits>
#include <span>
#include <vector>

#include "moetric/fit/distribution.hpp"

/// How well optima at some scales determine a power law of compute at a target, before any run is made. The law is a
/// straight line in logarithms, ln y = a + b·ln C, and every group of runs gives one ln y of the same scatter.
namespace moetric::v0::plan {

/// The confidence of every interval of a design.
inline constexpr double design_confidence = 0.95;

/// Runs of one budget that give one optimum, as an IsoFLOP group does.
struct scale_group {
  double compute;     // FLOPs of one run
  double weight = 1;  // fraction of a full group
};

namespace detail {

/// t(n − 2)·sqrt(1/n + off²/spread) with the quantile of the 95 % interval, given as `quantile`.
inline double half_width_of(double quantile, double n, double off, double spread) {
  return quantile * std::sqrt(1 / n + off * off / spread);
}

/// Groups in whole, n rounded down; a sum of fractional weights may fall short of an integer by its rounding.
inline std::size_t whole_groups(double n) {
  return static_cast<std::size_t>(n + 1e-9);
}

}  // namespace detail

/// Half the width of the 95 % interval of ln y at the target, in units of the scatter of one group's optimum:
///   t(n − 2)·sqrt(1/n + (x − x̄)²/Σ(x_i − x̄)²),  x = ln C
/// Infinite for fewer than three groups, or for one scale. Source: the least-squares line.
inline double half_width_at(std::span<scale_group const> groups, double target) {
  double n = 0, mean = 0;
  for (scale_group const& each : groups) n += each.weight, mean += each.weight * std::log(each.compute);
  mean /= n;
  double spread = 0;
  for (scale_group const& each : groups) {
    double const off = std::log(each.compute) - mean;
    spread += each.weight * off * off;
  }
  std::size_t const whole = detail::whole_groups(n);
  if (whole < 3 || spread < 1e-12) return std::numeric_limits<double>::infinity();
  return detail::half_width_of(fit::students_t_quantile(design_confidence, static_cast<double>(whole - 2)), n,
                               std::log(target) - mean, spread);
}

/// A design with fewer scales, and the certainty that is left.
struct smaller_design {
  std::size_t scales;
  double largest;     // scale that is left, FLOPs
  double part;        // of the full design's FLOPs
  double half_width;  // at the target, as `half_width_at`
};

/// The designs without the largest scales, one scale after another, down to three scales.
inline std::vector<smaller_design> smaller_designs(std::vector<double> scales, double target) {
  std::sort(scales.begin(), scales.end());
  double all = 0;
  for (double const each : scales) all += each;
  std::vector<smaller_design> designs;
  for (std::size_t n = scales.size(); n >= 3; --n) {
    std::vector<scale_group> groups;
    double flops = 0;
    for (std::size_t i = 0; i != n; ++i) groups.push_back({scales[i]}), flops += scales[i];
    designs.push_back({n, scales[n - 1], flops / all, half_width_at(groups, target)});
  }
  return designs;
}

}  // namespace moetric::v0::plan
