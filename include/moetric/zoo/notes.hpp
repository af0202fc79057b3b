#pragma once

#include "moetric/account/notes.hpp"
#include "moetric/zoo/catalogue.hpp"

namespace moetric::v0::zoo {

/// The notes that the entry's published configuration gets when it is imported: what is left out, and which of several
/// values the numbers are.
inline std::vector<std::string> notes_of(listed_model const& published) {
  std::vector<std::string> notes = moetric::notes_of(*published.value);
  if (published.vision_tower != 0) notes.emplace_back("only the language model is counted, not its vision tower");
  if (!published.note.empty()) notes.emplace_back(published.note);
  return notes;
}

}  // namespace moetric::v0::zoo
