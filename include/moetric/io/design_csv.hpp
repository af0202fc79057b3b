#pragma once

#include <string>
#include <utility>
#include <vector>

#include "moetric/core/positive.hpp"
#include "moetric/io/csv.hpp"
#include "moetric/plan/design_run.hpp"
#include "moetric/plan/scale_group.hpp"

/// Experiment designs as CSV, and runs read back from CSV. Columns have the names of the account's keys.
namespace moetric::v0::io {

/// The columns of one run, names and values in order.
inline std::vector<std::pair<std::string_view, std::string>> design_columns(plan::design_run const& run) {
  shape<> const& s = run.architecture;
  auto const real = [](double value) { return moetric::detail::shortest(value); };
  auto const six = [](double value) { return brief(value, 6); };
  std::vector<std::pair<std::string_view, std::string>> columns{
      {"phase", std::string(name(run.phase))},
      {"stem", std::to_string(run.stem)},
      {"seed", std::to_string(run.seed)},
      {"proxy", run.proxy ? "1" : "0"},
      {"compute", real(run.compute)},
      {"training_flops_per_token", to_string(run.triad.training_flops_per_token)},
      {"active_non_embedding_parameters", to_string(run.triad.active_non_embedding_parameters)},
      {"total_non_embedding_parameters", to_string(run.triad.total_non_embedding_parameters)},
      {"tokens", to_string(run.tokens)}};
  for (std::size_t i = 0; i != shape_field_names.size(); ++i) {
    columns.emplace_back(shape_field_names[i], to_string(s.*shape_members<count>[i]));
    if (shape_field_names[i] == "d_model") columns.emplace_back("n_layers", to_string(s.n_layers()));
  }
  columns.insert(columns.end(), {{"sequence_length", to_string(run.sequence_length)},
                                 {"learning_rate", six(run.learning_rate)},
                                 {"batch_sequences", to_string(run.batch_sequences)},
                                 {"flops_per_active_parameter", six(run.flops_per_active_parameter())},
                                 {"expansion_ratio", six(run.expansion_ratio())},
                                 {"width_ratio", six(plan::width_ratio(to_real(s)))},
                                 {"target_training_flops_per_token", six(run.targets.training_flops_per_token)},
                                 {"target_flops_per_active_parameter", six(run.targets.flops_per_active_parameter)},
                                 {"target_expansion_ratio", six(run.targets.expansion_ratio)},
                                 {"missed_training_flops_per_token", brief(run.missed.training_flops_per_token, 3)},
                                 {"missed_flops_per_active_parameter", brief(run.missed.flops_per_active_parameter, 3)},
                                 {"missed_expansion_ratio", brief(run.missed.expansion_ratio, 3)},
                                 {"flops", real(run.flops)},
                                 {"flops_to_pay", real(run.flops_to_pay)}});
  return columns;
}

/// A design as CSV: a header, then one line for each run.
inline std::string write_design(std::vector<plan::design_run> const& runs) {
  auto const line = [](plan::design_run const& run, bool is_header) {
    std::string text;
    for (auto const& [column, value] : design_columns(run))
      text += (text.empty() ? "" : ",") + (is_header ? std::string(column) : value);
    return text + "\n";
  };
  plan::design_run any{};
  any.triad = {1, 1, 1};  // ratios of 0 are not defined
  std::string text = line(any, true);
  for (plan::design_run const& each : runs) text += line(each, false);
  return text;
}

/// Completed runs as groups for a law over compute. Neighbouring runs whose compute differs by less than a quarter form
/// one group, at the geometric mean of their compute, whose weight is its number of runs / full_group. Compute is the
/// column of that name, or training_flops_per_token times tokens. If the table has a column `phase`, only the runs of
/// phase isoflop count.
/// \throws std::invalid_argument naming column, line and value
inline std::vector<plan::scale_group> groups_of_runs(csv_table const& table, double full_group) {
  std::vector<double> compute;
  bool const has_compute = table.has("compute");
  for (csv_record const& each : table.records) {
    if (table.has("phase") && each.fields[table.column("phase")] != name(plan::design_phase::isoflop)) continue;
    compute.push_back(has_compute ? table.number(each, table.column("compute"))
                                  : table.number(each, table.column("training_flops_per_token")) *
                                        table.number(each, table.column("tokens")));
  }
  for (double const each : compute) moetric::detail::require_positive("compute", each);
  std::sort(compute.begin(), compute.end());
  std::vector<plan::scale_group> groups;
  double runs = 0, logs = 0;
  for (std::size_t i = 0; i != compute.size(); ++i) {
    runs += 1, logs += std::log(compute[i]);
    if (i + 1 != compute.size() && compute[i + 1] < 1.25 * compute[i]) continue;
    groups.push_back({std::exp(logs / runs), runs / full_group});
    runs = logs = 0;
  }
  return groups;
}

}  // namespace moetric::v0::io
