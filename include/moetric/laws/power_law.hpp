#pragma once

#include <cmath>

namespace moetric::inline v0::laws {

/// coefficient·x^exponent, written exp(ln coefficient + exponent·ln x).
struct power_law {
  double coefficient;
  double exponent;

  double operator()(double x) const { return std::exp(std::log(coefficient) + exponent * std::log(x)); }
};

}  // namespace moetric::inline v0::laws
