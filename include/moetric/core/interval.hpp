#pragma once

#include "moetric/version.hpp"

#include <cmath>
#include <limits>

namespace moetric::v0 {

/// A number that is known to lie between two ends: with it the formulas and laws bound a whole box of shapes at once.
///
/// The ends are moved outward after every operation, by as much as the same operation on doubles may round either way:
/// fused or not, and with an `exp` and `log` of up to four units in the last place. So the interval holds the real
/// result and every double that a scorer computes with the same formula, on any compiler and instruction set.
/// Ends are exact where they are 0, and may be infinite; results that underflow are not covered.
/// Like an SIMD batch it has no `<` that is a plain yes or no, and brings its own `min`.
struct interval {
  double low = 0;
  double high = 0;

  constexpr interval() = default;
  constexpr interval(int value) : low(value), high(value) {}
  constexpr interval(double value) : low(value), high(value) {}
  constexpr interval(double from, double to) : low(from), high(to) {}

  constexpr bool contains(double value) const { return low <= value && value <= high; }

  /// Moved outward by that many units in the last place, or a little more.
  static constexpr interval rounded(double from, double to, int units = 1) {
    double const part = std::numeric_limits<double>::epsilon() * units;
    double const down = from - (from < 0 ? -from : from) * part, up = to + (to < 0 ? -to : to) * part;
    // An infinite end minus itself is no number, and stays what it was.
    return {down == down ? down : from, up == up ? up : to};
  }

  friend constexpr interval operator+(interval a, interval b) { return rounded(a.low + b.low, a.high + b.high); }
  friend constexpr interval operator-(interval a, interval b) { return rounded(a.low - b.high, a.high - b.low); }
  friend constexpr interval operator-(interval a) { return {-a.high, -a.low}; }
  friend constexpr interval operator*(interval a, interval b) {
    if (a.low >= 0 && b.low >= 0) return rounded(product(a.low, b.low), product(a.high, b.high));
    double const ends[] = {product(a.low, b.low), product(a.low, b.high), product(a.high, b.low),
                           product(a.high, b.high)};
    interval hull{ends[0], ends[0]};
    for (double const end : ends) {
      if (end < hull.low) hull.low = end;
      if (end > hull.high) hull.high = end;
    }
    return rounded(hull.low, hull.high);
  }
  /// Everything where the divisor may be 0.
  friend constexpr interval operator/(interval a, interval b) {
    constexpr double infinity = std::numeric_limits<double>::infinity();
    if (a.low >= 0 && b.low > 0) return rounded(a.low / b.high, a.high / b.low);
    if (b.low > 0 || b.high < 0) return a * interval::rounded(1 / b.high, 1 / b.low);
    return {-infinity, infinity};
  }
  friend constexpr interval min(interval a, interval b) {
    return {a.low < b.low ? a.low : b.low, a.high < b.high ? a.high : b.high};
  }
  /// exp and log rise, so their ends are those of the argument.
  friend interval exp(interval a) { return rounded(std::exp(a.low), std::exp(a.high), 4); }
  /// Of what may be 0 or below it, everything up to the logarithm of the upper end.
  friend interval log(interval a) {
    double const from = a.low > 0 ? std::log(a.low) : -std::numeric_limits<double>::infinity();
    return rounded(from, std::log(a.high), 4);
  }

 private:
  // Nothing times something without end is nothing.
  static constexpr double product(double a, double b) { return a == 0 || b == 0 ? 0 : a * b; }
};

}  // namespace moetric::v0
