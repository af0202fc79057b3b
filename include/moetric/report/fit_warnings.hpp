#pragma once

#include <string>
#include <vector>

#include "moetric/fit/warning.hpp"
#include "moetric/report/answer.hpp"
#include "moetric/report/unit.hpp"

namespace moetric::v0::report {

/// The list `warnings` of a fit: kind, sentence and rows[] (of the table, from 1; empty for all).
inline value warnings_value(std::vector<fit::warning> const& warnings) {
  value all = value::list();
  for (fit::warning const& each : warnings)
    all.append(object({{"kind", name(each.kind)}, {"sentence", each.sentence}, {"rows", each.rows, units::one}}));
  return all;
}

/// Adds the warnings of a fit to its text: the first at once, up to three that fill few lines, the others in the whole
/// text.
inline void say_warnings(answer& made) {
  value const& warnings = made.values["warnings"];
  std::size_t shown = 0, letters = 0;
  for (; shown != warnings.size() && shown != 3; ++shown) {
    letters += warnings.members()[shown].content["sentence"].text().size();
    if (shown != 0 && letters > 480) break;
  }
  std::vector<text_row> rows = rows_of(warnings, "warnings", {"caution: {$/sentence}"}), rest;
  if (rows.size() > shown) {
    rest.assign(rows.begin() + static_cast<std::ptrdiff_t>(shown), rows.end());
    rows.resize(shown);
    made.values.set("warning_count", warnings.size(), "warnings");
    rows.push_back({"({warning_count} cautions in all: --verbose)"});
  }
  if (!rows.empty()) made.show({.rows = rows});
  if (!rest.empty()) made.show({.rows = rest, .shown = screen::all});
}

}  // namespace moetric::v0::report
