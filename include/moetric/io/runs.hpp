#pragma once

#include <algorithm>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "moetric/fit/runs.hpp"
#include "moetric/io/csv.hpp"

/// Training runs from CSV: one run per line, with columns named by a law's input keys, a column `loss`, and optionally
/// `weight`. Other columns, such as `seed` or the run's name, are ignored.
namespace moetric::v0::io {

/// The name that a column has in the file if it is not the key.
struct column_name {
  std::string key;   // total_parameters
  std::string name;  // Model Size
};

/// True if a table has the column of a key, or names has another name for it.
inline bool has_column(csv_table const& from, std::string_view key, std::vector<column_name> const& names) {
  return from.has(key) ||
         std::any_of(names.begin(), names.end(), [&](column_name const& each) { return each.key == key; });
}

/// The numbers of a column, which must be positive and finite.
/// \throws std::invalid_argument naming the missing column, or the line and value of a number that is not
inline std::vector<double> positive_column(csv_table const& from, std::string const& key,
                                           std::vector<column_name> const& names = {}) {
  std::string name = key;
  for (column_name const& each : names)
    if (each.key == key) name = each.name;
  std::vector<double> values = from.numbers(name);
  for (std::size_t row = 0; row != values.size(); ++row)
    moetric::detail::require_positive(
        name + " on line " + std::to_string(from.records[row].line) + " of " + from.subject, values[row]);
  return values;
}

/// A column that is fitted: positive and finite, and not the same number on every line, which no law explains.
/// \throws std::invalid_argument as `positive_column`, and for a column of one number
inline std::vector<double> varied_column(csv_table const& from, std::string const& key,
                                         std::vector<column_name> const& names = {}) {
  std::vector<double> values = positive_column(from, key, names);
  if (values.size() > 1 && std::all_of(values.begin(), values.end(), [&](double each) { return each == values[0]; }))
    refuse(key + " of " + from.subject + " must differ between runs, but is " + brief(values[0]) + " on every line");
  return values;
}

/// Parameters and tokens that never reach this number must have been counted in millions or billions.
inline constexpr double fewest_counted = 1e5;

/// The runs of a table for a law: its inputs, each checked against its domain, and the loss.
/// \throws std::invalid_argument naming a missing column, the line of a number outside its domain, or parameters or
///         tokens counted in millions or billions; and for a table without runs
inline fit::runs runs_of(csv_table const& from, laws::description const& about,
                         std::vector<column_name> const& names = {}) {
  fit::runs result;
  if (from.records.empty()) refuse(from.subject + " must have at least one run, but has only a header");
  for (laws::input const& each : about.inputs) {
    std::string name(each.name);
    for (column_name const& other : names)
      if (other.key == each.name) name = other.name;
    std::vector<double> values = from.numbers(name);
    for (std::size_t row = 0; row != values.size(); ++row) {
      laws::input what = each;
      std::string const where = name + " on line " + std::to_string(from.records[row].line) + " of " + from.subject;
      what.name = where;
      laws::detail::require_in_domain(what, values[row]);
    }
    double const largest = *std::max_element(values.begin(), values.end());
    if ((each.unit == "parameters" || each.unit == "tokens") && largest < fewest_counted)
      refuse(name + " of " + from.subject + " must be counted in units, not in millions or billions, but reach only " +
             brief(largest));
    result.names.push_back(std::string(each.name));
    result.columns.push_back(std::move(values));
  }
  result.loss = varied_column(from, "loss", names);
  if (has_column(from, "weight", names)) result.weight = positive_column(from, "weight", names);
  return result;
}

}  // namespace moetric::v0::io
