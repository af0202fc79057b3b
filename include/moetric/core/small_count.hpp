#pragma once

#include <concepts>
#include <cstdint>

#include "moetric/core/count.hpp"

namespace moetric::v0 {

/// A count below 2^32 in four bytes, for what a model holds many of.
struct small_count {
  std::uint32_t bits = 0;

  constexpr small_count() = default;
  /// \throws std::invalid_argument for a negative number or one of 2^32 or more
  template <class Number>
  requires(std::convertible_to<Number, count> && !std::floating_point<Number>) constexpr small_count(
      Number number, detail::source_line where = {__builtin_FILE(), __builtin_LINE()})
      : bits(checked(converted(number, where))) {}
  constexpr operator count() const { return bits; }

  friend constexpr bool operator==(small_count a, small_count b) { return a.bits == b.bits; }

 private:
  template <class Number>
  static constexpr count converted(Number number, detail::source_line const& where) {
    if constexpr (std::integral<Number>)
      return count(number, where);
    else
      return number;
  }
  static constexpr std::uint32_t checked(count value) {
    if (value.bits >> 32U != 0) detail::invalid("moetric: a small_count must be below 2^32");
    return static_cast<std::uint32_t>(value.bits);
  }
};

}  // namespace moetric::v0
