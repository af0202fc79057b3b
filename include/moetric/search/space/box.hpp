#pragma once

#include <array>
#include <cstdint>
#include <vector>

#include "moetric/search/space/field.hpp"

namespace moetric::v0::search {

/// The position of a configuration on each axis of a space. The first axis varies slowest; unused places are 0.
using digits = std::array<std::uint32_t, n_fields>;

/// All configurations whose digits lie between two ends, both included.
struct box {
  digits first{};
  digits last{};

  friend bool operator==(box const&, box const&) = default;
};

/// The configurations with indices first, first + 1 ... last - 1.
struct index_range {
  std::uint64_t first = 0;
  std::uint64_t last = 0;

  /// The number of configurations in the range.
  constexpr std::uint64_t size() const { return last - first; }
  friend bool operator==(index_range const&, index_range const&) = default;
};

}  // namespace moetric::v0::search
