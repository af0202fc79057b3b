#pragma once

#include <array>
#include <cmath>

#include "moetric/laws/description.hpp"

namespace moetric::v0::laws::fine_grained {

/// The 10th to 90th percentile of the optimum at some active parameters over the authors' bootstrap refits.
struct bootstrapped_optimum {
  double active_non_embedding_parameters;
  range tokens;
  range granularity;
};

/// Table 6 of 2402.07871, expansion rate 64. Printed.
inline constexpr std::array bootstrapped_optima{
    bootstrapped_optimum{100e6, {2.97e9, 5.98e9}, {8, 8}},
    bootstrapped_optimum{1e9, {21.17e9, 40.73e9}, {16, 16}},
    bootstrapped_optimum{7e9, {101.06e9, 205.40e9}, {32, 32}},
    bootstrapped_optimum{70e9, {638.49e9, 1.59e12}, {32, 64}},
};

/// The row of that table nearest in the logarithm of active parameters.
inline bootstrapped_optimum const& bootstrapped_near(double active_non_embedding_parameters) {
  auto const distance = [&](bootstrapped_optimum const& each) {
    return std::fabs(std::log(each.active_non_embedding_parameters / active_non_embedding_parameters));
  };
  bootstrapped_optimum const* nearest = &bootstrapped_optima[0];
  for (bootstrapped_optimum const& each : bootstrapped_optima)
    if (distance(each) < distance(*nearest)) nearest = &each;
  return *nearest;
}

}  // namespace moetric::v0::laws::fine_grained
