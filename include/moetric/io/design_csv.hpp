#pragma once

#include <algorithm>
#include <cmath>
#include <vector>

#include "moetric/core/positive.hpp"
#include "moetric/io/csv.hpp"
#include "moetric/plan/design_run.hpp"
#include "moetric/plan/scale_group.hpp"

/// Completed runs of a design, read back from CSV; `report::design_csv` writes the design.
namespace moetric::v0::io {

/// Keeps the runs of one phase if the table has a column `phase`, as a design's own.
inline void keep_phase(csv_table& table, plan::design_phase phase) {
  if (!table.has("phase")) return;
  std::size_t const place = table.column("phase");
  std::erase_if(table.records, [&](csv_record const& each) { return each.fields[place] != name(phase); });
}

/// Completed runs as groups for a law over compute. Neighbouring runs whose compute differs by less than a quarter form
/// one group, at the geometric mean of their compute, whose weight is its number of runs / full_group. Compute is the
/// column of that name, or training_flops_per_token times tokens. If the table has a column `phase`, only the runs of
/// phase isoflop count.
/// \throws std::invalid_argument naming column, line and value
inline std::vector<plan::scale_group> groups_of_runs(csv_table const& table, double full_group) {
  std::vector<double> compute;
  bool const has_compute = table.has("compute");
  if (!has_compute && !(table.has("training_flops_per_token") && table.has("tokens")))
    refuse(table.subject + " must have a column compute, or training_flops_per_token and tokens, but has neither");
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
