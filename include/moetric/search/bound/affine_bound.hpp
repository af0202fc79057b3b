#pragma once

#include <array>
#include <cmath>

#include "moetric/search/space/field.hpp"

namespace moetric::v0::search {

/// A box in the logarithms of its axes' values, relative to the point in its middle.
struct frame {
  std::array<double, n_fields> value{};       // of each axis at the point
  std::array<double, n_fields> half_width{};  // ln(largest value on the axis) - ln(value at the point)
};

/// A function that is affine in the logarithms of the axes' values, used as a bound over one box.
struct affine_bound {
  double at_point = 0;  // the function's value there
  std::array<double, n_fields> slope{};
  double error = 0;  // an upper bound of the rounding error anywhere in the box

  /// A lower and an upper bound of the function over a box, including its rounding error.
  double least(frame const& in) const { return at_point - reach(in); }
  /// The upper bound, see `least`.
  double most(frame const& in) const { return at_point + reach(in); }
  /// The largest deviation from the value at the point. Summed in four independent chains, which a processor overlaps.
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

  static constexpr double some_bits = 0x1p-48;  // relative rounding error of a few operations
};

namespace detail {

/// The tangent of f(x) at the point, where x is an affine function, `value` is f and `derivative` f' there.
inline affine_bound tangent(affine_bound const& x, double value, double derivative) {
  affine_bound line{value, {}, std::fabs(derivative) * x.error + affine_bound::some_bits * std::fabs(value)};
  for (std::size_t i = 0; i != n_fields; ++i) line.slope[i] = derivative * x.slope[i];
  return line;
}
/// The secant of f(x) between the least and the most of an affine function x.
inline affine_bound secant(affine_bound const& x, frame const& in, double (*f)(double)) {
  double const reach = x.reach(in), low = f(x.at_point - reach), high = f(x.at_point + reach);
  if (reach == 0) return tangent({}, low, 0);
  return tangent(x, (low + high) / 2, (high - low) / (2 * reach));
}

}  // namespace detail
}  // namespace moetric::v0::search
