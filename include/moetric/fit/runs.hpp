#pragma once

#include <algorithm>
#include <cmath>
#include <map>
#include <span>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "moetric/core/name.hpp"
#include "moetric/laws/law.hpp"

namespace moetric::v0::fit {

/// A text of each run, such as its data set or tokenizer.
struct category {
  std::string name;
  std::vector<std::string> of;
};

/// Training runs: one column for each input of a law, named by the law's own key and in its unit, and the final loss of
/// each run, in nats per token or in whatever unit the law predicts.
struct runs {
  std::vector<std::string> names;            // of the inputs
  std::vector<std::vector<double>> columns;  // one for each name, with one number per run
  std::vector<double> loss;
  std::vector<double> weight{};  // inverse variance of each loss, up to a common factor; empty means 1 for every run
  std::vector<std::size_t> cluster{};    // the training run that each row is a checkpoint of, from 0; empty: its own
  std::string cluster_name{};            // what clusters are, such as a column's name
  std::vector<std::string> label{};      // a name of each run; empty if they have none
  std::vector<std::size_t> row{};        // the place of each run in its table, from 1; empty: in order
  std::vector<category> categories{};    // such as data sets
  std::vector<double> planned_tokens{};  // of each run; empty if none are known

  /// The number of runs, and the weight of each: 1 where none are given.
  std::size_t size() const { return loss.size(); }
  std::vector<double> weights() const { return weight.empty() ? std::vector<double>(size(), 1.0) : weight; }

  /// The column of that name. \throws std::invalid_argument listing the columns for an unknown name
  std::vector<double> const& column(std::string_view name) const {
    for (std::size_t i = 0; i != names.size(); ++i)
      if (names[i] == name) return columns[i];
    std::vector<std::string_view> const known(names.begin(), names.end());
    moetric::detail::invalid(("moetric: runs must have a column " + std::string(name) + ", but have " +
                              (known.empty() ? "none" : listed(known)) + did_you_mean(name, known))
                                 .c_str());
  }

  /// The place of a run in its table, from 1.
  std::size_t row_of(std::size_t run) const { return row.empty() ? run + 1 : row[run]; }
  /// "run 17 (3.2B-run)"
  std::string name_of(std::size_t run) const {
    return "run " + std::to_string(row_of(run)) + (label.empty() ? "" : " (" + label[run] + ")");
  }

