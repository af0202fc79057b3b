#pragma once

#include <cstddef>
#include <ostream>
#include <string>
#include <string_view>

#include "moetric/core/json_literal.hpp"
#include "moetric/report/value.hpp"

namespace moetric::v0::report {

using moetric::append_json;

/// Appends a value as JSON, indented by two more spaces for each level.
inline void append_json(std::string& out, value const& of, std::size_t indent = 0) {
  switch (of.kind()) {
  case value::kinds::nothing: out += "null"; return;
  case value::kinds::flag: out += of.flag() ? "true" : "false"; return;
  case value::kinds::whole: (out += of.is_negative() ? "-" : "") += to_string(of.magnitude()); return;
  case value::kinds::real: append_json(out, of.real()); return;
  case value::kinds::text: append_json(out, std::string_view(of.text())); return;
  case value::kinds::list:
  case value::kinds::object: break;
  }
  bool const is_list = of.kind() == value::kinds::list;
  out += is_list ? '[' : '{';
  bool first = true;
  for (object_member const& each : of.members()) {
    out += first ? "\n" : ",\n";
    first = false;
    out.append(indent + 2, ' ');
    if (!is_list) {
      append_json(out, std::string_view(each.name));
      out += ": ";
    }
    append_json(out, each.content, indent + 2);
  }
  if (!first) (out += '\n').append(indent, ' ');
  out += is_list ? ']' : '}';
}

/// A value as JSON text. Whole numbers are JSON integers, however wide.
inline std::string to_json(value const& of) {
  std::string text;
  append_json(text, of);
  return text;
}

/// Writes an object as `to_json` gives it, the n items of one of its lists made one at a time: item(i) for i < n. An
/// answer with a million configurations then takes the memory of one.
template <class Item>
void write_json(std::ostream& to, value const& of, std::string_view list, std::size_t n, Item const& item) {
  std::string text = "{";
  bool first = true;
  for (object_member const& each : of.members()) {
    text += first ? "\n  " : ",\n  ";
    first = false;
    append_json(text, std::string_view(each.name));
    text += ": ";
    if (each.name != list) {
      append_json(text, each.content, 2);
      continue;
    }
    text += '[';
    for (std::size_t i = 0; i != n && to; ++i) {
      text += i == 0 ? "\n    " : ",\n    ";
      append_json(text, item(i), 4);
      to << text;
      text.clear();
    }
    text += n == 0 ? "]" : "\n  ]";
  }
  to << text << (first ? "}" : "\n}");
}

}  // namespace moetric::v0::report
