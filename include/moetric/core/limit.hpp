#pragma once

#include "moetric/core/ratio.hpp"

/// Limits of counts and ratios whose failed `static_assert` prints both sides, on GCC and Clang:
///
///   static_assert(at_most<total_parameters(mine), 30e9>());
///   // error: static assertion failed: moetric: the value must not exceed the limit
///   // note: the comparison reduces to '(30532122624 <= 30000000000)'
///
/// For ratios that are not whole, the compiler prints both sides multiplied by both denominators.
namespace moetric::v0 {

namespace detail {

template <uint128 value, uint128 limit>
constexpr bool require_at_most() {
  static_assert(value <= limit, "moetric: the value must not exceed the limit");
  return true;
}
template <uint128 value, uint128 limit>
constexpr bool require_at_least() {
  static_assert(value >= limit, "moetric: the value must not be below the limit");
  return true;
}
template <uint128 value, uint128 expected>
constexpr bool require_equal() {
  static_assert(value == expected, "moetric: the value must equal the expected one");
  return true;
}

}  // namespace detail

/// True if a count or ratio does not exceed a limit; otherwise it does not compile.
template <ratio value, ratio limit>
consteval bool at_most() {
  return detail::require_at_most<(value.numerator * limit.denominator).bits,
                                 (limit.numerator * value.denominator).bits>();
}
/// True if a count or ratio is not below a limit; otherwise it does not compile.
template <ratio value, ratio limit>
consteval bool at_least() {
  return detail::require_at_least<(value.numerator * limit.denominator).bits,
                                  (limit.numerator * value.denominator).bits>();
}
/// True if a count or ratio equals the expected one; otherwise it does not compile.
template <ratio value, ratio expected>
consteval bool exactly() {
  return detail::require_equal<(value.numerator * expected.denominator).bits,
                               (expected.numerator * value.denominator).bits>();
}

}  // namespace moetric::v0
