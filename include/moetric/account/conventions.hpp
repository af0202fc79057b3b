#pragma once

#include <string>

#include "moetric/account/difference.hpp"
#include "moetric/account/known_bugs.hpp"
#include "moetric/account/miscount.hpp"

namespace moetric::inline v0 {

/// The convention of that id, or what the tool prints with the known bug of that id, or null.
constexpr convention const* known_convention(std::string_view id) {
  for (convention const& each : conventions)
    if (each.id == id) return &each;
  known_bug const* const bug = find_known_bug(id);
  return bug != nullptr && bug->what == miscounted::training_flops ? &bug->printed : nullptr;
}

/// The convention of that id.
/// \throws std::invalid_argument for an unknown one, listing those that are known
inline convention const& find_convention(std::string_view id) {
  if (convention const* const found = known_convention(id)) return *found;
  std::string known;
  for (convention const& each : conventions) known += (known.empty() ? "" : ", ") + std::string(each.id);
  for (known_bug const& each : known_bugs)
    if (each.what == miscounted::training_flops) known += ", " + std::string(each.id);
  detail::invalid(("moetric: convention must be one of " + known + ", but got " + std::string(id)).c_str());
}

}  // namespace moetric::inline v0
