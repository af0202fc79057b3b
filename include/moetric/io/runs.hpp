#pragma once

#include <algorithm>
#include <cmath>
#include <map>
#include <set>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "moetric/fit/runs.hpp"
#include "moetric/io/run_table.hpp"

/// Training runs from a table: one run per record, with columns for a law's inputs, a column `loss`, and optionally
/// `weight`. A column of run names is found, so that checkpoints are clustered by run, and so are columns of text, such
/// as data sets, and of planned tokens. Other columns are ignored.
namespace moetric::v0::io {

/// Columns beside inputs and losses.
struct run_columns {
  std::string group{};  // of the training run that each row is a checkpoint of; found if empty, none for "none"
  std::vector<std::string> by{};  // of data sets, tokenizers and the like; found if empty
};

namespace detail {

inline bool is_text_column(csv_table const& table, std::size_t column) {
  return std::any_of(table.records.begin(), table.records.end(), [&](csv_record const& each) {
    return !is_number(each.fields[column]) && !is_empty_cell(each.fields[column]);
  });
}

/// The numbers of an input; tokens also from compute and parameters, C = 6 N D, where the table has these alone.
inline std::vector<double> input_numbers(run_table& from, laws::description const& about, laws::input const& of) {
  if (of.name == "tokens" && !from.has("tokens") && from.has("compute"))
    for (laws::input const& other : about.inputs)
      if (other.unit == "parameters" && from.has(other.name)) {
        std::vector<double> const compute = from.counted("compute"), parameters = from.counted(other.name);
        std::vector<double> tokens;
        for (std::size_t i = 0; i != compute.size(); ++i) tokens.push_back(compute[i] / (6 * parameters[i]));
        from.note("tokens are compute / (6 " + std::string(other.name) + ")");
        return tokens;
      }
  return from.numbers(of.name);
}

inline void add_labels(fit::runs& to, run_table& from, std::string const& group) {
  csv_table const& table = from.table;
  auto const named = [&](std::initializer_list<std::string_view> names) -> std::string {
    for (std::string_view const wanted : names)
      for (std::string const& each : table.names)
        if (letters_of(each) == wanted) return each;
    return {};
  };
  std::string const run = named({"runname", "runid", "run", "experiment", "experimentname", "wandbid"});
  std::string label = named({"name", "runname", "label", "modelname", "model", "run", "runid", "id"});
  if (!group.empty() && group != "none") label = from.require_name(group);
  if (!label.empty()) to.label = from.texts(label);
  std::string clusters = group == "none" ? "" : group.empty() ? run : from.require_name(group);
  if (clusters.empty()) return;
  std::map<std::string, std::size_t> ids;
  std::vector<std::size_t> cluster;
  for (std::string const& each : from.texts(clusters)) cluster.push_back(ids.emplace(each, ids.size()).first->second);
  if (ids.size() == to.size()) return;
  to.cluster = std::move(cluster);
  to.cluster_name = clusters;
}

inline void add_categories(fit::runs& to, run_table& from, std::vector<std::string> const& by,
                           std::set<std::string> const& read) {
  csv_table const& table = from.table;
  for (std::string const& each : by) from.require_name(each);
  for (std::size_t column = 0; column != table.names.size(); ++column) {
    std::string const& name = table.names[column];
    bool const wanted = std::find(by.begin(), by.end(), name) != by.end();
    if (!wanted && (!by.empty() || read.contains(name) || name == to.cluster_name || !is_text_column(table, column)))
      continue;
    std::map<std::string, std::size_t> times;
    for (csv_record const& each : table.records) ++times[each.fields[column]];
    bool const repeats = std::all_of(times.begin(), times.end(), [](auto const& each) { return each.second > 1; });
    if (wanted || (times.size() >= 2 && times.size() <= 8 && repeats))
      to.categories.push_back({name, from.texts(name)});
  }
}

/// Planned tokens by their own column, or by stated compute where it is the same multiple of 6 N D in most runs.
inline void add_planned_tokens(fit::runs& to, run_table& from, laws::description const& about) {
  for (std::string_view const name : {"planned_tokens", "target_tokens", "max_tokens"})
    if (from.table.has(name)) {
      to.planned_tokens = from.positive(name);
      return;
    }
  if (!from.has("tokens") || !from.has("compute") || about.inputs.size() < 2 || about.inputs[0].unit != "parameters" ||
      about.inputs[1].name != "tokens")
    return;
  std::vector<double> const compute = from.positive("compute");
  std::vector<double> ratio;
  for (std::size_t i = 0; i != to.size(); ++i) ratio.push_back(6 * to.columns[0][i] * to.columns[1][i] / compute[i]);
  std::vector<double> sorted = ratio;
  std::sort(sorted.begin(), sorted.end());
  double const common = sorted[sorted.size() / 2];
  if (!(common > 0.1 && common < 10))
    from.note("compute is " + brief(1 / common, 3) + " times 6 " + std::string(about.inputs[0].name) +
              " tokens: is it counted in other units than FLOPs?");
  auto const alike =
      std::count_if(ratio.begin(), ratio.end(), [&](double each) { return std::fabs(each / common - 1) < 0.02; });
  if (5 * alike < 4 * static_cast<std::ptrdiff_t>(ratio.size())) return;
  fit::warning beyond{fit::finding::reading, ""};
  for (std::size_t i = 0; i != to.size(); ++i) {
    to.planned_tokens.push_back(to.columns[1][i] * common / ratio[i]);
    if (ratio[i] < 1.02 * common) continue;
    if (beyond.rows.empty())
      beyond.sentence = "compute of " + to.name_of(i) + " is " + brief(common / ratio[i], 2) +
                        " times what the other runs' compute is of 6 " + std::string(about.inputs[0].name) + " tokens";
    beyond.rows.push_back(to.row_of(i));
  }
  if (beyond.rows.size() > 1) beyond.sentence += ", so in " + std::to_string(beyond.rows.size()) + " runs";
  if (!beyond.rows.empty()) from.notes.push_back(std::move(beyond));
}

/// Losses that no model has: it would be better to guess among a million words. Accuracies above 1 are percentages.
inline void note_perplexities(run_table& from, fit::runs const& of, laws::description const& about) {
  double const largest = *std::max_element(of.loss.begin(), of.loss.end()), guess = std::log(1e6);
  if (about.loss_unit == "nats per token" && largest > guess)
    from.note("losses reach " + brief(largest, 4) + " nats per token, and guessing among a million words has " +
              brief(guess, 3) + ": are they perplexities?");
  if ((about.loss_unit == "accuracy" || about.loss_unit == "error") && largest > 1)
    from.note("column " + from.name_of("loss") + " reaches " + brief(largest, 4) + ": is it in percent?");
}

}  // namespace detail

/// How large each run is: its compute, or 6 N D. \throws std::invalid_argument for a table with neither
inline std::vector<double> scale_of(run_table& from) {
  if (from.has("compute")) return from.positive("compute");
  std::vector<double> scale = from.positive("tokens");
  std::string_view const counts[]{"total_parameters", "active_parameters", "total_non_embedding_parameters",
                                  "active_non_embedding_parameters"};
  for (std::string_view const each : counts)
    if (from.has(each)) {
      std::vector<double> const parameters = from.positive(each);
      for (std::size_t i = 0; i != scale.size(); ++i) scale[i] *= 6 * parameters[i];
      return scale;
    }
  refuse(from.table.subject + " must have a column compute or parameters, to compare forms over scales");
}

/// The runs of a table for a law: its inputs, each checked against its domain, and the loss.
/// \throws std::invalid_argument naming a missing column, the line of a number outside its domain, or parameters or
///         tokens counted in millions or billions; and for a table without runs
inline fit::runs runs_of(run_table& from, laws::description const& about, run_columns const& beside = {}) {
  fit::runs result;
  csv_table const& table = from.table;
  if (table.records.empty()) refuse(table.subject + " must have at least one run, but has only a header");
  std::set<std::string> read;
  for (laws::input const& each : about.inputs) {
    std::vector<double> values = detail::input_numbers(from, about, each);
    std::string const name = from.has(each.name) ? from.name_of(each.name) : std::string(each.name);
    for (std::size_t row = 0; row != values.size(); ++row) {
      laws::input what = each;
      std::string const where = from.place(name, row);
      what.name = where;
      laws::detail::require_in_domain(what, values[row]);
    }
    detail::require_counted(name + " of " + table.subject, each.unit == "parameters" ? "_parameters" : each.unit,
                            values);
    result.names.push_back(std::string(each.name));
    result.columns.push_back(std::move(values));
    read.insert(name);
  }
  result.loss = from.varied("loss");
  read.insert(from.name_of("loss"));
  if (from.has("weight")) result.weight = from.positive("weight");
  result.row = from.row;
  detail::add_labels(result, from, beside.group);
  detail::add_categories(result, from, beside.by, read);
  detail::add_planned_tokens(result, from, about);
  detail::note_perplexities(from, result, about);
  return result;
}
inline fit::runs runs_of(csv_table const& from, laws::description const& about, std::vector<column_name> names = {}) {
  run_table table(from, std::move(names));
  return runs_of(table, about);
}

}  // namespace moetric::v0::io
