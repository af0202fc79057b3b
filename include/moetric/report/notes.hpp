#pragma once

#include <string>
#include <vector>

#include "moetric/report/answer.hpp"

namespace moetric::v0::report {

/// Adds `notes`, on how a model was read: the first two on the first screen.
inline void add_notes(answer& made, std::vector<std::string> const& notes) {
  made.values.set("notes", notes);
  for (std::size_t i = 0; i != notes.size(); ++i)
    made.say("note: {notes/#" + std::to_string(i) + "}", i < 2 ? screen::first : screen::all);
}

}  // namespace moetric::v0::report
