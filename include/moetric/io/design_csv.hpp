#pragma once

#include <string>
#include <utility>
#include <vector>

#include "moetric/core/positive.hpp"
#include "moetric/io/csv.hpp"
#include "moetric/plan/certainty.hpp"

/// Experiment designs as CSV, and the runs that were made of them back. Columns are named by the account's own keys.
namespace moetric::v0::io {

/// The columns of one run, names and values in order.
inline std::vector<std::pair<std::string_view, std::string>> design_columns(design_run const& run, count vocab_size,
                                                                            count sequence_length) {
  shape<> const& s = run.architecture;
  auto const real = [](double value) { return moetric::detail::shortest(value); };
  auto const six = [](double value) { return brief(value, 6); };
  double const d = static_cast<double>(s.d_model), active_experts = static_cast<double>(s.top_k + s.n_shared_experts);
  return {{"phase", std::string(name(run.phase))},
          {"stem", std::to_string(run.stem)},
          {"seed", std::to_string(run.seed)},
          {"proxy", run.proxy ? "1" : "0"},
          {"compute", real(run.compute)},
          {"training_flops_per_token", to_string(run.triad.training_flops_per_token)},
          {"active_non_embedding_parameters", to_string(run.triad.active_non_embedding_parameters)},
          {"total_non_embedding_parameters", to_string(run.triad.total_non_embedding_parameters)},
          {"tokens", to_string(run.tokens)},
          {"d_model", to_string(s.d_model)},
          {"n_layers", to_string(s.n_layers())},
          {"n_dense_layers", to_string(s.n_dense_layers)},
          {"n_moe_layers", to_string(s.n_moe_layers)},
          {"n_heads", to_string(s.n_heads)},
          {"n_kv_heads", to_string(s.n_kv_heads)},
          {"head_dim", to_string(s.head_dim)},
          {"d_ff", to_string(s.d_ff)},
          {"d_expert", to_string(s.d_expert)},
          {"n_experts", to_string(s.n_experts)},
          {"top_k", to_string(s.top_k)},
          {"n_shared_experts", to_string(s.n_shared_experts)},
          {"vocab_size", to_string(vocab_size)},
          {"sequence_length", to_string(sequence_length)},
          {"learning_rate", six(run.learning_rate)},
          {"batch_sequences", to_string(run.batch_sequences)},
          {"flops_per_active_parameter", six(run.flops_per_active_parameter())},
          {"expansion_ratio", six(run.expansion_ratio())},
          {"width_ratio", six(active_experts * static_cast<double>(s.d_expert) / d)},
          {"target_training_flops_per_token", six(run.targets.training_flops_per_token)},
          {"target_flops_per_active_parameter", six(run.targets.flops_per_active_parameter)},
          {"target_expansion_ratio", six(run.targets.expansion_ratio)},
          {"missed_training_flops_per_token", brief(run.missed.training_flops_per_token, 3)},
          {"missed_flops_per_active_parameter", brief(run.missed.flops_per_active_parameter, 3)},
          {"missed_expansion_ratio", brief(run.missed.expansion_ratio, 3)},
          {"flops", real(run.flops)},
          {"flops_to_pay", real(run.flops_to_pay)}};
}

/// A header and one line a run.
inline std::string write_design(std::vector<design_run> const& runs, plan_request const& wishes) {
  auto const line = [&wishes](design_run const& run, bool names) {
    std::string text;
    for (auto const& [column, value] : design_columns(run, vocab_size_of(wishes), shape_length_of(wishes)))
      text += (text.empty() ? "" : ",") + (names ? std::string(column) : value);
    return text + "\n";
  };
  design_run any{};
  any.architecture.d_model = 1;
  any.triad = {1, 1, 1};
  std::string text = line(any, true);
  for (design_run const& each : runs) text += line(each, false);
  return text;
}

/// The budgets of runs that were made, as groups for a law over compute: runs that differ by less than a quarter in
/// FLOPs are one group, of full weight with `full_group` runs. Compute is the column of that name, or
/// training_flops_per_token times tokens. Of a design's own table only the runs of phase isoflop count.
/// \throws std::invalid_argument naming column, line and value
inline std::vector<scale_group> groups_of_runs(csv_table const& table, double full_group) {
  std::vector<double> compute;
  bool const has_compute = table.has("compute");
  for (csv_record const& each : table.records) {
    if (table.has("phase") && each.fields[table.column("phase")] != name(design_phase::isoflop)) continue;
    compute.push_back(has_compute ? table.number(each, table.column("compute"))
                                  : table.number(each, table.column("training_flops_per_token")) *
                                        table.number(each, table.column("tokens")));
  }
  for (double const each : compute) moetric::detail::require_positive("compute", each);
  std::sort(compute.begin(), compute.end());
  std::vector<scale_group> groups;
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
