#pragma once

#include <cstdint>

#include "moetric/version.hpp"

namespace moetric::v0::search::detail {

/// The first digit in [first, end) for which `holds` is true, by bisection; `end` if there is none. Once `holds` is
/// true, it must stay true for all larger digits.
template <class Predicate>
std::uint32_t first_where(std::uint32_t first, std::uint32_t end, Predicate holds) {
  while (first != end) {
    std::uint32_t const middle = first + (end - first) / 2;
    if (holds(middle))
      end = middle;
    else
      first = middle + 1;
  }
  return first;
}

}  // namespace moetric::v0::search::detail
