#pragma once

#include <cmath>

#include "moetric/version.hpp"

namespace moetric::v0::fit {

/// A number with its logarithm: an input of a run, whose logarithm a form takes at each evaluation. It is a double
/// wherever no logarithm is taken.
struct logged {
  double value = 0;
  double logarithm = 0;  // ln value

  logged() = default;
  /// Takes the logarithm once.
  explicit logged(double of) : value(of), logarithm(std::log(of)) {}
  /// The number itself.
  operator double() const { return value; }

  friend double log(logged const& x) { return x.logarithm; }
};

}  // namespace moetric::v0::fit
