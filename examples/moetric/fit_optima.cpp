#include <algorithm>
#include <cmath>

#include "fit_command.hpp"
#include "moetric/fit/power_laws.hpp"
#include "moetric/io/design_csv.hpp"
#include "moetric/io/hyper_file.hpp"
#include "moetric/io/isoflop_runs.hpp"
#include "moetric/io/optima_file.hpp"
#include "moetric/io/pilot_csv.hpp"
#include "moetric/report/optima_answer.hpp"
#include "moetric/report/rank_answer.hpp"

// Fits that need no law of the loss.

namespace tool::fit_command {
namespace {

std::string required(std::string const& option, std::string const& given, std::string const& example) {
  if (given.empty()) io::refuse(option + " must be given as a column, such as --" + option + " " + example);
  return given;
}

report::answer with_optima(options const& chosen, report::answer made, std::string const& quantity,
                           std::vector<double> const& compute, std::vector<double> const& values) {
  return with_saved(chosen, made, "saved in {saved_as}: moetric plan --source {saved_as} --compute ...",
                    [&] { io::save_optima(chosen.save, quantity, compute, values, chosen.inputs()); });
}

}  // namespace

report::answer power_law(options const& chosen) {
  std::string const given = required("x", chosen.runs.x, "compute"), y = required("y", chosen.runs.y, "learning_rate");
  std::vector<std::string> const x = io::split(given, ',');
  std::vector<std::string_view> read(x.begin(), x.end());
  read.push_back(y);
  io::run_table of = read_runs(chosen, read);
  double const confidence = chosen.setup.confidence;
  std::vector<std::vector<double>> columns;
  for (std::string const& each : x) columns.push_back(of.varied(each));
  auto const saved = [&](report::answer made) {
    io::add_notes(made, of);
    if (given == "compute") return with_optima(chosen, made, y, of.counted(x[0]), of.counted(y));
    return with_saved(chosen, made, "saved in {saved_as}: moetric hyper MODEL --tokens ... --law {saved_as}", [&] {
      io::save_power_law(chosen.save, y, fit::fit_power_laws(columns, of.varied(y), confidence), x, columns,
                         chosen.inputs());
    });
  };
  if (x.size() == 1)
    return saved(report::power_law_answer(fit::fit_power_law(columns[0], of.varied(y), confidence), x[0], y, confidence,
                                          columns[0], of.varied(y)));
  return saved(report::power_laws_answer(fit::fit_power_laws(columns, of.varied(y), confidence), x, y, confidence));
}

report::answer allocation(options const& chosen) {
  require_files(chosen, 1, chosen.law);
  io::isoflop_runs const of = io::read_isoflop_runs(chosen.files[0], chosen.runs.reading);
  fit::isoflop_options how{.flops_per_parameter = of.flops_per_size(),
                           .confidence = chosen.setup.confidence,
                           .use_outside = chosen.use_outside};
  if (chosen.merge_within) how.merge_within = *chosen.merge_within;
  for (fit::held_coefficient const& each : chosen.setup.held) {
    if (each.name != "exponent") refuse_name("what isoflop holds", each.name, {"exponent"});
    how.exponent = each.value;
  }
  bool const envelope = chosen.law == "envelope" || chosen.law == "chinchilla-1";
  fit::allocation_fit found =
      envelope ? fit::fit_envelope(of.sizes, of.compute, of.loss, 1500, how.flops_per_parameter, how.confidence)
               : fit::fit_isoflop(of.sizes, of.compute, of.loss, of.tokens, how);
  for (fit::warning& each : found.warnings)
    for (std::size_t& row : each.rows) row = of.table.row[row - 1];  // places in the file
  std::vector<double> budgets, optima;
  for (fit::isoflop_profile const& each : found.profiles)
    if (each.used) budgets.push_back(each.compute), optima.push_back(of.by_flops ? each.parameters.value : each.tokens);
  report::isoflop_runs const runs{of.compute, of.sizes, of.loss};
  report::answer made =
      report::allocation_answer(found, of.size_name(), how.confidence, chosen.compute, envelope ? nullptr : &runs);
  io::add_notes(made, of.table);
  // A plan takes tokens of any study; its FLOPs per token follow from its own budget.
  return with_optima(chosen, made, of.by_flops ? of.size_name() : "tokens", budgets, optima);
}

report::answer band(options const& chosen) {
  bool const in_log = chosen.curve == "log-quadratic";
  fit::curve_form const form = fit::curve_named(in_log ? "quadratic" : chosen.curve);
  double const tolerance = chosen.tolerance.value_or(1e-3);
  std::string const x = required("x", chosen.runs.x, "d_model");
  io::run_table of = read_runs(chosen, {"compute", x, "loss"});
  if (x == "d_model") io::keep_phase(of, plan::design_phase::width);
  double const confidence = chosen.setup.confidence;
  fit::scale_curves const found =
      fit::fit_scales(form, of.counted("compute"), of.counted(x), of.varied("loss"), tolerance, confidence, in_log);
  std::vector<double> optima;
  for (fit::fitted_curve const& each : found.curves) optima.push_back(each.best.value);
  report::answer made = report::band_answer(found, form, x, tolerance, confidence);
  if (in_log) made.values.set("curve", "a (ln x)^2 + b ln x + c");
  io::add_notes(made, of);
  return with_optima(chosen, made, x, found.compute, optima);
}

report::answer parallel_lines(options const& chosen) {
  double const tolerance = chosen.tolerance.value_or(2e-3);
  std::string const x = required("x", chosen.runs.x, "learning_rate");
  io::run_table of = read_runs(chosen, {"compute", x, "loss"});
  report::answer made = report::parallel_lines_answer(
      fit::fit_parallel_lines(of.counted("compute"), of.counted(x), of.varied("loss"), tolerance), x, tolerance);
  io::add_notes(made, of);
  return made;
}

report::answer rank(options const& chosen) {
  io::run_table of = read_runs(chosen, {"proxy_loss", "loss", "proxy"});
  if (!of.has("proxy_loss") && of.has("proxy")) {  // what `design --phase pilot` wrote
    io::pilot_losses const pilot = io::losses_of_pilot(of.table);
    report::answer made = report::rank_answer(fit::test_rank_preservation(pilot.proxy, pilot.least), pilot.triads);
    io::add_notes(made, of);
    return made;
  }
  report::answer made = report::rank_answer(fit::test_rank_preservation(of.varied("proxy_loss"), of.varied("loss")));
  io::add_notes(made, of);
  return made;
}

}  // namespace tool::fit_command
