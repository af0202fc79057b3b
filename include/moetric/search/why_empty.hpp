#pragma once

#include <cmath>
#include <limits>
#include <optional>
#include <string>
#include <vector>

#include "moetric/core/compiled.hpp"
#include "moetric/search/constrained_quantity.hpp"

namespace moetric::v0::search {

/// Why a problem has no answer: the first window that excludes every configuration satisfying the earlier ones.
struct blocking_window {
  window broken;
  double nearest;  // the value of the measure that comes nearest to the window
  bool alone;      // whether the window is violated everywhere even without the others
};

/// "expansion_ratio must be at least 40, but this space reaches 32.1 at most, 19.8 % too little"
inline std::string to_string(blocking_window const& e) {
  bool const too_much = e.nearest > e.broken.high;
  double const limit = too_much ? e.broken.high : e.broken.low, off = std::fabs(e.nearest - limit);
  return to_string(e.broken) + ", but " + (e.alone ? "this space" : "what the constraints before it leave") +
         " reaches " + brief(e.nearest, 6) + (too_much ? " at least, " : " at most, ") +
         (limit == 0 ? brief(off, 3) : brief(100 * off / std::fabs(limit), 3) + " %") + " too " +
         (too_much ? "much" : "little");
}

namespace detail {

inline std::optional<blocking_window> why_no_configuration(any_problem const& p) {
  std::vector<window> const& windows = p.windows();
  auto const broken = [&](window const& w, std::vector<window> const& before) -> std::optional<double> {
    constrained_quantity const least{p.objective(), std::nullopt, w.measure, direction::least};
    constrained_quantity const most{p.objective(), std::nullopt, w.measure, direction::most};
    if (auto const value = detail::extreme(p, least, before); value && *value > w.high) return value;
    if (auto const value = detail::extreme(p, most, before); value && *value < w.low) return value;
    return std::nullopt;
  };
  for (window const& each : windows)
    if (auto const value = broken(each, {})) return blocking_window{each, *value, true};
  std::vector<window> before;
  for (window const& each : windows) {
    before.push_back(each);
    if (!search_best(any_problem(p.over(), p.objective(), before, p.at(), p.also()), 1).best.empty()) continue;
    before.pop_back();
    // There may be values on both sides of the window and none in it.
    window low_side = each, high_side = each;
    low_side.low = -std::numeric_limits<double>::infinity(), low_side.high = each.low;
    high_side.low = each.high, high_side.high = std::numeric_limits<double>::infinity();
    auto nearest = [&](window const& side, direction wanted) {
      std::vector<window> with = before;
      with.push_back(side);
      return detail::extreme(p, constrained_quantity{p.objective(), std::nullopt, each.measure, wanted}, with);
    };
    if (auto const below = nearest(low_side, direction::most)) return blocking_window{each, *below, false};
    if (auto const above = nearest(high_side, direction::least)) return blocking_window{each, *above, false};
    return std::nullopt;
  }
  return std::nullopt;
}

}  // namespace detail

/// Why no configuration is allowed; empty if one is, or if the rules of the space exclude all by themselves.
MOETRIC_INLINE std::optional<blocking_window> why_empty(any_problem const& p);
#ifndef MOETRIC_COMPILED
inline std::optional<blocking_window> why_empty(any_problem const& p) {
  return detail::why_no_configuration(p);
}
#endif

/// \throws std::invalid_argument naming the window that no configuration satisfies, and by how much
[[noreturn]] inline void refuse_empty(any_problem const& p) {
  std::optional<blocking_window> const why = why_empty(p);
  moetric::detail::invalid(
      ("moetric: " + (why ? to_string(*why) : std::string("the rules of a space must leave a configuration, but none")))
          .c_str());
}

}  // namespace moetric::v0::search
