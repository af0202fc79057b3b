#pragma once

#include <cmath>
#include <limits>
#include <string>

#include "moetric/core/text.hpp"
#include "moetric/search/formula/measure.hpp"

namespace moetric::v0::search {

/// Limits of a measure, both included. Whether a configuration lies in a window is decided in double.
struct window {
  search::measure measure;  // what is limited
  double low = -std::numeric_limits<double>::infinity();
  double high = std::numeric_limits<double>::infinity();

  /// True if a value lies in the window; false for NaN.
  constexpr bool contains(double value) const { return low <= value && value <= high; }
  friend bool operator==(window const&, window const&) = default;
};

/// "total_non_embedding_parameters must be within 1e+09 .. 4e+09"
[[gnu::cold]] inline std::string to_string(window const& w) {
  std::string const subject(name(w.measure));
  if (std::isinf(w.high)) return subject + " must be at least " + brief(w.low, 6);
  if (std::isinf(w.low) || w.low == 0) return subject + " must not exceed " + brief(w.high, 6);
  return subject + " must be within " + brief(w.low, 6) + " .. " + brief(w.high, 6);
}

}  // namespace moetric::v0::search
