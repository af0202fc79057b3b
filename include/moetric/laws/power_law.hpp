#pragma once

#include "moetric/version.hpp"

#include <cmath>

namespace moetric::v0::laws {

/// coefficient·(x / unit)^exponent, written exp(ln coefficient + exponent·ln (x / unit)).
struct power_law {
  double coefficient;  // in the unit of the result
  double exponent;     // a pure number
  double unit = 1;     // of x in the paper

  /// The value at x.
  double operator()(double x) const { return std::exp(std::log(coefficient) + exponent * std::log(x / unit)); }
  /// The x with a given value.
  double inverse(double value) const { return unit * std::exp((std::log(value) - std::log(coefficient)) / exponent); }
};

}  // namespace moetric::v0::laws
