#pragma once

#include <string>
#include <string_view>
#include <vector>

#include "moetric/core/positive.hpp"
#include "moetric/report/value.hpp"

namespace moetric::v0::report {

namespace detail {

/// A cell of CSV (RFC 4180): numbers in the fewest digits that give their bits again, texts quoted where they must be.
inline std::string csv_cell(value const& of) {
  switch (of.kind()) {
  case value::kinds::nothing: return "";
  case value::kinds::flag: return of.flag() ? "1" : "0";
  case value::kinds::whole: return (of.is_negative() ? "-" : "") + to_string(of.magnitude());
  case value::kinds::real: return moetric::detail::shortest(of.real());
  default: break;
  }
  std::string const& text = of.text();
  if (text.find_first_of(",\"\r\n") == std::string::npos) return text;
  std::string quoted = "\"";
  for (char const c : text) (quoted += c) += c == '"' ? "\"" : "";
  return quoted + '"';
}

}  // namespace detail

/// The objects of a list as CSV: a header, then one line for each.
/// \throws std::logic_error for an object without one of the columns
inline std::string to_csv(std::vector<std::string_view> const& columns, value const& rows) {
  std::string text;
  for (std::string_view const each : columns) (text += text.empty() ? "" : ",") += each;
  text += '\n';
  for (object_member const& row : rows.members()) {
    bool first = true;
    for (std::string_view const each : columns) {
      (text += first ? "" : ",") += detail::csv_cell(row.content[each]);
      first = false;
    }
    text += '\n';
  }
  return text;
}

}  // namespace moetric::v0::report