  /// The runs at the given indices, in that order.
  runs only(std::vector<std::size_t> const& rows) const {
    auto const taken = [&]<class T>(std::vector<T> const& from) {
      std::vector<T> kept;
      if (!from.empty())
        for (std::size_t const each : rows) kept.push_back(from[each]);
      return kept;
    };
    runs part{names,        {}, taken(loss), taken(weight),        taken(cluster), cluster_name,
              taken(label), {}, {},          taken(planned_tokens)};
    for (std::size_t const each : rows) part.row.push_back(row_of(each));
    for (std::vector<double> const& each : columns) part.columns.push_back(taken(each));
    for (category const& each : categories) part.categories.push_back({each.name, taken(each.of)});
    return part;
  }
};

/// Checks that all columns have one length, and that losses and weights are positive and finite.
/// \throws std::invalid_argument naming the column, or the first bad run, counted from 1
inline void validate(runs const& data) {
  auto const refuse = [](std::string const& sentence) { moetric::detail::invalid(("moetric: " + sentence).c_str()); };
  if (data.names.size() != data.columns.size()) refuse("runs must have as many columns as names");
  for (std::size_t i = 0; i != data.columns.size(); ++i)
    if (data.columns[i].size() != data.size())
      refuse("column " + data.names[i] + " must have a number for each of " + std::to_string(data.size()) +
             " runs, but has " + std::to_string(data.columns[i].size()));
  if (!data.weight.empty() && data.weight.size() != data.size()) refuse("weight must have a number for each run");
  if (!data.cluster.empty() && data.cluster.size() != data.size()) refuse("cluster must have a number for each run");
  for (std::size_t row = 0; row != data.size(); ++row) {
    std::string const run = " of run " + std::to_string(row + 1);
    moetric::detail::require_positive("loss" + run, data.loss[row]);
    if (!data.weight.empty()) moetric::detail::require_positive("weight" + run, data.weight[row]);
  }
}

/// The inputs of a law, run by run in the law's order, each checked against its domain.
/// \throws std::invalid_argument naming a missing column, or the run and the input that lies outside its domain
inline std::vector<double> inputs_of(runs const& data, laws::description const& about) {
  validate(data);
  std::vector<std::vector<double> const*> columns;
  for (laws::input const& each : about.inputs) columns.push_back(&data.column(each.name));
  std::vector<double> rows;
  for (std::size_t row = 0; row != data.size(); ++row)
    for (std::size_t i = 0; i != columns.size(); ++i) {
      double const value = (*columns[i])[row];
      if (!laws::detail::in_domain(about.inputs[i].values, value)) {
        laws::input what = about.inputs[i];
        std::string const name = std::string(what.name) + " of run " + std::to_string(row + 1);
        what.name = name;
        laws::detail::require_in_domain(what, value);
      }
      rows.push_back(value);
    }
  return rows;
}

/// The runs without those of highest loss, such as early ones that a law does not describe.
/// \throws std::invalid_argument unless some are left
inline runs without_highest_loss(runs const& data, std::size_t excluded) {
  if (excluded >= data.size())
    moetric::detail::invalid(("moetric: exclude-highest-loss must leave some of " + std::to_string(data.size()) +
                              " runs, but got " + std::to_string(excluded))
                                 .c_str());
  std::vector<std::size_t> order(data.size());
  for (std::size_t i = 0; i != order.size(); ++i) order[i] = i;
  std::stable_sort(order.begin(), order.end(), [&](auto a, auto b) { return data.loss[a] < data.loss[b]; });
  order.resize(data.size() - excluded);
  std::sort(order.begin(), order.end());
  return data.only(order);
}

/// What repeated runs say: runs with equal inputs.
struct repeats {
  std::size_t points = 0;         // number of distinct inputs
  std::size_t copies = 0;         // runs whose inputs and loss equal those of an earlier run
  std::size_t copy = 0, of = 0;   // the first such pair: run `copy` equals run `of`, counted from 1
  double log_noise = 0;           // standard deviation of ln loss between runs of equal inputs: seed noise
  std::size_t noise_freedom = 0;  // its degrees of freedom; 0 if nothing repeats
};

/// Finds repeated runs and the seed noise that they show.
inline repeats repeats_of(runs const& data) {
  std::map<std::vector<double>, std::vector<std::size_t>> points;
  for (std::size_t row = 0; row != data.size(); ++row) {
    std::vector<double> at;
    for (std::vector<double> const& each : data.columns) at.push_back(each[row]);
    points[std::move(at)].push_back(row);
  }
  repeats found{.points = points.size()};
  double square = 0;
  for (auto const& [at, rows] : points) {
    double mean = 0;
    for (std::size_t i = 0; i != rows.size(); ++i) {
      mean += std::log(data.loss[rows[i]]) / static_cast<double>(rows.size());
      for (std::size_t j = 0; j != i; ++j) {
        if (data.loss[rows[j]] != data.loss[rows[i]]) continue;
        if (found.copies++ == 0 || rows[i] + 1 < found.copy) found.copy = rows[i] + 1, found.of = rows[j] + 1;
        break;
      }
    }
    for (std::size_t const row : rows) square += (std::log(data.loss[row]) - mean) * (std::log(data.loss[row]) - mean);
    found.noise_freedom += rows.size() - 1;
  }
  if (found.noise_freedom != 0) found.log_noise = std::sqrt(square / static_cast<double>(found.noise_freedom));
  return found;
}

}  // namespace moetric::v0::fit
