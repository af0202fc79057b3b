#pragma once

#include "moetric/version.hpp"

#include <cmath>
#include <limits>

namespace moetric::v0 {

/// A number known to lie between two ends: a formula evaluated on it is bounded over a whole box of values at once.
///
/// Every operation moves the ends outward by the largest rounding error of the same operation on doubles, fused or not,
/// with an `exp` and `log` of up to four units in the last place. The interval thus contains the real result and every
/// double that the same formula yields, on any compiler and instruction set. Ends are exact where they are 0, and can
/// be infinite; results that underflow are not covered. Like an SIMD batch it has no `<` that returns bool, but its own
/// `min`.
struct interval {
  double low = 0;
  double high = 0;

  constexpr interval() = default;
  /// One number, both ends of its interval; or the two ends, the lower one first.
  constexpr interval(int value) : low(value), high(value) {}
  constexpr interval(double value) : low(value), high(value) {}
  constexpr interval(double from, double to) : low(from), high(to) {}

  /// True if low <= value <= high.
  constexpr bool contains(double value) const { return low <= value && value <= high; }

  /// The ends moved outward by so many units in the last place, or slightly more.
  static constexpr interval rounded(double from, double to, int units = 1) {
    double const part = std::numeric_limits<double>::epsilon() * units;
    double const down = from - (from < 0 ? -from : from) * part, up = to + (to < 0 ? -to : to) * part;
    // An infinite end minus itself is NaN; the end stays infinite.
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
  /// (-inf, inf) if the divisor contains 0.
  friend constexpr interval operator/(interval a, interval b) {
    constexpr double infinity = std::numeric_limits<double>::infinity();
    if (a.low >= 0 && b.low > 0) return rounded(a.low / b.high, a.high / b.low);
    if (b.low > 0 || b.high < 0) return a * interval::rounded(1 / b.high, 1 / b.low);
    return {-infinity, infinity};
  }
  friend constexpr interval min(interval a, interval b) {
    return {a.low < b.low ? a.low : b.low, a.high < b.high ? a.high : b.high};
  }
  /// exp and log increase, so the ends map to ends.
  friend interval exp(interval a) { return rounded(std::exp(a.low), std::exp(a.high), 4); }
  /// From -inf if the argument contains 0 or less.
  friend interval log(interval a) {
    double const from = a.low > 0 ? std::log(a.low) : -std::numeric_limits<double>::infinity();
    return rounded(from, std::log(a.high), 4);
  }

 private:
  // 0 times infinity is 0: the interval bounds finite numbers.
  static constexpr double product(double a, double b) { return a == 0 || b == 0 ? 0 : a * b; }
};

}  // namespace moetric::v0
