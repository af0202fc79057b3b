#pragma once

#include "moetric/version.hpp"

namespace moetric::v0::cluster {

/// The quantiles that the ends of an interval stand for.
inline constexpr double lower_quantile = 0.1, upper_quantile = 0.9;

/// An uncertain number: its median, and the ends of an interval that holds it with 80 % probability.
struct estimate {
  double low;
  double median;
  double high;

  /// The estimate of a multiple, by a positive factor.
  constexpr estimate operator*(double factor) const { return {low * factor, median * factor, high * factor}; }
  /// The estimate of amount / this, as a time from a rate: the interval's ends change places.
  constexpr estimate dividing(double amount) const { return {amount / high, amount / median, amount / low}; }
};

/// A number without uncertainty.
constexpr estimate exactly(double value) {
  return {value, value, value};
}

}  // namespace moetric::v0::cluster
