#pragma once

#include <cstddef>
#include <string>

#include "moetric/core/json_literal.hpp"
#include "moetric/io/error.hpp"
#include "moetric/io/json.hpp"

/// Writing JSON.
namespace moetric::v0::io {

namespace detail {

/// Appends a value on one line, or on a line for each item and member with `indent` spaces for each level.
inline void append_json(std::string& out, json const& value, std::size_t indent, std::size_t level) {
  auto const next_line = [&](std::size_t of_level) {
    if (indent != 0) (out += '\n').append(indent * of_level, ' ');
  };
  // Both brackets with what each(element) appends between.
  auto const append_all = [&](auto const& elements, char open, char close, auto const& append) {
    out += open;
    bool first = true;
    for (auto const& each : elements) {
      if (!first) out += ',';
      first = false;
      next_line(level + 1);
      append(each);
    }
    if (!first) next_line(level);
    out += close;
  };
  if (value.is_object())
    append_all(value.object(), '{', '}', [&](json_member const& each) {
      moetric::append_json(out, each.first);
      out += indent == 0 ? ":" : ": ";
      append_json(out, each.second, indent, level + 1);
    });
  else if (value.is_array())
    append_all(value.array(), '[', ']', [&](json const& each) { append_json(out, each, indent, level + 1); });
  else if (value.is_text())
    moetric::append_json(out, value.text());
  else if (value.is_whole())
    (out += value.whole().negative ? "-" : "") += to_string(value.whole().magnitude);
  else if (value.is_number())
    moetric::append_json(out, value.real());
  else
    out += value.is_null() ? "null" : value.flag() ? "true" : "false";
}

}  // namespace detail

/// The text of a value: on one line, or with a line for each item and member and `indent` spaces for each level.
inline std::string json_text(json const& value, std::size_t indent = 0) {
  std::string text;
  detail::append_json(text, value, indent, 0);
  return text;
}

/// A value for an error sentence: scalars are printed, arrays and objects are named by their kind.
inline std::string shown(json const& value) {
  if (value.is_text()) return in_quotes(value.text());
  if (value.is_array()) return "an array";
  if (value.is_object()) return "an object";
  return json_text(value);
}

}  // namespace moetric::v0::io
