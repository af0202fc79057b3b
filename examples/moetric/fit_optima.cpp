#include <algorithm>
#include <cmath>

#include "fit_command.hpp"
#include "moetric/fit/power_laws.hpp"
#include "moetric/io/design_csv.hpp"
#include "moetric/io/hyper_file.hpp"
#include "moetric/io/optima_file.hpp"
#include "moetric/io/pilot_csv.hpp"
#include "moetric/report/optima_answer.hpp"
#include "moetric/report/rank_answer.hpp"

// Fits that need no law of the loss.

namespace tool::fit_command {
namespace {

std::string required(std::string const& option, std::string const& given, std::string const& example) {
  if (given.empty())
    throw std::invalid_argument("moetric: " + option + " must be given as a column, such as --" + option + " " +
                                example);
  return given;
}

report::answer with_optima(options const& chosen, report::answer made, std::string const& quantity,
                           std::vector<double> const& compute, std::vector<double> const& values) {
  return with_saved(chosen, made, "saved in {saved_as}: moetric plan --source {saved_as} --compute ...",
                    [&] { io::save_optima(chosen.save, quantity, compute, values, inputs_of(chosen)); });
}

void keep_phase(io::run_table& table, plan::design_phase phase) {
  if (!table.table.has("phase")) return;
  std::size_t const place = table.table.column("phase");
  table.keep([&](io::csv_record const& each) { return each.fields[place] == name(phase); });
}

}  // namespace

report::answer power_law(options const& chosen) {
  std::string const given = required("x", chosen.x, "compute"), y = required("y", chosen.y, "learning_rate");
  std::vector<std::string> const x = split(given, ',');
  std::vector<std::string_view> read(x.begin(), x.end());
  read.push_back(y);
  io::run_table of = read_runs(chosen, read);
  double const confidence = confidence_of(chosen);
  std::vector<std::vector<double>> columns;
  for (std::string const& each : x) columns.push_back(of.varied(each));
  auto const saved = [&](report::answer made) {
    add_notes(made, of);
    if (given == "compute") return with_optima(chosen, made, y, of.counted(x[0]), of.counted(y));
    return with_saved(chosen, made, "saved in {saved_as}: moetric hyper MODEL --tokens ... --law {saved_as}", [&] {
      io::save_power_law(chosen.save, y, fit::fit_power_laws(columns, of.varied(y), confidence), x, columns,
                         inputs_of(chosen));
    });
  };
  if (x.size() == 1)
    return saved(report::power_law_answer(fit::fit_power_law(columns[0], of.varied(y), confidence), x[0], y, confidence,
                                          columns[0], of.varied(y)));
  return saved(report::power_laws_answer(fit::fit_power_laws(columns, of.varied(y), confidence), x, y, confidence));
}

report::answer allocation(options const& chosen) {
  std::vector<std::string_view> const counts{"total_parameters", "active_parameters", "total_non_embedding_parameters",
                                             "active_non_embedding_parameters"};
  std::vector<std::string_view> read{"training_flops_per_token", "tokens", "compute", "loss"};
  read.insert(read.begin(), counts.begin(), counts.end());
  io::run_table of = read_runs(chosen, read);
  bool const envelope = chosen.law == "envelope" || chosen.law == "chinchilla-1";
  keep_phase(of, plan::design_phase::isoflop);
  // If sizes are given by M, as in designs, tokens are compute / M.
  bool const by_flops = !of.has(counts[0]) && of.has("training_flops_per_token");
  std::string const size = by_flops ? "training_flops_per_token" : "parameters";
  auto const counted = std::find_if(counts.begin(), counts.end(), [&](std::string_view each) { return of.has(each); });
  std::string const key(by_flops ? size : counted == counts.end() ? counts[0] : *counted);
  if (!by_flops && key != counts[0]) of.note("sizes are " + key);
  std::vector<double> const n = of.counted(key);
  std::vector<double> tokens, compute;
  if (of.has("tokens")) tokens = of.counted("tokens");
  if (of.has("compute") || tokens.empty()) {
    compute = of.counted("compute");
  } else {
    for (std::size_t i = 0; i != n.size(); ++i) compute.push_back((by_flops ? 1 : 6) * n[i] * tokens[i]);
    of.note(by_flops ? "compute is training_flops_per_token x tokens" : "compute is 6 " + key + " tokens");
  }
  std::vector<double> const loss = of.varied("loss");
  fit::isoflop_options how{.flops_per_parameter = by_flops ? 1.0 : 6.0,
                           .confidence = confidence_of(chosen),
                           .use_outside = chosen.use_outside};
  if (!chosen.merge_within.empty()) how.merge_within = finite("merge-within", chosen.merge_within);
  for (named_number const& each : numbers_of("hold", chosen.held)) {
    if (each.name != "exponent") refuse_name("what isoflop holds", each.name, {"exponent"});
    how.exponent = each.value;
  }
  fit::allocation_fit found = envelope
                                  ? fit::fit_envelope(n, compute, loss, 1500, how.flops_per_parameter, how.confidence)
                                  : fit::fit_isoflop(n, compute, loss, tokens, how);
  for (fit::warning& each : found.warnings)
    for (std::size_t& row : each.rows) row = of.row[row - 1];  // places in the file
  std::vector<double> budgets, optima, asked;
  for (fit::isoflop_profile const& each : found.profiles)
    if (each.used) budgets.push_back(each.compute), optima.push_back(by_flops ? each.parameters.value : each.tokens);
  if (!chosen.compute.empty())
    for (std::string const& each : split(chosen.compute, ',')) asked.push_back(number("compute", each));
  report::isoflop_runs const runs{compute, n, loss};
  report::answer made = report::allocation_answer(found, size, how.confidence, asked, envelope ? nullptr : &runs);
  add_notes(made, of);
  // A plan takes tokens of any study; its FLOPs per token follow from its own budget.
  return with_optima(chosen, made, by_flops ? size : "tokens", budgets, optima);
}

report::answer band(options const& chosen) {
  bool const in_log = chosen.curve == "log-quadratic";
  fit::curve_form const form = fit::curve_named(in_log ? "quadratic" : chosen.curve);
  double const tolerance = chosen.tolerance.empty() ? 1e-3 : number("tolerance", chosen.tolerance);
  std::string const x = required("x", chosen.x, "d_model");
  io::run_table of = read_runs(chosen, {"compute", x, "loss"});
  if (x == "d_model") keep_phase(of, plan::design_phase::width);
  double const confidence = confidence_of(chosen);
  fit::scale_curves const found =
      fit::fit_scales(form, of.counted("compute"), of.counted(x), of.varied("loss"), tolerance, confidence, in_log);
  std::vector<double> optima;
  for (fit::fitted_curve const& each : found.curves) optima.push_back(each.best.value);
  report::answer made = report::band_answer(found, form, x, tolerance, confidence);
  if (in_log) made.values.set("curve", "a (ln x)^2 + b ln x + c");
  add_notes(made, of);
  return with_optima(chosen, made, x, found.compute, optima);
}

report::answer parallel_lines(options const& chosen) {
  double const tolerance = chosen.tolerance.empty() ? 2e-3 : number("tolerance", chosen.tolerance);
  std::string const x = required("x", chosen.x, "learning_rate");
  io::run_table of = read_runs(chosen, {"compute", x, "loss"});
  report::answer made = report::parallel_lines_answer(
      fit::fit_parallel_lines(of.counted("compute"), of.counted(x), of.varied("loss"), tolerance), x, tolerance);
  add_notes(made, of);
  return made;
}

report::answer rank(options const& chosen) {
  io::run_table of = read_runs(chosen, {"proxy_loss", "loss", "proxy"});
  if (!of.has("proxy_loss") && of.has("proxy")) {  // what `design --phase pilot` wrote
    io::pilot_losses const pilot = io::losses_of_pilot(of.table);
    report::answer made = report::rank_answer(fit::test_rank_preservation(pilot.proxy, pilot.least), pilot.triads);
    add_notes(made, of);
    return made;
  }
  report::answer made = report::rank_answer(fit::test_rank_preservation(of.varied("proxy_loss"), of.varied("loss")));
  add_notes(made, of);
  return made;
}

}  // namespace tool::fit_command
