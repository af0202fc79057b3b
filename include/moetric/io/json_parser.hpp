#pragma once

#include <cstddef>
#include <filesystem>
#include <functional>
#include <istream>
#include <string>
#include <string_view>

#include "moetric/io/file.hpp"
#include "moetric/io/json.hpp"
#include "moetric/io/json_text.hpp"

/// Reading untrusted JSON.
namespace moetric::v0::io {

/// Limits on the JSON that is read.
struct json_limits {
  std::size_t bytes = std::size_t{16} << 20;  // of a file or text
  std::size_t depth = 64;                     // of nested objects and arrays
};

namespace detail {

/// Reads one JSON text. \returns the end of an error sentence, "be ..., but ..."; empty for valid JSON
std::string read_json(std::string_view text, std::size_t depth_limit, json& into);

/// Receives the members of one list of a document while it is read, with the document so far. It leaves them out.
using json_items = std::function<void(json const& document, json&& item)>;

/// As `read_json`, from a stream that is read once: `each` receives the objects of the list of the document's key
/// `list`.
std::string read_json_items(std::istream& from, std::size_t depth_limit, json& into, std::string_view list,
                            json_items const& each);

}  // namespace detail

/// Parses a JSON text. `subject` names the text in error sentences.
/// \throws std::invalid_argument for text that exceeds the limits, is empty, truncated or not JSON, and for a key that
///         an object gives twice
inline json parse_json(std::string_view text, std::string const& subject, json_limits limits = {}) {
  require_size(text, subject, limits.bytes);
  json value;
  if (std::string const complaint = detail::read_json(text, limits.depth, value); !complaint.empty())
    refuse(subject + " must " + complaint);
  return value;
}

/// Parses a text that must be a JSON object.
/// \throws std::invalid_argument as `parse_json`, and for another value
inline json parse_json_object(std::string_view text, std::string const& subject, json_limits limits = {}) {
  if (text.find_first_not_of(" \t\r\n") == std::string_view::npos)
    refuse(subject + " must hold a JSON object, but is empty");
  json value = parse_json(text, subject, limits);
  if (!value.is_object()) refuse(subject + " must hold a JSON object, but holds " + shown(value));
  return value;
}

/// Reads a JSON object from a stream without holding all of it: `each` receives the objects of the list of the key
/// `list`, one at a time, and the object that is returned lacks them.
/// \throws std::invalid_argument as `parse_json_object`, and what `each` throws
inline json read_json_object(std::istream& from, std::string const& subject, std::string_view list,
                             detail::json_items const& each, json_limits limits = {}) {
  if (from >> std::ws; from.peek() == std::istream::traits_type::eof())
    refuse(subject + " must hold a JSON object, but is empty");
  json value;
  if (std::string const complaint = detail::read_json_items(from, limits.depth, value, list, each); !complaint.empty())
    refuse(subject + " must " + complaint);
  if (!value.is_object()) refuse(subject + " must hold a JSON object, but holds " + shown(value));
  return value;
}

/// Reads a file that must hold a JSON object.
/// \throws std::invalid_argument unless it is a readable regular file, and as `parse_json_object`
inline json read_json_object(std::filesystem::path const& path, json_limits limits = {}) {
  return parse_json_object(read_file(path, limits.bytes), in_quotes(path.string()), limits);
}

}  // namespace moetric::v0::io

#ifndef MOETRIC_COMPILED
#include "moetric/io/json_reader.hpp"
#endif
