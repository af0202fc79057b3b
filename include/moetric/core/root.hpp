#pragma once

#include <cmath>
#include <limits>

#include "moetric/core/function_ref.hpp"

/// Roots of a function of one number.
namespace moetric::v0 {

/// The ends of an interval and the values there.
struct root_bracket {
  double low;
  double high;
  double at_low;   // the function at low
  double at_high;  // the function at high
};

/// True if a function with these two values changes sign in between; false if one of them is NaN.
constexpr bool opposite_signs(double a, double b) {
  return (a < 0 && b >= 0) || (a >= 0 && b < 0);
}

/// The root in a bracket whose ends have opposite signs, to a relative 1e-13 (absolute below 1). Chandrupatla's method:
/// inverse quadratic interpolation where the last three points allow it, else bisection.
/// Source: Chandrupatla 1997, Adv. Eng. Softw. 28, 145-149
inline double root_between(function_ref<double(double)> f, root_bracket const& ends) {
  double a = ends.high, b = ends.low, c = a;  // the root lies between a and b; c is the point before
  double at_a = ends.at_high, at_b = ends.at_low, at_c = at_a;
  double step = 0.5;
  for (int evaluations = 0; evaluations != 300; ++evaluations) {
    double const best = std::fabs(at_a) < std::fabs(at_b) ? a : b;
    double const smallest = 0.5e-13 * std::fmax(1, std::fabs(best)) / std::fabs(b - a);
    if (at_a == 0 || at_b == 0 || !(smallest < 0.5)) return best;
    double const at = a + std::fmin(1 - smallest, std::fmax(smallest, step)) * (b - a), value = f(at);
    if (value != value) return value;  // the function is not defined there
    if (opposite_signs(value, at_a))
      c = b, at_c = at_b, b = a, at_b = at_a;
    else
      c = a, at_c = at_a;
    a = at, at_a = value;
    double const xi = (a - b) / (c - b), phi = (at_a - at_b) / (at_c - at_b);
    bool const is_smooth = phi * phi < xi && (1 - phi) * (1 - phi) < 1 - xi;
    step = is_smooth ? at_a / (at_b - at_a) * at_c / (at_b - at_c) +
                           (c - a) / (b - a) * at_a / (at_c - at_a) * at_b / (at_c - at_b)
                     : 0.5;
  }
  return std::fabs(at_a) < std::fabs(at_b) ? a : b;
}

/// The root of a function that changes sign once. From a guess, the stride doubles until the sign changes; `from` <=
/// guess <= `to` bound the search.
/// \returns the root to a relative 1e-13, or NaN if the sign does not change
inline double root_near(function_ref<double(double)> f, double guess, double from, double to) {
  double low = guess, high = guess;
  double at_low = f(low), at_high = at_low;
  for (double stride = 0.5; !opposite_signs(at_low, at_high); stride *= 2) {
    if (low <= from && high >= to) return std::numeric_limits<double>::quiet_NaN();
    double const lower = std::fmax(from, low - stride), higher = std::fmin(to, high + stride);
    double const at_lower = f(lower), at_higher = f(higher);
    if (opposite_signs(at_lower, at_low)) {
      high = low, at_high = at_low, low = lower, at_low = at_lower;
    } else if (opposite_signs(at_high, at_higher)) {
      low = high, at_low = at_high, high = higher, at_high = at_higher;
    } else {
      low = lower, at_low = at_lower, high = higher, at_high = at_higher;
    }
  }
  return root_between(f, {low, high, at_low, at_high});
}

}  // namespace moetric::v0
