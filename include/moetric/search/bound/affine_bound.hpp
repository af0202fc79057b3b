#pragma once

#include <array>
#include <cmath>

#include "moetric/search/space/field.hpp"

namespace moetric::v0::search {

/// A box in the logarithms of its axes' values, measured from the point in its middle.
struct frame {
  std::array<double, n_fields> value{};       // of each axis at the point
  std::array<double, n_fields> half_width{};  // ln of an axis where it ends less that at the point
};

/// A number that changes by a fixed slope along the logarithm of each axis.
struct affine_bound {
  double at_point = 0;
  std::array<double, n_fields> slope{};
  double error = 0;  // what rounding may have moved it by, at most, anywhere in the box

  /// No more and no less than it is anywhere in a box.
  double least(frame const& in) const { return at_point - reach(in); }
  double most(frame const& in) const { return at_point + reach(in); }
  /// How far it falls below its value at the point, and rises above it. In four sums, which a processor adds up side by
  /// side.
  double reach(frame const& in) const {
    static_assert(n_fields % 4 == 0);
    std::array<double, 4> sums{};
    for (std::size_t i = 0; i != n_fields; i += 4)
      for (std::size_t j = 0; j != 4; ++j) sums[j] += std::fabs(slope[i + j]) * in.half_width[i + j];
    return (1 + some_bits) * ((sums[0] + sums[1]) + (sums[2] + sums[3])) + error;
  }

  friend affine_bound operator+(affine_bound const& a, affine_bound const& b) {
    affine_bound sum{a.at_point + b.at_point, {}, a.error + b.error};
    for (std::size_t i = 0; i != n_fields; ++i) sum.slope[i] = a.slope[i] + b.slope[i];
    return sum;
  }
  friend affine_bound operator-(affine_bound const& a, affine_bound const& b) {
    affine_bound difference{a.at_point - b.at_point, {}, a.error + b.error};
    for (std::size_t i = 0; i != n_fields; ++i) difference.slope[i] = a.slope[i] - b.slope[i];
    return difference;
  }
  friend affine_bound operator*(double factor, affine_bound const& a) {
    affine_bound product{factor * a.at_point, {}, std::fabs(factor) * a.error};
    for (std::size_t i = 0; i != n_fields; ++i) product.slope[i] = factor * a.slope[i];
    return product;
  }
  friend affine_bound operator+(affine_bound const& a, double constant) {
    return {a.at_point + constant, a.slope, a.error + some_bits * std::fabs(constant)};
  }

  static constexpr double some_bits = 0x1p-48;  // what a few operations lose
};

namespace detail {

/// A function of an affine number: its tangent where that is at the point.
inline affine_bound tangent(affine_bound const& of, double value, double derivative) {
  affine_bound line{value, {}, std::fabs(derivative) * of.error + affine_bound::some_bits * std::fabs(value)};
  for (std::size_t i = 0; i != n_fields; ++i) line.slope[i] = derivative * of.slope[i];
  return line;
}
/// Its secant between the ends of the affine number.
template <class Function>
affine_bound secant(affine_bound const& of, frame const& in, Function const& f) {
  double const reach = of.reach(in), low = f(of.at_point - reach), high = f(of.at_point + reach);
  if (reach == 0) return tangent({}, low, 0);
  return tangent(of, (low + high) / 2, (high - low) / (2 * reach));
}

}  // namespace detail
}  // namespace moetric::v0::search
