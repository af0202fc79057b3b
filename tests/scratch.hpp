#pragma once

#include <cstdlib>
#include <filesystem>
#include <fstream>
#include <stdexcept>
#include <string>

/// A temporary folder that the destructor removes.
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
