#pragma once

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
  for (field const& each : of.members()) {
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

}  // namespace moetric::v0::report
