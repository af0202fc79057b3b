#pragma once

#include <string>
#include <vector>

#include "moetric/report/answer.hpp"

namespace moetric::v0::report {

/// Adds `notes`, on how a model was read: the first ones on the first screen.
inline void add_notes(answer& made, std::vector<std::string> const& notes, std::size_t on_first_screen = 2) {
  made.values.set("notes", notes);
  for (std::size_t i = 0; i != notes.size(); ++i)
    made.say("note: {notes/#" + std::to_string(i) + "}", i < on_first_screen ? screen::first : screen::all);
}

}  // namespace moetric::v0::report
