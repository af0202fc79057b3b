#pragma once

#include <map>
#include <optional>
#include <string>
#include <utility>
#include <vector>

#include "moetric/core/text.hpp"
#include "moetric/io/design_csv.hpp"

namespace moetric::v0::io {

/// The losses of a pilot: for each triad that of its proxy, the run at the middle width, and the least one.
struct pilot_losses {
  std::vector<std::string> triads{};  // "M/N_a 8, N/N_a 22", in the order of the file
  std::vector<double> proxy{};
  std::vector<double> least{};
};

/// Reads the runs that `moetric design --phase pilot` wrote with a column `loss` added: those of phase pilot, grouped
/// by their target triad. \throws std::invalid_argument naming column, line and value, or a triad without exactly one
/// proxy
inline pilot_losses losses_of_pilot(csv_table table) {
  keep_phase(table, plan::design_phase::pilot);
  std::size_t const proxy = table.column("proxy"), loss = table.column("loss"),
                    m = table.column("target_training_flops_per_token"),
                    density = table.column("target_flops_per_active_parameter"),
                    expansion = table.column("target_expansion_ratio");
  struct triad_runs {
    std::string name;
    std::optional<double> proxy{};
    double least;
  };
  std::vector<triad_runs> all;
  std::map<std::vector<double>, std::size_t> known;
  for (csv_record const& each : table.records) {
    double const value = table.number(each, loss);
    moetric::detail::require_positive("loss", value);
    std::vector<double> const targets{table.number(each, m), table.number(each, density),
                                      table.number(each, expansion)};
    auto const [place, is_new] = known.emplace(targets, all.size());
    if (is_new) all.push_back({"M/N_a " + brief(targets[1]) + ", N/N_a " + brief(targets[2]), std::nullopt, value});
    triad_runs& runs = all[place->second];
    runs.least = std::min(runs.least, value);
    if (table.number(each, proxy) == 0) continue;
    if (runs.proxy)
      refuse("the triad " + runs.name + " of " + table.subject + " must have one proxy, but line " +
             std::to_string(each.line) + " has another");
    runs.proxy = value;
  }
  pilot_losses found;
  for (triad_runs const& each : all) {
    if (!each.proxy) refuse("the triad " + each.name + " of " + table.subject + " must have a proxy, but has none");
    found.triads.push_back(each.name);
    found.proxy.push_back(*each.proxy);
    found.least.push_back(each.least);
  }
  return found;
}

}  // namespace moetric::v0::io
