#pragma once

#include <cstddef>
#include <filesystem>
#include <fstream>
#include <map>
#include <sstream>
#include <string>
#include <string_view>
#include <system_error>

#include "moetric/io/error.hpp"

/// Reading untrusted files, with the errors of `io/error.hpp`.
namespace moetric::v0::io {

#ifdef __cpp_lib_filesystem

/// True if there is something of this name.
inline bool exists(std::filesystem::path const& path) {
  std::error_code none;  // a text that no path may be, such as a long shape, names no file
  return std::filesystem::exists(path, none);
}
/// True if a regular file has this name.
inline bool is_file(std::filesystem::path const& path) {
  std::error_code none;
  return std::filesystem::is_regular_file(path, none);
}

/// Makes a folder unless it is there. \returns false if it cannot
inline bool make_folder(std::filesystem::path const& path) {
  std::error_code error;
  std::filesystem::create_directories(path, error);
  return std::filesystem::is_directory(path, error);
}

/// A file that is read.
using input_file = std::ifstream;

/// Opens a file to read it.
/// \throws std::invalid_argument unless it is a readable regular file
inline input_file open_file(std::filesystem::path const& path) {
  std::string const subject = in_quotes(path.string());
  std::error_code error;
  std::filesystem::file_status const status = std::filesystem::status(path, error);
  if (status.type() == std::filesystem::file_type::not_found) refuse(subject + " must be a file, but does not exist");
  if (status.type() == std::filesystem::file_type::none)
    refuse(subject + " must be a file, but its status cannot be read: " + error.message());
  if (std::filesystem::is_directory(status)) refuse(subject + " must be a file, but is a directory");
  if (!std::filesystem::is_regular_file(status)) refuse(subject + " must be a regular file, but is of another kind");
  std::ifstream file(path, std::ios::binary);
  if (!file) refuse(subject + " must be readable, but could not be opened");
  return file;
}

#else  // WebAssembly, for example

/// The files of a program without a file system: texts by their names, which the program provides.
inline std::map<std::string, std::string>& provided_files() {
  static std::map<std::string, std::string> files;
  return files;
}

inline bool exists(std::filesystem::path const& path) {
  return provided_files().count(path.string()) != 0;
}
inline bool is_file(std::filesystem::path const& path) {
  return exists(path);
}
inline bool make_folder(std::filesystem::path const&) {
  return true;  // names of provided files need none
}

/// A stream of a file's bytes.
using input_file = std::istringstream;

/// Reads a provided file. \throws std::invalid_argument if there is none of this name
inline input_file open_file(std::filesystem::path const& path) {
  if (!exists(path)) refuse(in_quotes(path.string()) + " must be a file, but does not exist");
  return input_file(provided_files().at(path.string()));
}

#endif

/// Reads a file, but at most limit + 1 bytes, so that the caller sees when it is too large.
/// \throws std::invalid_argument as `open_file`, and if it cannot be read to its end
inline std::string read_file(std::filesystem::path const& path, std::size_t limit) {
  input_file file = open_file(path);
  std::string text;
  char chunk[16384];
  while (text.size() <= limit && (file.read(chunk, sizeof chunk), file.gcount() != 0))
    text.append(chunk, static_cast<std::size_t>(file.gcount()));
  if (file.bad()) refuse(in_quotes(path.string()) + " must be readable, but could not be read to its end");
  return text;
}

/// True if a text that is no known name is meant as a path: it has a dot or a slash, or such a file exists.
inline bool is_path(std::string const& text) {
  return text.find_first_of("./") != std::string::npos || is_file(text);
}

/// Checks the size of a text in bytes. \throws std::invalid_argument if it exceeds the limit
inline void require_size(std::string_view text, std::string const& subject, std::size_t limit) {
  if (text.size() > limit) refuse(subject + " must not exceed " + std::to_string(limit) + " bytes, but is larger");
}

}  // namespace moetric::v0::io
