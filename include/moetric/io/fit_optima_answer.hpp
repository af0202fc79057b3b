#pragma once

#include <algorithm>
#include <cmath>
#include <string>
#include <string_view>
#include <vector>

#include "moetric/fit/power_laws.hpp"
#include "moetric/io/design_csv.hpp"
#include "moetric/io/fit_request.hpp"
#include "moetric/io/hyper_file.hpp"
#include "moetric/io/isoflop_runs.hpp"
#include "moetric/io/optima_file.hpp"
#include "moetric/io/pilot_csv.hpp"
#include "moetric/report/optima_answer.hpp"
#include "moetric/report/rank_answer.hpp"

/// Fits that need no law of the loss.
namespace moetric::v0::io {
namespace detail {

inline std::string required(std::string const& option, std::string const& given, std::string const& example) {
  if (given.empty()) refuse(option + " must be given as a column, such as --" + option + " " + example);
  return given;
}

inline run_table read_only_file(fit_request const& from, std::vector<std::string_view> const& read) {
  require_files(from, 1, from.law);
  return read_runs(from.files[0], from.runs.reading, read);
}

inline fit_outcome with_optima(fit_request const& from, report::answer made, std::string const& quantity,
                               std::vector<double> const& compute, std::vector<double> const& values) {
  return fit_outcome{std::move(made)}.saved(
      from, "saved in {saved_as}: moetric plan --source {saved_as} --compute ...",
      [&from, quantity, compute, values] { save_optima(from.save, quantity, compute, values, from.inputs()); });
}

}  // namespace detail

/// Fits y over one or several columns x. Keys: those of `report::power_law_answer` or `report::power_laws_answer`.
/// \throws std::invalid_argument naming what is missing or wrong
inline fit_outcome fit_power_law(fit_request const& from) {
  using namespace detail;
  std::string const given = required("x", from.runs.x, "compute"), y = required("y", from.runs.y, "learning_rate");
  std::vector<std::string> const x = split(given, ',');
  std::vector<std::string_view> read(x.begin(), x.end());
  read.push_back(y);
  if (!from.save.empty()) given == "compute" ? require_optima_savable(from.save, y) : require_law_savable(y, x);
  run_table of = read_only_file(from, read);
  double const confidence = from.setup.confidence;
  std::vector<std::vector<double>> columns;
  for (std::string const& each : x) columns.push_back(of.varied(each));
  auto const saved = [&](report::answer made) -> fit_outcome {
    add_notes(made, of);
    if (given == "compute") return with_optima(from, made, y, of.counted(x[0]), of.counted(y));
    return fit_outcome{made}.saved(from, "saved in {saved_as}: moetric hyper MODEL --tokens ... --law {saved_as}",
                                   [&from, x, y, columns, values = of.varied(y)] {
                                     save_power_law(from.save, y,
                                                    fit::fit_power_laws(columns, values, from.setup.confidence), x,
                                                    columns, from.inputs());
                                   });
  };
  if (x.size() == 1)
    return saved(report::power_law_answer(fit::fit_power_law(columns[0], of.varied(y), confidence), x[0], y, confidence,
                                          columns[0], of.varied(y)));
  return saved(report::power_laws_answer(fit::fit_power_laws(columns, of.varied(y), confidence), x, y, confidence));
}

/// Fits the optima of runs of several sizes at each budget. Keys: those of `report::allocation_answer`.
/// \throws std::invalid_argument naming what is missing or wrong
inline fit_outcome fit_allocation(fit_request const& from) {
  using namespace detail;
  require_files(from, 1, from.law);
  isoflop_runs const of = read_isoflop_runs(from.files[0], from.runs.reading);
  // A plan takes tokens of any study; its FLOPs per token follow from its own budget.
  std::string const quantity = of.by_flops ? of.size_name() : "tokens";
  if (!from.save.empty()) require_optima_savable(from.save, quantity);
  fit::isoflop_options how{
      .flops_per_parameter = of.flops_per_size(), .confidence = from.setup.confidence, .use_outside = from.use_outside};
  if (from.merge_within) how.merge_within = *from.merge_within;
  for (fit::held_coefficient const& each : from.setup.held) {
    if (each.name != "exponent") refuse_name("what isoflop holds", each.name, {"exponent"});
    how.exponent = each.value;
  }
  bool const envelope = from.law == "envelope" || from.law == "chinchilla-1";
  fit::allocation_fit found =
      envelope ? fit::fit_envelope(of.sizes, of.compute, of.loss, 1500, how.flops_per_parameter, how.confidence)
               : fit::fit_isoflop(of.sizes, of.compute, of.loss, of.tokens, how);
  for (fit::warning& each : found.warnings)
    for (std::size_t& row : each.rows) row = of.table.row[row - 1];  // places in the file
  std::vector<double> budgets, optima;
  for (fit::isoflop_profile const& each : found.profiles)
    if (each.used) budgets.push_back(each.compute), optima.push_back(of.by_flops ? each.parameters.value : each.tokens);
  report::profiled_runs const runs{of.compute, of.sizes, of.loss};
  report::answer made =
      report::allocation_answer(found, of.size_name(), how.confidence, from.compute, envelope ? nullptr : &runs);
  add_notes(made, of.table);
  return with_optima(from, made, quantity, budgets, optima);
}

/// Fits the best x and its band at each scale. Keys: those of `report::band_answer`.
/// \throws std::invalid_argument naming what is missing or wrong
inline fit_outcome fit_band(fit_request const& from) {
  using namespace detail;
  bool const in_log = from.curve == "log-quadratic";
  fit::curve_form const form = fit::curve_named(in_log ? "quadratic" : from.curve);
  double const tolerance = from.tolerance.value_or(1e-3);
  std::string const x = required("x", from.runs.x, "d_model");
  if (!from.save.empty()) require_optima_savable(from.save, x);
  run_table of = read_only_file(from, {"compute", x, "loss"});
  if (x == "d_model") keep_phase(of, plan::design_phase::width);
  double const confidence = from.setup.confidence;
  fit::scale_curves const found =
      fit::fit_scales(form, of.counted("compute"), of.counted(x), of.varied("loss"), tolerance, confidence, in_log);
  std::vector<double> optima;
  for (fit::fitted_curve const& each : found.curves) optima.push_back(each.best.value);
  report::answer made = report::band_answer(found, form, x, tolerance, confidence);
  if (in_log) made.values.set("curve", "a (ln x)^2 + b ln x + c");
  add_notes(made, of);
  return with_optima(from, made, x, found.compute, optima);
}

/// Fits whether the best x moves with the scale. Keys: those of `report::parallel_lines_answer`.
/// \throws std::invalid_argument naming what is missing or wrong
inline fit_outcome fit_parallel_lines(fit_request const& from) {
  using namespace detail;
  double const tolerance = from.tolerance.value_or(2e-3);
  std::string const x = required("x", from.runs.x, "learning_rate");
  run_table of = read_only_file(from, {"compute", x, "loss"});
  report::answer made = report::parallel_lines_answer(
      fit::fit_parallel_lines(of.counted("compute"), of.counted(x), of.varied("loss"), tolerance), x, tolerance);
  add_notes(made, of);
  return {made};
}

/// Fits whether a proxy ranks as the best does. Keys: those of `report::rank_answer`.
/// \throws std::invalid_argument naming what is missing or wrong
inline fit_outcome fit_rank(fit_request const& from) {
  using namespace detail;
  run_table of = read_only_file(from, {"proxy_loss", "loss", "proxy"});
  if (!of.has("proxy_loss") && of.has("proxy")) {  // what `design --phase pilot` wrote
    pilot_losses const pilot = losses_of_pilot(of.table);
    report::answer made = report::rank_answer(fit::test_rank_preservation(pilot.proxy, pilot.least), pilot.triads);
    add_notes(made, of);
    return {made};
  }
  report::answer made = report::rank_answer(fit::test_rank_preservation(of.varied("proxy_loss"), of.varied("loss")));
  add_notes(made, of);
  return {made};
}

}  // namespace moetric::v0::io
