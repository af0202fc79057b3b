#pragma once

#include <string>
#include <string_view>
#include <vector>

#include "moetric/report/value.hpp"

// The tool as a function. A page calls it with a command's words and gets what the command answers; files are texts
// that the page provides by name.

namespace engine {

/// What the command of a request has printed.
struct printed {
  moetric::report::value answer = {};                              // its values; nothing for a file
  moetric::report::value screen = moetric::report::value::list();  // its text, block by block
  std::string file = {};                                           // rows or a file
  std::vector<std::string> notes = {};
};
printed& now_printed();

/// Runs a command of the tool, such as ["plan", "--compute", "3e20"].
/// \returns JSON: {"answer", "screen", "notes", "file"} or {"error"}
std::string answer_to(std::string_view request);

}  // namespace engine
