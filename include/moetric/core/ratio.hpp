#pragma once

#include "moetric/core/count.hpp"

namespace moetric::v0 {

/// An exact, non-negative rational in lowest terms: FLOPs per token, granularity, a capacity factor (`ratio{5, 4}`).
/// Operators are checked like those of `count`; the denominator is never zero.
struct ratio {
  count numerator = 0;    // in lowest terms
  count denominator = 1;  // in lowest terms, at least 1

  constexpr ratio() = default;
  constexpr ratio(std::integral auto whole, detail::source_line where = {__builtin_FILE(), __builtin_LINE()})
      : numerator(whole, where) {}
  constexpr ratio(count whole) : numerator(whole) {}
  /// A whole number written as a floating-point constant, such as 31e9.
  template <std::floating_point Real>
  consteval ratio(Real whole) : numerator(whole) {}
  constexpr ratio(count above, count below) : numerator(above), denominator(below) {
    if (below == 0) detail::invalid("moetric: the denominator of a ratio must not be zero");
    count const divisor = greatest_common_divisor(above, below);
    numerator = floor_div(above, divisor);
    denominator = floor_div(below, divisor);
  }

  /// True if the denominator is 1.
  constexpr bool is_integer() const { return denominator == 1; }
  /// The largest count that does not exceed it.
  constexpr count floor() const { return floor_div(numerator, denominator); }

  friend constexpr ratio operator+(ratio a, ratio b) {
    return {a.numerator * b.denominator + b.numerator * a.denominator, a.denominator * b.denominator};
  }
  friend constexpr ratio operator-(ratio a, ratio b) {
    return {a.numerator * b.denominator - b.numerator * a.denominator, a.denominator * b.denominator};
  }
  friend constexpr ratio operator*(ratio a, ratio b) {
    return {a.numerator * b.numerator, a.denominator * b.denominator};
  }
  friend constexpr ratio operator/(ratio a, ratio b) {
    return {a.numerator * b.denominator, a.denominator * b.numerator};
  }
  friend constexpr bool operator==(ratio a, ratio b) = default;
  friend constexpr std::strong_ordering operator<=>(ratio a, ratio b) {
    return a.numerator * b.denominator <=> b.numerator * a.denominator;
  }

  /// Correctly rounded numerator over correctly rounded denominator.
  constexpr explicit operator double() const {
    return static_cast<double>(numerator) / static_cast<double>(denominator);
  }
};

/// "5/4", or "5" for an integer.
inline std::string to_string(ratio value) {
  return value.is_integer() ? to_string(value.numerator)
                            : to_string(value.numerator) + "/" + to_string(value.denominator);
}

/// Prints it as `to_string` does.
template <class Traits>
std::basic_ostream<char, Traits>& operator<<(std::basic_ostream<char, Traits>& out, ratio value) {
  return out << to_string(value);
}

}  // namespace moetric::v0
