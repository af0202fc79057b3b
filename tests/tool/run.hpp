#pragma once

#include <sys/wait.h>

#include <cstdlib>
#include <filesystem>
#include <fstream>
#include <nlohmann/json.hpp>
#include <sstream>
#include <string>

// Runs the built tool as a user would, through a shell.

namespace tool_test {

/// A folder of its own for each test program, removed at the end.
class scratch {
 public:
  scratch() {
    std::string pattern = (std::filesystem::temp_directory_path() / "moetric-XXXXXX").string();
    if (mkdtemp(pattern.data()) == nullptr) throw std::runtime_error("no temporary folder");
    folder_ = pattern;
  }
  ~scratch() { std::filesystem::remove_all(folder_); }
  scratch(scratch const&) = delete;
  scratch& operator=(scratch const&) = delete;

  std::string path(std::string const& name) const { return (folder_ / name).string(); }
  std::string file(std::string const& name, std::string const& text) const {
    std::ofstream(path(name), std::ios::binary) << text;
    return path(name);
  }

 private:
  std::filesystem::path folder_;
};

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

inline outcome run(std::string const& arguments) {
  std::string const out = folder().path("out"), error = folder().path("error");
  int const status = std::system((std::string(MOETRIC_TOOL) + " " + arguments + " >" + out + " 2>" + error).c_str());
  return {WIFEXITED(status) ? WEXITSTATUS(status) : -1, text_of(out), text_of(error)};
}

}  // namespace tool_test
