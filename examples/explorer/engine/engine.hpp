#pragma once

#include <string>
#include <vector>

#include "moetric/report/value.hpp"

namespace engine {

/// What the command of a request has printed.
struct printed {
  moetric::report::value answer = {};                              // its values; nothing for a file
  moetric::report::value screen = moetric::report::value::list();  // its text, block by block
  std::string file = {};                                           // rows or a file
  std::vector<std::string> notes = {};
};
printed& now_printed();

}  // namespace engine
