#pragma once

#include <array>
#include <cstddef>

#include "moetric/version.hpp"

namespace moetric::v0::search {

/// The coefficients of c[0] + c[1]·y + c[2]·y² + c[3]·y³.
using cubic = std::array<double, 4>;

/// The highest power with a non-zero coefficient; 0 for a constant.
constexpr int degree_of(cubic const& c) {
  for (std::size_t power = c.size() - 1; power > 0; --power)
    if (c[power] != 0) return static_cast<int>(power);
  return 0;
}

/// The value of a cubic at y, by Horner's rule.
constexpr double evaluate(cubic const& c, double y) {
  return c[0] + y * (c[1] + y * (c[2] + y * c[3]));
}

/// A quotient of two cubics in one variable.
struct cubic_quotient {
  cubic numerator{};
  cubic denominator{};

  /// Whether either cubic depends on y. A quotient of proportional cubics counts as varying.
  constexpr bool varies() const { return degree_of(numerator) > 0 || degree_of(denominator) > 0; }
  /// The value of the quotient at y.
  constexpr double value(double y) const { return evaluate(numerator, y) / evaluate(denominator, y); }
};

}  // namespace moetric::v0::search
