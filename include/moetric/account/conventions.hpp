#pragma once

#include "moetric/account/difference.hpp"
#include "moetric/account/known_bugs.hpp"
#include "moetric/account/miscount.hpp"
#include "moetric/core/name.hpp"

namespace moetric::v0 {

/// The convention with that id, or the one that a known bug with that id prints, or null.
constexpr convention const* known_convention(std::string_view id) {
  for (convention const& each : conventions)
    if (each.id == id) return &each;
  known_bug const* const bug = find_known_bug(id);
  return bug != nullptr && bug->what == miscounted::training_flops ? &bug->printed : nullptr;
}

/// The convention with that id.
/// \throws std::invalid_argument for an unknown id, listing the known ones and the closest
constexpr convention const& find_convention(std::string_view id) {
  if (convention const* const found = known_convention(id)) return *found;
  fixed_list<std::string_view, 64> known;
  auto const add = [&](std::string_view each) { known.push_back(each, "moetric: too many conventions"); };
  for (convention const& each : conventions) add(each.id);
  for (known_bug const& each : known_bugs)
    if (each.what == miscounted::training_flops) add(each.id);
  refuse_name("convention", id, known);
}

}  // namespace moetric::v0
