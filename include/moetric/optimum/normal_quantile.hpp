#pragma once

#include <cmath>

#include "moetric/version.hpp"

namespace moetric::v0::optimum {

/// The x below which a standard normal number lies with probability p, 0 < p < 1, to 1e-14 of max(1, |x|).
/// Newton's method on ln Phi(x) = ln(erfc(−x/√2)/2), which is concave: from a lower bound it converges from below.
inline double normal_quantile(double p) {
  double const tail = std::fmin(p, 1 - p);
  double x = -std::sqrt(std::fmax(0, -2 * std::log(2 * tail)));  // since Phi(x) <= exp(−x²/2)/2 below 0
  for (int i = 0; i != 30; ++i) {
    double const below = std::erfc(-x * 0.70710678118654752440) / 2;
    double const density = std::exp(-x * x / 2) * 0.39894228040143267794;  // 1/√(2π)
    double const step = (std::log(tail) - std::log(below)) * below / density;
    x += step;
    if (!(std::fabs(step) > 1e-15 * std::fmax(1, std::fabs(x)))) break;
  }
  return p > 0.5 ? -x : x;
}

}  // namespace moetric::v0::optimum
