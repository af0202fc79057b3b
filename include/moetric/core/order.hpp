#pragma once

#include <algorithm>
#include <cstddef>
#include <utility>
#include <vector>

#include "moetric/core/function_ref.hpp"

namespace moetric::v0 {

/// The indices 0 .. n − 1 in the order of what they stand for; equals keep their order. A merge sort that is compiled
/// once, whatever is sorted, and that NaN cannot lead out of bounds.
/// \param before true if the item at the first index belongs before that at the second
inline std::vector<std::size_t> order_by(std::size_t n, function_ref<bool(std::size_t, std::size_t)> before) {
  std::vector<std::size_t> order(n), merged(n);
  for (std::size_t i = 0; i != n; ++i) order[i] = i;
  for (std::size_t width = 1; width < n; width *= 2) {
    for (std::size_t first = 0; first < n; first += 2 * width) {
      std::size_t const middle = std::min(first + width, n), end = std::min(first + 2 * width, n);
      std::size_t a = first, b = middle;
      for (std::size_t to = first; to != end; ++to)
        merged[to] = b == end || (a != middle && !before(order[b], order[a])) ? order[a++] : order[b++];
    }
    std::swap(order, merged);
  }
  return order;
}

}  // namespace moetric::v0
