#pragma once

#include <array>
#include <cstdint>
#include <optional>
#include <utility>

#include "moetric/search/space/space.hpp"

/// How boxes are split, and listed when they are small.
namespace moetric::v0::search::detail {

/// Boxes of at most this many configurations are listed.
inline constexpr std::uint64_t leaf_size = 32;

/// The axis in `axes` (bit mask) with the largest weight; ties go to the axis with more values. Empty if the box has
/// one value on each.
inline std::optional<std::uint8_t> heaviest_axis(box const& b, std::uint32_t axes,
                                                 std::array<double, n_fields> const& weights) {
  auto const values = [&b](std::size_t a) { return b.last[a] - b.first[a]; };
  std::optional<std::uint8_t> found;
  for (std::uint8_t a = 0; a != n_fields; ++a)
    if ((axes >> a & 1) != 0 && b.first[a] != b.last[a] &&
        (!found || weights[a] > weights[*found] || (weights[a] == weights[*found] && values(a) > values(*found))))
      found = a;
  return found;
}
/// The two halves of a box along an axis. An axis that starts at 0, which has no logarithm, is split after 0.
inline std::pair<box, box> halves(space const& over, box const& b, std::size_t axis) {
  bool const from_0 = over.axis_value(axis, b.first[axis]) == 0;
  std::uint32_t const middle = from_0 ? b.first[axis] : b.first[axis] + (b.last[axis] - b.first[axis]) / 2;
  box low = b, high = b;
  low.last[axis] = middle, high.first[axis] = middle + 1;
  return {low, high};
}

/// Visits the members of a box in index order until `visit` returns false.
template <class Visit>
void for_each_in(space const& over, box const& b, Visit visit) {
  digits at = b.first;
  while (visit(at)) {
    std::size_t a = over.n_axes();
    while (a-- != 0) {
      if (at[a] != b.last[a]) {
        ++at[a];
        break;
      }
      at[a] = b.first[a];
    }
    if (a == ~std::size_t{0}) return;
  }
}

}  // namespace moetric::v0::search::detail
