#pragma once

#include <ostream>

/// A number that is known to lie between two ends: the type with which boxes of a space are bounded.
///
/// Like an SIMD batch it has no `<` that is a plain yes or no, and brings its own `min`.
struct interval {
  double low = 0;
  double high = 0;

  constexpr interval() = default;
  constexpr interval(int value) : low(value), high(value) {}
  constexpr interval(double from, double to) : low(from), high(to) {}

  constexpr bool contains(double value) const { return low <= value && value <= high; }

  friend constexpr interval operator+(interval a, interval b) { return {a.low + b.low, a.high + b.high}; }
  friend constexpr interval operator-(interval a, interval b) { return {a.low - b.high, a.high - b.low}; }
  friend constexpr interval operator*(interval a, interval b) {
    double const ends[] = {a.low * b.low, a.low * b.high, a.high * b.low, a.high * b.high};
    interval product{ends[0], ends[0]};
    for (double const end : ends) {
      if (end < product.low) product.low = end;
      if (end > product.high) product.high = end;
    }
    return product;
  }
  friend constexpr interval min(interval a, interval b) {
    return {a.low < b.low ? a.low : b.low, a.high < b.high ? a.high : b.high};
  }
  friend std::ostream& operator<<(std::ostream& out, interval value) {
    return out << '[' << value.low << ", " << value.high << ']';
  }
};
