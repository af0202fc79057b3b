#pragma once

#include <algorithm>
#include <string>
#include <string_view>
#include <vector>

#include "moetric/io/run_condition.hpp"
#include "moetric/io/text_values.hpp"
#include "moetric/report/answer.hpp"
#include "moetric/report/fit_warnings.hpp"

namespace moetric::v0::io {

/// How people read a table of runs.
struct run_reading {
  std::vector<std::string> columns{};  // key=NAME, for columns with another name than their key
  std::vector<std::string> where{};    // conditions on the runs that are used
  bool skip_empty = false;             // leaves out runs with empty cells
};

/// Reads a table of runs. \param read the keys of the columns that are wanted
/// \throws std::invalid_argument for a column of another key, or of one key twice; and as `read_run_table`,
///         `run_condition` and `keep_where`
inline run_table read_runs(std::string const& file, run_reading const& how, std::vector<std::string_view> const& read) {
  std::vector<column_name> names;
  for (std::string const& each : how.columns) {
    auto const [key, name] = take_apart("column", each);
    if (std::find(read.begin(), read.end(), key) == read.end()) refuse_name("a column that this fit reads", key, read);
    for (column_name const& other : names)
      if (other.key == key) refuse("the column of " + key + " must be given once");
    names.push_back({key, name});
  }
  run_table table = read_run_table(file, std::move(names));
  for (std::string const& each : how.where) keep_where(table, run_condition(each));
  if (how.skip_empty) table.skip_empty(read);
  return table;
}

/// Adds notes on reading to the warnings of an answer.
inline void add_notes(report::answer& made, run_table const& from) {
  if (from.notes.empty()) return;
  report::value warnings = report::value::list();
  if (report::value const* const before = made.values.find("warnings"))
    for (auto const& each : before->members()) warnings.append(each.content);
  std::size_t const first = warnings.size();
  report::value const notes = report::warnings_value(from.notes);
  for (auto const& each : notes.members()) warnings.append(each.content);
  made.values.set("warnings", warnings);
  for (std::size_t i = first; i != warnings.size(); ++i)
    made.say("note: {warnings/#" + std::to_string(i) + "/sentence}",
             i - first < 2 ? report::screen::first : report::screen::all);
}

}  // namespace moetric::v0::io
