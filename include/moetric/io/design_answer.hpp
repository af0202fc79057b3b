#pragma once

#include <algorithm>
#include <optional>
#include <string>
#include <vector>

#include "moetric/io/design_csv.hpp"
#include "moetric/io/optima_file.hpp"
#include "moetric/io/plan_source.hpp"
#include "moetric/io/text_values.hpp"
#include "moetric/plan/design.hpp"
#include "moetric/plan/iteration.hpp"
#include "moetric/report/design_answer.hpp"

namespace moetric::v0::io {

/// Experiments that fit the laws of a plan, as people type it: the phases of a design, phase 0 for a budget, or phase 0
/// again with the shapes of a fit.
struct experiment_request {
  plan::design_request design{};                  // the source of its base is replaced
  std::string source = "holistic";                // as `find_source` takes it
  std::string phase = "all";                      // as `plan::design_parts` takes it
  std::vector<double> densities{}, expansions{};  // M/N_a and N/N_a of the grid, of phase 2 the chosen ones
  std::optional<double> budget{};                 // FLOPs to spend on phase 0
  std::string completed{};                        // with a budget: CSV of runs that are done
  std::string iterate{};                          // the file of a fit
  std::optional<double> target{};  // FLOPs of the planned run; 10 times the largest scale if it is not given
  bool explain = false;            // the number of runs and how few they are, not the runs
};

namespace detail {

inline plan::design_request design_of(experiment_request const& from) {
  plan::design_request r = from.design;
  for (double const each : r.scales) require_positive("scales", each);
  if (r.scales.empty()) refuse("scales must hold at least one number, but is empty");
  r.base.compute = r.scales.front();
  validate(r.base);
  r.base.source = find_source(from.source, r.base).recipe;
  // For phase 2 they are the chosen triads, one for all scales or one each.
  auto const each_scale = [&](std::vector<double> const& values) {
    return values.size() == 1 ? std::vector<double>(r.scales.size(), values.front()) : values;
  };
  if (!from.densities.empty()) r.densities = from.densities;
  if (!from.expansions.empty()) r.expansions = from.expansions;
  if (from.phase == "2") {
    r.chosen_densities = each_scale(from.densities);
    r.chosen_expansions = each_scale(from.expansions);
  }
  return r;
}

}  // namespace detail

/// The design that a request describes. Keys: those of `report::design_answer`, `report::design_size_answer`,
/// `report::budget_answer` or `report::iteration_answer`. \throws std::invalid_argument naming what is missing or wrong
inline report::answer design_answer(experiment_request const& from) {
  plan::design_request r = detail::design_of(from);
  double const target = from.target.value_or(10 * *std::max_element(r.scales.begin(), r.scales.end()));
  require_positive("target", target);
  if (!from.iterate.empty()) {
    plan::recipe_source const before = r.base.source, after = read_source(from.iterate, r.base);
    plan::iteration const round = plan::compare_rounds(before, after, r.scales);
    r.base.source = after;
    std::vector<plan::design> parts;
    if (!round.ended()) parts.push_back(plan::design_isoflop(r));
    return report::iteration_answer(round, before.id, after.id, r, parts, target);
  }
  if (from.budget) {
    if (!from.target) refuse("target must be given with a budget, but is missing");
    std::vector<plan::scale_group> before;
    if (!from.completed.empty())
      before = groups_of_runs(read_csv(from.completed), static_cast<double>(r.isoflop_sizes));
    return report::budget_answer(plan::design_within_budget(r, before, *from.budget, target), r.isoflop_sizes,
                                 *from.budget, target);
  }
  std::vector<plan::design> const parts = plan::design_parts(from.phase, r);
  return from.explain ? report::design_size_answer(r, parts) : report::design_answer(r, parts, target);
}

}  // namespace moetric::v0::io
