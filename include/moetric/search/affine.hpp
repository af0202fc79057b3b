#pragma once

#include <array>
#include <cmath>

#include "moetric/search/field.hpp"

namespace moetric::inline v0::search {

/// A box in the logarithms of its axes' values, measured from the point in its middle.
struct frame {
  std::array<double, n_fields> value{};       // of each axis at the point
  std::array<double, n_fields> half_width{};  // ln of an axis where it ends less that at the point
};

/// A number that changes by a fixed slope along the logarithm of each axis.
struct affine {
  double at_point = 0;
  std::array<double, n_fields> slope{};

  /// How far it falls below its value at the point in a box, and rises above it. In four sums, which a processor adds
  /// up side by side.
  double swing(frame const& in) const {
    static_assert(n_fields % 4 == 0);
    std::array<double, 4> sums{};
    for (std::size_t i = 0; i != n_fields; i += 4)
      for (std::size_t j = 0; j != 4; ++j) sums[j] += std::fabs(slope[i + j]) * in.half_width[i + j];
    return (sums[0] + sums[1]) + (sums[2] + sums[3]);
  }

  friend affine operator+(affine a, affine const& b) {
    a.at_point += b.at_point;
    for (std::size_t i = 0; i != n_fields; ++i) a.slope[i] += b.slope[i];
    return a;
  }
  friend affine operator-(affine a, affine const& b) {
    a.at_point -= b.at_point;
    for (std::size_t i = 0; i != n_fields; ++i) a.slope[i] -= b.slope[i];
    return a;
  }
  friend affine operator*(double factor, affine a) {
    a.at_point *= factor;
    for (double& each : a.slope) each *= factor;
    return a;
  }
  friend affine operator+(affine a, double constant) {
    a.at_point += constant;
    return a;
  }
};

namespace detail {

/// A function of an affine number: its tangent where that is at the point.
inline affine tangent(affine const& of, double value, double derivative) {
  affine line = derivative * of;
  line.at_point = value;
  return line;
}
/// Its secant between the ends of the affine number.
template <class Function>
affine secant(affine const& of, frame const& in, Function const& f) {
  double const swing = of.swing(in);
  if (swing == 0) return {f(of.at_point), {}};
  double const low = f(of.at_point - swing), high = f(of.at_point + swing);
  return tangent(of, (low + high) / 2, (high - low) / (2 * swing));
}

}  // namespace detail
}  // namespace moetric::inline v0::search
