#pragma once

#include <sys/wait.h>

#include <cstdlib>
#include <fstream>
#include <nlohmann/json.hpp>
#include <sstream>
#include <string>

#include "scratch.hpp"

// Runs the built tool through a shell, as a user does.

namespace tool_test {

inline scratch const& folder() {
  static scratch const it;
  return it;
}

inline std::string text_of(std::string const& path) {
  std::ostringstream text;
  text << std::ifstream(path, std::ios::binary).rdbuf();
  return text.str();
}

struct outcome {
  int status;
  std::string out;
  std::string error;

  nlohmann::json json() const { return nlohmann::json::parse(out); }
};

/// \param target where stdout goes in the place of the outcome, as in ">/dev/full"
/// \param before what the shell does first, such as "ulimit -v 100000; "
inline outcome run(std::string const& arguments, std::string const& target = {}, std::string const& before = {}) {
  std::string const out = folder().path("out"), error = folder().path("error");
  std::string const command =
      before + MOETRIC_TOOL + " " + arguments + (target.empty() ? " >" + out : " " + target) + " 2>" + error;
  int const status = std::system(command.c_str());
  return {WIFEXITED(status) ? WEXITSTATUS(status) : -1, target.empty() ? text_of(out) : "", text_of(error)};
}

}  // namespace tool_test
