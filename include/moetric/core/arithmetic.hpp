#pragma once

#include <concepts>

#include "moetric/core/count.hpp"

namespace moetric::v0 {
namespace detail {

__extension__ using int128 = __int128;

// Strict mode does not call __int128 integral, so it is named.
template <class T>
concept BuiltInInteger = std::integral<T> || std::same_as<T, uint128> || std::same_as<T, int128>;

/// The smaller of two numbers: by `<` if it returns bool, else by the number type's own `min` (SIMD batches compare
/// per lane, intervals per end).
template <class T>
requires(
    requires(T const a) {
      { a < a } -> std::same_as<bool>;
    } ||
    requires(T const a) { min(a, a); }) constexpr T least(T const& a, T const& b) {
  if constexpr (requires {
                  { a < b } -> std::same_as<bool>;
                })
    return b < a ? b : a;
  else
    return min(a, b);
}

}  // namespace detail

/// The operations that formulas use, and no others: +, -, x, the smaller of two, and integer literals.
///
/// One formula text therefore serves `count` (exact), `double`, SIMD batches, intervals and dual numbers. Without
/// division and comparison a result below 2^53 is exact in `double` too. Built-in integers are excluded: they overflow
/// silently.
template <class T>
concept Arithmetic =
    !detail::BuiltInInteger<T> && std::copyable<T> && std::convertible_to<int, T> && requires(T const a, T const b) {
  { a + b } -> std::convertible_to<T>;
  { a - b } -> std::convertible_to<T>;
  { a* b } -> std::convertible_to<T>;
  { 2 * a } -> std::convertible_to<T>;
  { detail::least(a, b) } -> std::convertible_to<T>;
};

}  // namespace moetric::v0
