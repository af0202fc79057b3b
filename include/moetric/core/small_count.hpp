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
  requires std::convertible_to<Number, count>
  constexpr small_count(Number number) : bits(checked(number)) {}
  constexpr operator count() const { return bits; }

  friend constexpr bool operator==(small_count a, small_count b) { return a.bits == b.bits; }

 private:
  static constexpr std::uint32_t checked(count value) {
    if (value.bits >> 32U != 0) detail::invalid("moetric: a small_count must be below 2^32");
    return static_cast<std::uint32_t>(value.bits);
  }
};

}  // namespace moetric::v0
