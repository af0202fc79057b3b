#pragma once

#include <cmath>
#include <cstdint>
#include <string>
#include <string_view>

#include "moetric/core/contract.hpp"
#include "moetric/core/count.hpp"
#include "moetric/core/text.hpp"

namespace moetric::v0 {

/// The whole number nearest to one that was computed, such as tokens that a budget pays for.
/// \throws std::overflow_error naming it, unless it lies in 0 .. 2^63
inline count nearest_count(std::string_view name, double value) {
  if (!(value >= 0 && value < 0x1p63))
    detail::overflow(
        ("moetric: " + std::string(name) + " must be from 0 to 2^63 - 1, but got " + brief(value, 3)).c_str());
  return static_cast<std::uint64_t>(std::round(value));
}

}  // namespace moetric::v0
