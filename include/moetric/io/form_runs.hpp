#pragma once

#include <algorithm>
#include <cmath>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "moetric/fit/law_fit.hpp"
#include "moetric/io/run_reading.hpp"
#include "moetric/io/runs.hpp"

namespace moetric::v0::io {

/// Which runs of a file a form is fitted to.
struct run_choice {
  run_reading reading{};
  std::string x{}, y{};           // columns, for a floor over x, and for accuracy and task-error over a loss
  std::string group{};            // column of the run that a row is a checkpoint of; empty: found by its name
  std::vector<std::string> by{};  // columns of data sets or tokenizers; empty: columns of text
  std::size_t excluded = 0;       // runs of highest loss that are left out
};

/// A table of runs for a form, and the runs.
struct form_runs {
  run_table table;
  fit::runs data;
};

/// Reads the runs of a file for a form. \param others columns that other forms read, which must not be empty either
/// \throws std::invalid_argument as `read_runs` and `runs_of`, and for a floor without x
inline form_runs runs_of_form(std::string const& file, fit::any_form const& form, run_choice const& chosen,
                              std::vector<std::string_view> const& others = {}) {
  std::vector<std::string_view> read{"loss", "weight", "compute"};
  read.insert(read.end(), others.begin(), others.end());
  for (laws::input const& each : form.about->inputs) read.push_back(each.name);
  run_reading with_x = chosen.reading;
  if (form.id == "floor") {
    if (chosen.x.empty()) refuse("x must be given as a column, such as --x compute");
    with_x.columns.push_back("x=" + chosen.x);
  } else if (form.id == "accuracy" || form.id == "task-error") {
    with_x.columns.push_back("x=" + (chosen.x.empty() ? "loss" : chosen.x));
    with_x.columns.push_back("loss=" + (!chosen.y.empty() ? chosen.y : form.id == "accuracy" ? "accuracy" : "error"));
  }
  run_table table = read_runs(file, with_x, read);
  fit::runs data = runs_of(table, *form.about, {chosen.group, chosen.by});
  data = fit::without_highest_loss(data, chosen.excluded);
  return {std::move(table), std::move(data)};
}

/// Runs to hold out: where a condition holds, or the largest share of a column.
struct runs_held_out {
  std::string by;   // the condition or the column
  double from = 0;  // the smallest value of the column that is held out
  std::vector<std::size_t> runs{};
};

/// Reads "compute>1e20", "tokens=0.2", or "tokens" for a fifth. \throws std::invalid_argument for another text
inline runs_held_out held_out(std::string const& text, form_runs& of) {
  std::size_t const equals = text.find('=');
  bool const is_condition = text.find_first_of("<>!") != std::string::npos ||
                            (equals != std::string::npos && !detail::is_number(text.substr(equals + 1)));
  runs_held_out made{text};
  std::vector<bool> holds;
  if (is_condition) {
    holds = run_condition(text).holds(of.table);
  } else {
    double const part = equals == std::string::npos ? 0.2 : share("share", text.substr(equals + 1));
    made.by = text.substr(0, equals);
    std::vector<double> const values = of.table.numbers(made.by);
    std::vector<double> sorted;
    for (std::size_t i = 0; i != values.size(); ++i)
      if (std::find(of.data.row.begin(), of.data.row.end(), of.table.row[i]) != of.data.row.end())
        sorted.push_back(values[i]);
    std::sort(sorted.begin(), sorted.end());
    made.from = sorted[sorted.size() - static_cast<std::size_t>(std::ceil(part * static_cast<double>(sorted.size())))];
    for (double const each : values) holds.push_back(each >= made.from);
  }
  for (std::size_t i = 0; i != of.data.size(); ++i)
    for (std::size_t j = 0; j != of.table.row.size(); ++j)
      if (of.table.row[j] == of.data.row[i] && holds[j]) made.runs.push_back(i);
  return made;
}

/// The scale, compute or what stands for it, of each run that is fitted.
inline std::vector<double> scales_of(form_runs& of) {
  std::vector<double> const compute = scale_of(of.table);
  std::vector<double> scales;
  for (std::size_t const row : of.data.row)
    scales.push_back(compute[static_cast<std::size_t>(std::find(of.table.row.begin(), of.table.row.end(), row) -
                                                      of.table.row.begin())]);
  return scales;
}

}  // namespace moetric::v0::io
