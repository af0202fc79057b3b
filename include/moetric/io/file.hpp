#pragma once

#include <cstddef>
#include <filesystem>
#include <fstream>
#include <string>
#include <string_view>

#include "moetric/core/contract.hpp"
#include "moetric/core/text.hpp"

/// Reading files that somebody else wrote. Whatever the input, the outcome is a value or one `std::invalid_argument`
/// with one sentence on one line, `moetric: <subject> must <rule>, but <what was got>`.
namespace moetric::v0::io {

using moetric::in_quotes;

/// Refuses the input with "moetric: <sentence>".
/// \throws std::invalid_argument always
[[noreturn]] inline void refuse(std::string const& sentence) {
  moetric::detail::invalid(("moetric: " + sentence).c_str());
}

/// What a file holds, up to one byte more than `limit`, by which its reader sees that it is larger.
/// \throws std::invalid_argument for what is not a readable regular file
inline std::string read_file(std::filesystem::path const& path, std::size_t limit) {
  std::string const subject = in_quotes(path.string());
  std::error_code error;
  std::filesystem::file_status const status = std::filesystem::status(path, error);
  if (status.type() == std::filesystem::file_type::not_found) refuse(subject + " must be a file, but does not exist");
  if (status.type() == std::filesystem::file_type::none)
    refuse(subject + " must be a file, but cannot be looked at: " + error.message());
  if (std::filesystem::is_directory(status)) refuse(subject + " must be a file, but is a directory");
  if (!std::filesystem::is_regular_file(status)) refuse(subject + " must be a regular file, but is of another kind");
  std::ifstream file(path, std::ios::binary);
  if (!file) refuse(subject + " must be readable, but could not be opened");
  std::string text;
  char chunk[16384];
  while (text.size() <= limit && (file.read(chunk, sizeof chunk), file.gcount() != 0))
    text.append(chunk, static_cast<std::size_t>(file.gcount()));
  if (file.bad()) refuse(subject + " must be readable, but could not be read to its end");
  return text;
}

/// \throws std::invalid_argument when a text exceeds its limit
inline void require_size(std::string_view text, std::string const& subject, std::size_t limit) {
  if (text.size() > limit) refuse(subject + " must not exceed " + std::to_string(limit) + " bytes, but is larger");
}

}  // namespace moetric::v0::io
