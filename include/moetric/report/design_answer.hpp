#pragma once

#include <cmath>
#include <cstdlib>
#include <map>
#include <span>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "moetric/core/text.hpp"
#include "moetric/plan/design_groups.hpp"
#include "moetric/plan/design_size.hpp"
#include "moetric/plan/iteration.hpp"
#include "moetric/report/answer.hpp"
#include "moetric/report/csv.hpp"
#include "moetric/report/plan_values.hpp"
#include "moetric/report/unit.hpp"

/// Experiment designs as answers, and their runs as CSV.
namespace moetric::v0::report {

namespace detail {

/// The nearest number of so many significant digits.
inline double to_digits(double number, int digits) {
  return std::strtod(brief(number, digits).c_str(), nullptr);
}

inline value design_row(plan::design_run const& run) {
  shape<> const& s = run.architecture;
  value row = object({{"phase", name(run.phase)},
                      {"stem", run.stem, units::one},
                      {"seed", run.seed, units::one},
                      {"proxy", run.proxy ? 1 : 0, units::one},
                      {"compute", run.compute},
                      {"training_flops_per_token", run.triad.training_flops_per_token},
                      {"active_non_embedding_parameters", run.triad.active_non_embedding_parameters},
                      {"total_non_embedding_parameters", run.triad.total_non_embedding_parameters},
                      {"tokens", run.tokens}});
  row.update(architecture_values(s));
  auto const set = [&row](std::string_view name, double number, std::string_view unit, int digits = 6) {
    row.set(name, to_digits(number, digits), unit);
  };
  constexpr std::string_view density = "FLOPs per token and parameter";
  row.set("sequence_length", run.sequence_length);
  set("learning_rate", run.learning_rate, units::one);
  row.set("batch_sequences", run.batch_sequences);
  set("flops_per_active_parameter", run.flops_per_active_parameter(), density);
  set("expansion_ratio", run.expansion_ratio(), units::one);
  set("width_ratio", plan::width_ratio(to_real(s)), units::one);
  set("target_training_flops_per_token", run.targets.training_flops_per_token, units::flops_per_token);
  set("target_flops_per_active_parameter", run.targets.flops_per_active_parameter, density);
  set("target_expansion_ratio", run.targets.expansion_ratio, units::one);
  set("missed_training_flops_per_token", run.missed.training_flops_per_token, units::one, 3);
  set("missed_flops_per_active_parameter", run.missed.flops_per_active_parameter, units::one, 3);
  set("missed_expansion_ratio", run.missed.expansion_ratio, units::one, 3);
  row.set("flops", run.flops, units::flops);
  row.set("flops_to_pay", run.flops_to_pay, units::flops);
  return row;
}

inline value design_rows(std::span<plan::design const> parts) {
  value rows = value::list();
  for (plan::design const& part : parts)
    for (plan::design_run const& each : part.runs) rows.append(design_row(each));
  return rows;
}

/// The number of runs of each phase, and their cost.
inline value design_phases(std::span<plan::design const> parts) {
  value phases = value::list();
  for (plan::design const& part : parts)
    if (!part.runs.empty())
      phases.append(object({{"phase", name(part.runs.front().phase)},
                            {"runs", part.runs.size()},
                            {"flops", part.flops(), units::flops},
                            {"flops_to_pay", part.flops_to_pay(), units::flops}}));
  return phases;
}

/// Each sentence once, with how often it holds.
inline value cells_left_out(std::span<plan::design const> parts) {
  std::map<std::string_view, std::size_t> times;
  for (plan::design const& part : parts)
    for (std::string const& each : part.left_out) ++times[each];
  value all = value::list();
  for (plan::design const& part : parts)
    for (std::string const& each : part.left_out)
      if (std::size_t const n = std::exchange(times[each], 0); n != 0)
        all.append(n == 1 ? each : each + " (" + std::to_string(n) + " runs)");
  return all;
}

inline void say_left_out(answer& made, std::span<plan::design const> parts) {
  std::size_t n = 0;
  for (plan::design const& part : parts) n += part.left_out.size();
  if (n == 0) return;
  made.values.set("cells_left_out", n, "runs");
  made.say("{cells_left_out} runs are left out: there is no shape for them");
  made.show({.rows = rows_of(made.values["left_out"], "left_out", {"  {$}"}), .shown = screen::all});
}

}  // namespace detail

/// The runs of a design as CSV, with columns named as the account's keys.
inline std::string design_csv(answer const& of) {
  plan::design_run any{};
  any.triad = {1, 1, 1};  // ratios of 0 are not defined
  value const example = detail::design_row(any);
  std::vector<std::string_view> columns;
  for (object_member const& each : example.members()) columns.push_back(each.name);
  return to_csv(columns, of.values["runs"]);
}

/// A design, what it costs, and the certainty that cheaper ones leave.
/// Keys: runs[], run_count, phases[]{phase, runs, flops, flops_to_pay}, left_out[], cells_left_out, flops,
/// flops_to_pay, full_grid_runs, fitted_coefficients, target,
/// smaller_designs[]{scales, largest, part_of_cost, half_width_in_scatters, half_width_ratio}.
/// \param target compute of the planned run, FLOPs
inline answer design_answer(plan::design_request const& r, std::span<plan::design const> parts, double target) {
  plan::design_size const size = plan::size_of(r, parts);
  double alone = 0, to_pay = 0;
  for (plan::design const& part : parts) alone += part.flops(), to_pay += part.flops_to_pay();
  value smaller = value::list();
  auto const designs = plan::smaller_designs(r.scales, target);
  for (plan::smaller_design const& each : designs)
    smaller.append(object({{"scales", each.scales, "scales"},
                           {"largest", each.largest, units::flops},
                           {"part_of_cost", each.part, units::one},
                           {"half_width_in_scatters", each.half_width, "scatters of one scale's optimum"},
                           {"half_width_ratio", each.half_width / designs.front().half_width, units::one}}));
  answer made;
  made.values = object({{"runs", detail::design_rows(parts)},
                        {"run_count", size.runs, "runs"},
                        {"phases", detail::design_phases(parts)},
                        {"left_out", detail::cells_left_out(parts)},
                        {"flops", alone, units::flops},
                        {"flops_to_pay", to_pay, units::flops},
                        {"full_grid_runs", size.full_grid_runs, "runs"},
                        {"fitted_coefficients", size.coefficients, "coefficients"},
                        {"target", target, units::flops},
                        {"smaller_designs", smaller}});
  made.say("design: {run_count} runs, {flops_to_pay:3} FLOPs to pay in the paper's count (output head and router come "
           "on top)");
  made.show({.header = {"phase", "runs", "FLOPs", "with each stem trained once"},
             .rows = rows_of(made.values["phases"], "phases",
                             {"{$/phase}", "{$/runs}", "{$/flops:3}", "{$/flops_to_pay:3}"})});
  detail::say_left_out(made, parts);
  if (smaller.empty()) return made.say("fewer than 3 scales give no interval");
  return made.show({.title = "Interval of a law at {target:3} FLOPs, in units of one scale's scatter",
                    .header = {"scales", "up to FLOPs", "of the cost", "half-width", "of the full design's"},
                    .rows = rows_of(smaller, "smaller_designs",
                                    {"{$/scales}", "{$/largest:3}", "{$/part_of_cost:%3}",
                                     "{$/half_width_in_scatters:3}", "{$/half_width_ratio:3}"})});
}

/// How sixteen dimensions reduce to two sweeps, and the number of runs that remain.
/// Keys: source, steps[]{dimensions, why}, grid{scales, densities, expansions, widths}, full_grid_runs, phases[] as of
/// `design_answer`, design_runs, fitted_coefficients, runs_per_coefficient, paper{runs},
/// chinchilla{runs, coefficients, runs_per_coefficient}.
inline answer design_size_answer(plan::design_request const& r, std::span<plan::design const> parts) {
  plan::design_size const size = plan::size_of(r, parts);
  value steps = value::list();
  for (plan::reduction_step const& each : plan::reduction_steps(plan::experts_of(r.base)))
    steps.append(object({{"dimensions", each.dimensions, "dimensions"}, {"why", each.why}}));
  answer made;
  made.values =
      object({{"source", "arXiv 2603.21862"},
              {"steps", steps},
              {"grid", object({{"scales", r.scales.size(), "scales"},
                               {"densities", r.densities.size(), "values"},
                               {"expansions", r.expansions.size(), "values"},
                               {"widths", r.d_models.empty() ? r.widths : r.d_models.size(), "values"}})},
              {"full_grid_runs", size.full_grid_runs, "runs"},
              {"phases", detail::design_phases(parts)},
              {"design_runs", size.runs, "runs"},
              {"fitted_coefficients", size.coefficients, "coefficients"},
              {"runs_per_coefficient", size.runs_per_coefficient, "runs"},
              {"paper", object({{"runs", 670}})},
              {"chinchilla",
               object({{"runs", 400}, {"coefficients", 5, "coefficients"}, {"runs_per_coefficient", 80, "runs"}})}});
  made.show({.title = "From sixteen dimensions to two sweeps ({source})",
             .rows = rows_of(steps, "steps", {"{$/dimensions}", "{$/why}"})});
  std::vector<text_row> rows = rows_of(made.values["phases"], "phases", {"{$/phase}", "{$/runs}", "runs"});
  rows.insert(rows.begin(), {"full grid M x M/N_a x N/N_a x d", "{full_grid_runs}", "runs"});
  rows.push_back({"this design", "{design_runs}", "runs (the paper about {paper/runs})"});
  rows.push_back({"fitted coefficients", "{fitted_coefficients}", "of the laws over C"});
  rows.push_back({"runs per coefficient", "{runs_per_coefficient:3}",
                  "(Hoffmann et al. {chinchilla/runs} runs for {chinchilla/coefficients}: "
                  "{chinchilla/runs_per_coefficient})"});
  return made.show({.title = "With {grid/scales} scales, {grid/densities} M/N_a (FLOPs per token over active "
                             "parameters), {grid/expansions} N/N_a and {grid/widths} widths d",
                    .rows = rows});
}

/// The groups of runs that a budget should buy.
/// Keys: runs[] as of `design_answer`, run_count, left_out[], cells_left_out, budget, target, confidence, group_runs,
/// group_count, groups_at_a_scale (at most), groups[]{compute, count}, groups_before[]{compute, runs}, flops,
/// half_width, half_width_before. \param budget, target FLOPs
inline answer budget_answer(plan::budget_design const& of, std::size_t runs_of_group, double budget, double target) {
  std::span<plan::design const> const parts(&of.runs, 1);
  value groups = value::list();
  std::vector<plan::scale_group> const& chosen = of.groups.groups;
  for (std::size_t i = 0; i != chosen.size();) {
    std::size_t end = i;
    while (end != chosen.size() && chosen[end].compute == chosen[i].compute) ++end;
    groups.append(object({{"compute", chosen[i].compute}, {"count", end - i, "groups"}}));
    i = end;
  }
  value before = value::list();
  for (plan::scale_group const& each : of.before)
    before.append(
        object({{"compute", each.compute}, {"runs", each.weight * static_cast<double>(runs_of_group), "runs"}}));
  constexpr std::string_view scatters = "scatters of one group's optimum";
  answer made;
  made.values = object({{"runs", detail::design_rows(parts)},
                        {"run_count", of.runs.runs.size(), "runs"},
                        {"left_out", detail::cells_left_out(parts)},
                        {"budget", budget, units::flops},
                        {"target", target, units::flops},
                        {"confidence", plan::design_confidence, units::one},
                        {"group_runs", runs_of_group, "runs"},
                        {"group_count", chosen.size(), "groups"},
                        {"groups_at_a_scale", plan::most_groups_at_a_scale, "groups"},
                        {"groups", groups},
                        {"groups_before", before},
                        {"flops", of.runs.flops(), units::flops},
                        {"half_width", of.groups.half_width, scatters},
                        {"half_width_before", !of.before.empty() ? value(of.half_width_before) : value(), scatters}});
  made.say(
      "For {budget:3} FLOPs, these {group_count} groups of {group_runs} runs narrow M_opt (FLOPs per token of "
      "least loss) at {target:3} FLOPs the most (c-optimal), with at most {groups_at_a_scale} groups of one scale: "
      "more seeds would not show whether the law is a straight line.");
  std::string const width_before = of.before.empty()                     ? ""
                                   : std::isfinite(of.half_width_before) ? " before {half_width_before:3}, then"
                                                                         : " before unbounded, then";
  made.say("cost {flops:3} FLOPs; half-width of the {confidence:%} interval" + width_before +
           " {half_width:3} times the scatter of one group's optimum, if one power law holds from the smallest scale "
           "to the target");
  if (!of.before.empty())
    made.show({.title = "Runs that were made, by their FLOPs; their losses are not read: moetric fit fits them",
               .header = {"FLOPs of a run", "runs"},
               .rows = rows_of(before, "groups_before", {"{$/compute:3}", "{$/runs:3}"})});
  made.show({.title = of.before.empty() ? "" : "Runs to make",
             .header = {"FLOPs of a run", "groups"},
             .rows = rows_of(groups, "groups", {"{$/compute:3}", "{$/count}"})});
  detail::say_left_out(made, parts);
  return made;
}

/// Whether M_opt stayed inside its band in a round of an iteration, and the next runs if it did not.
/// Keys: those of `design_answer`, and iteration{before, after, band, ended,
/// steps[]{compute, before, after, change, low, high, inside}}.
/// \param parts runs of the next round; none if the iteration ended
inline answer iteration_answer(plan::iteration const& round, std::string const& before, std::string const& after,
                               plan::design_request const& r, std::span<plan::design const> parts, double target) {
  value steps = value::list();
  for (plan::iteration_step const& each : round.steps)
    steps.append(object({{"compute", each.compute},
                         {"before", each.before, units::flops_per_token},
                         {"after", each.after, units::flops_per_token},
                         {"change", each.after / each.before - 1, units::one},
                         {"low", each.low, units::flops_per_token},
                         {"high", each.high, units::flops_per_token},
                         {"inside", each.inside()}}));
  answer made, next = design_answer(r, parts, target);
  made.values = object({{"iteration", object({{"before", before},
                                              {"after", after},
                                              {"band", round.band},
                                              {"ended", round.ended()},
                                              {"steps", steps}})}});
  made.say(round.ended() ? "every scale stayed inside the band: the iteration ends, and no runs are needed"
                         : "M_opt left the band: the next round has {run_count} runs");
  std::vector<text_row> rows = rows_of(
      steps, "iteration/steps", {"{$/compute:3}", "{$/before}", "{$/after}", "{$/change:+%3}", "{$/low} to {$/high}"});
  for (std::size_t i = 0; i != rows.size(); ++i) rows[i].push_back(round.steps[i].inside() ? "inside" : "outside");
  made.show({.title = "M_opt, FLOPs per token of least loss, by {iteration/before} and by {iteration/after}; band: "
                      "{iteration/band}",
             .header = {"FLOPs", "before", "after", "change", "band", ""},
             .rows = rows});
  made.values.update(next.values);
  if (!round.ended())
    for (block& each : next.blocks) made.show(std::move(each));
  return made;
}

}  // namespace moetric::v0::report
