#pragma once

#include <algorithm>
#include <cmath>
#include <map>
#include <span>
#include <string>
#include <vector>

#include "moetric/fit/linear.hpp"

/// Near-optimal learning rates and batch sizes over compute, from a grid of both at every scale: two parallel lines in
/// logarithms that bound the near-optimal runs. Source: arXiv 2603.21862, App. F.2.
namespace moetric::v0::fit {

/// The band of one hyper-parameter: low(C) ≤ near-optimal ≤ high(C), with one exponent.
struct parallel_lines {
  laws::power_law low;
  laws::power_law centre;
  laws::power_law high;
  double width = 0;          // ln high − ln low
  double exponent_low = 0;   // least and greatest exponent over fits that leave one scale out
  double exponent_high = 0;  // the greatest
  std::size_t points = 0;    // number of near-optimal runs
};

namespace detail {

struct log_point {
  double x;
  double y;
};

/// The narrowest strip between parallel lines that contains all points. Its width is convex and piecewise linear in the
/// slope, so a slope through two points attains the minimum; among ties, the middle one.
inline parallel_lines strip_of(std::vector<log_point> const& points) {
  auto const ends = [&](double slope) {
    double low = std::numeric_limits<double>::infinity(), high = -low;
    for (log_point const& each : points) {
      low = std::fmin(low, each.y - slope * each.x);
      high = std::fmax(high, each.y - slope * each.x);
    }
    return std::pair(low, high);
  };
  std::vector<double> slopes;
  for (std::size_t i = 0; i != points.size(); ++i)
    for (std::size_t j = 0; j != i; ++j)
      if (points[i].x != points[j].x) slopes.push_back((points[i].y - points[j].y) / (points[i].x - points[j].x));
  double least = std::numeric_limits<double>::infinity(), first = 0, last = 0;
  std::sort(slopes.begin(), slopes.end());
  for (double const slope : slopes) {
    auto const [low, high] = ends(slope);
    if (high - low < least * (1 - 1e-12) - 1e-300) least = high - low, first = slope;
    if (high - low <= least * (1 + 1e-12)) last = slope;
  }
  double const slope = (first + last) / 2;
  auto const [low, high] = ends(slope);
  return {
      {std::exp(low), slope}, {std::exp((low + high) / 2), slope}, {std::exp(high), slope}, high - low, slope, slope,
      points.size()};
}

}  // namespace detail

/// Fits the lines for `value` over `scale` (compute, FLOPs). A run is near-optimal if its loss is at most (1 +
/// tolerance) times the least loss of its scale. \throws std::invalid_argument naming a number that is not positive and
/// finite, or for fewer than 3 scales
inline parallel_lines fit_parallel_lines(std::span<double const> scale, std::span<double const> value,
                                         std::span<double const> loss, double tolerance = 2e-3) {
  if (scale.size() != loss.size() || value.size() != loss.size())
    moetric::detail::invalid("moetric: parallel lines must have as many scales and values as losses");
  moetric::detail::require_positive("tolerance", tolerance);
  std::map<double, double> least;
  for (std::size_t i = 0; i != loss.size(); ++i) {
    std::string const run = " of run " + std::to_string(i + 1);
    moetric::detail::require_positive("scale" + run, scale[i]);
    moetric::detail::require_positive("value" + run, value[i]);
    moetric::detail::require_positive("loss" + run, loss[i]);
    auto const [place, is_new] = least.emplace(scale[i], loss[i]);
    if (!is_new) place->second = std::fmin(place->second, loss[i]);
  }
  if (least.size() < 3)
    moetric::detail::invalid(
        ("moetric: parallel lines must be fitted to at least 3 scales, but got " + std::to_string(least.size()))
            .c_str());
  auto const near_optimal = [&](double without) {
    std::vector<detail::log_point> points;
    for (std::size_t i = 0; i != loss.size(); ++i)
      if (scale[i] != without && loss[i] <= (1 + tolerance) * least.at(scale[i]))
        points.push_back({std::log(scale[i]), std::log(value[i])});
    return points;
  };
  parallel_lines result = detail::strip_of(near_optimal(0));
  for (auto const& [left_out, ignored] : least) {
    double const exponent = detail::strip_of(near_optimal(left_out)).centre.exponent;
    result.exponent_low = std::fmin(result.exponent_low, exponent);
    result.exponent_high = std::fmax(result.exponent_high, exponent);
  }
  return result;
}

}  // namespace moetric::v0::fit
