#pragma once

#include <algorithm>
#include <string>
#include <string_view>
#include <tuple>
#include <vector>

#include "moetric/report/path.hpp"

namespace moetric::v0::report {

/// One value of an answer for readers of its JSON: where it stands, what it is, in which unit.
struct schema_row {
  std::string path;       // `architecture/n_layers`; `[]` for the members of a list, `*` for names that are data
  std::string_view type;  // "integer", "number", "text", "flag", "list", "object" or "null"
  std::string_view unit;  // of numbers; empty if none is stated

  friend bool operator==(schema_row const&, schema_row const&) = default;
  friend bool operator<(schema_row const& a, schema_row const& b) {
    return std::tie(a.path, a.type, a.unit) < std::tie(b.path, b.type, b.unit);
  }
};

namespace detail {

inline std::string_view type_of(value const& of) {
  switch (of.kind()) {
  case value::kinds::nothing: return "null";
  case value::kinds::flag: return "flag";
  case value::kinds::whole: return "integer";
  case value::kinds::real: return "number";
  case value::kinds::text: return "text";
  case value::kinds::list: return "list";
  case value::kinds::object: break;
  }
  return "object";
}

inline void add_schema(std::vector<schema_row>& rows, value const& of, std::string const& path, std::string_view unit) {
  if (!path.empty()) rows.push_back({path, type_of(of), of.is_number() ? unit : std::string_view()});
  for (object_member const& each : of.members()) {
    bool const is_list = of.kind() == value::kinds::list;
    std::string const name = is_list ? "[]" : of.is_keyed() ? "*" : each.name;
    add_schema(rows, each.content, path.empty() ? name : path + "/" + name, is_list ? unit : unit_of(each, unit));
  }
}

}  // namespace detail

/// The paths of an answer's values with their types and units, sorted, each once.
inline std::vector<schema_row> schema_of(value const& root) {
  std::vector<schema_row> rows;
  detail::add_schema(rows, root, "", {});
  std::sort(rows.begin(), rows.end());
  rows.erase(std::unique(rows.begin(), rows.end()), rows.end());
  return rows;
}

}  // namespace moetric::v0::report
