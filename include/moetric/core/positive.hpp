#pragma once

#include <bit>
#include <charconv>
#include <cstdint>
#include <string>
#include <string_view>

#include "moetric/core/contract.hpp"

namespace moetric::v0 {

/// True for a number above 0 and below infinity. It tests the bits, because `-ffast-math` removes comparisons that look
/// for NaN or infinity.
constexpr bool is_positive_and_finite(double value) {
  constexpr std::uint64_t infinity = 0x7ff0'0000'0000'0000;
  return std::bit_cast<std::uint64_t>(value) - 1 < infinity - 1;
}

namespace detail {

/// The shortest text that parses to the same number; "nan" whatever its sign.
inline std::string shortest(double value) {
  constexpr std::uint64_t magnitude = 0x7fff'ffff'ffff'ffff, infinity = 0x7ff0'0000'0000'0000;
  if ((std::bit_cast<std::uint64_t>(value) & magnitude) > infinity) return "nan";
  char text[32];
  return std::string(text, std::to_chars(text, text + sizeof text, value).ptr);
}

// Not constexpr on purpose, as in core/contract.hpp.
[[noreturn]] inline void not_positive(std::string_view name, double value) {
  invalid(("moetric: " + std::string(name) + " must be positive and finite, but got " + shortest(value)).c_str());
}

/// \throws std::invalid_argument "moetric: tokens must be positive and finite, but got nan"
constexpr void require_positive(std::string_view name, double value) {
  if (!is_positive_and_finite(value)) not_positive(name, value);
}

}  // namespace detail
}  // namespace moetric::v0
