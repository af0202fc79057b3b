#pragma once

#include <cmath>
#include <optional>
#include <string>
#include <utility>
#include <vector>

#include "moetric/fit/consistency.hpp"
#include "moetric/fit/fitted_curves.hpp"
#include "moetric/fit/hold_out.hpp"
#include "moetric/fit/law_fit.hpp"
#include "moetric/report/answer.hpp"
#include "moetric/report/coefficients.hpp"
#include "moetric/report/fit_warnings.hpp"
#include "moetric/report/trust.hpp"

/// Fits of laws as answers; a fit's answer is also the file that other commands accept as a law.
namespace moetric::v0::report {

namespace detail {

/// A template of a coefficient's number at a path; 0 for one that went there.
inline std::string coefficient_text(double number, std::string const& path, int digits) {
  return number > 0 && number < fit::gone_to_zero ? "0" : "{" + path + ":" + std::to_string(digits) + "}";
}
inline std::string interval_text(double low, double high, std::string const& path) {
  return coefficient_text(low, path + "/low", 5) + " .. " + coefficient_text(high, path + "/high", 5);
}

inline value fitted_law_values(fit::fitted_law const& law) {
  constexpr std::string_view unit = unit_of_coefficients;
  value coefficients = keyed(), covariance = value::list(), inputs = keyed();
  for (fit::fitted_coefficient const& each : law.of.coefficients)
    coefficients.set(each.name, object({{"value", each.value, unit},
                                        {"standard_error", each.standard_error, unit},
                                        {"low", each.low, unit},
                                        {"high", each.high, unit},
                                        {"held", each.held},
                                        {"at_bound", each.at_bound},
                                        {"identified", each.identified},
                                        {"independent_standard_error", each.independent_error, unit},
                                        {"interval_from", each.from_bootstrap ? "bootstrap" : "covariance"}}));
  for (std::size_t i = 0; i != law.of.covariance.rows; ++i) {
    value row = value::list();
    for (std::size_t j = 0; j != law.of.covariance.columns; ++j) row.append(law.of.covariance(i, j));
    covariance.append(row);
  }
  laws::description const& about = *law.about;
  for (std::size_t i = 0; i != law.ranges.size(); ++i) {
    std::string_view const name = about.inputs[i].name;
    inputs.set(name, range_value(law.ranges[i]), unit_of_input(name, &about));
  }
  std::string_view const residual = fit::name(law.of.residual);
  value made = object({{"fitted_form", law.form},
                       {"coefficients", coefficients},
                       {"covariance", covariance, unit},
                       {"inputs", inputs},
                       {"measure", residual},
                       {"rmse", law.of.rmse, residual},
                       {"largest_residual", law.of.largest, residual},
                       {"r_squared", law.of.r_squared},
                       {"runs", law.of.runs},
                       {"fitted_coefficients", law.of.fitted, "coefficients"},
                       {"confidence", law.of.confidence, units::one},
                       {"condition", law.of.condition, units::one},
                       {"seed_noise", law.of.seed_noise > 0 ? value(law.of.seed_noise) : value(), "ln loss"},
                       {"converged", law.of.found.converged},
                       {"clusters", law.of.clusters, "runs"},
                       {"degrees_of_freedom", law.of.freedom, units::one},
                       {"warnings", warnings_value(law.of.warnings)}});
  if (law.draws.empty()) return made;
  value draws = value::list();
  for (std::vector<double> const& each : law.draws) draws.append(each);
  return made.set("draws", draws, unit);
}

/// The coefficients with their intervals, by the covariance and by the bootstrap if there is one.
inline void show_coefficients(answer& made, fit::law_fit const& of,
                              std::vector<fit::fitted_coefficient> const& refits) {
  block table{.header = {"coefficient", "value", "standard error", "interval"}};
  if (!refits.empty()) table.header.insert(table.header.end(), {"bootstrap error", "bootstrap interval"});
  for (std::size_t k = 0; k != of.found.of.coefficients.size(); ++k) {
    fit::fitted_coefficient const& each = of.found.of.coefficients[k];
    std::string const path = "coefficients/#" + std::to_string(k), drawn = "bootstrap/coefficients/" + each.name;
    std::vector<std::string> row{each.name, coefficient_text(each.value, path + "/value", 6),
                                 std::isfinite(each.standard_error) && !each.held ? "{" + path + "/standard_error:3}"
                                                                                  : "",
                                 each.held          ? "held"
                                 : each.at_bound    ? "at its bound"
                                 : !each.identified ? "not identified"
                                                    : interval_text(each.low, each.high, path)};
    for (fit::fitted_coefficient const& refit : refits)
      if (refit.name == each.name)
        row.insert(row.end(), {"{" + drawn + "/standard_error:3}", interval_text(refit.low, refit.high, drawn)});
    table.rows.push_back(row);
  }
  made.show(table);
}

inline void add_bootstrap(answer& made, fit::law_fit const& of, std::vector<fit::fitted_coefficient> const& refits) {
  value coefficients = keyed();
  for (fit::fitted_coefficient const& each : refits)
    coefficients.set(each.name, object({{"standard_error", each.standard_error, unit_of_coefficients},
                                        {"low", each.low, unit_of_coefficients},
                                        {"high", each.high, unit_of_coefficients}}));
  made.values.set("bootstrap", object({{"samples", of.refits.samples.size()},
                                       {"failed", of.refits.failed, "samples"},
                                       {"seed", of.resampled->seed, units::one},
                                       {"resample", fit::name(of.resampled->how)},
                                       {"coefficients", coefficients}}));
  if (of.refits.not_drawn == 0) return;
  value stopped = made.values["bootstrap"];
  made.values.set("bootstrap", stopped.set("not_drawn", of.refits.not_drawn, "samples"));
  made.say("INTERRUPTED: {bootstrap/not_drawn} refits of the bootstrap were not drawn");
}

/// Ends of an interval as values; null for those that the fit does not give.
inline value quantity_value(fit::quantity_interval const& of) {
  auto const end = [](double x) { return std::isfinite(x) ? value(x) : value(); };
  return object({{"value", of.value}, {"low", end(of.low)}, {"high", end(of.high)}});
}
inline std::string quantity_text(fit::quantity_interval const& of, std::string const& path, int digits) {
  std::string const value = "{" + path + "/value:" + std::to_string(digits) + "}";
  if (!std::isfinite(of.low)) return value;
  return value + " ({" + path + "/low:3} .. {" + path + "/high:3})";
}

/// The exponents of the optimum over compute, and the optimum at budgets, with intervals.
inline void add_optima(answer& made, fit::law_fit const& of, std::vector<double> compute) {
  bool const asked = !compute.empty();
  if (asked) fit::require_two_inputs(of, compute[0]);
  if (!of.has_law()) return;
  laws::any_law const law = of.law();
  if (!asked && (law.n_inputs() != 2 || !law.counts_compute() || !of.found.of.identified())) return;
  std::vector<std::vector<double>> const draws =
      fit::has_draws(of) ? fit::draws_of(of) : std::vector<std::vector<double>>{};
  std::vector<fit::quantity_interval> const exponents = fit::allocation_exponents(of, draws);
  if (!exponents.empty()) {
    made.values.set("exponents",
                    object({{"parameters", quantity_value(exponents[0]), units::one},
                            {"tokens", quantity_value(exponents[1]), units::one}}),
                    units::one);
    made.say("optimal parameters grow as compute^" + quantity_text(exponents[0], "exponents/parameters", 4) +
             ", tokens as compute^" + quantity_text(exponents[1], "exponents/tokens", 4));
  }
  double const largest = fit::compute_of_runs(of).high;
  if (!asked) compute = {largest, 10 * largest, 100 * largest};
  std::string beyond;
  value budgets = value::list();
  block table{
      .title = fit::has_draws(of) ? "Optima, with intervals of {confidence:%3}"
                                  : "Optima without intervals: the runs do not identify every coefficient, so other "
                                    "optima fit them as well",
      .header = {"compute", std::string(of.form->about->inputs[0].name), "tokens", "tokens per parameter", "loss"}};
  for (double const each : compute) {
    value one = object({{"compute", each}});
    std::string const path = "budgets/#" + std::to_string(budgets.size()) + "/";
    std::vector<std::string> cells{"{" + path + "compute:4}"}, last;
    if (each > largest * (1 + 1e-9)) beyond += (beyond.empty() ? "" : ", ") + cells[0];
    for (fit::quantity_interval const& quantity : fit::optimum_of(of, each, draws)) {
      one.set(quantity.name, quantity_value(quantity),
              quantity.name == "tokens_per_parameter" ? "tokens per parameter"
                                                      : unit_of_input(quantity.name, of.form->about));
      bool const is_ratio = quantity.name == "tokens_per_parameter", is_loss = quantity.name == "loss";
      std::string text = "{" + path + quantity.name + "/value:" + (is_loss ? "5" : "4") + "}";
      if (asked || is_ratio) text = quantity_text(quantity, path + quantity.name, is_loss ? 5 : 4);
      (is_loss ? last : cells).push_back(text);
    }
    cells.insert(cells.end(), last.begin(), last.end());
    table.rows.push_back(cells);
    budgets.append(one);
  }
  made.values.set("budgets", budgets);
  if (asked) {
    value first = budgets.members()[0].content;
    made.values.set("optimum", first.set("interval_from", of.draws_hold ? "bootstrap" : "covariance"));
  }
  if (!beyond.empty()) made.say("EXTRAPOLATED, beyond the compute of the runs: " + beyond);
  made.show(table);
}

inline void add_residuals(answer& made, fit::law_fit const& of) {
  std::string_view const unit = fit::name(of.how.residual);
  value rows = value::list();
  for (std::size_t run = 0; run != of.data.size(); ++run) {
    value row = object({{"run", run + 1, units::one}});
    for (std::size_t i = 0; i != of.data.names.size(); ++i)
      row.set(of.data.names[i], of.data.columns[i][run], unit_of_input(of.data.names[i], of.form->about));
    rows.append(row.set("loss", of.data.loss[run]).set("residual", of.found.of.residuals[run], unit));
  }
  made.values.set("residuals", of.found.of.residuals, unit);
  made.values.set("residuals_by_run", rows);
  block table{.header = {"run"}, .shown = screen::all};
  std::vector<std::string> cells{"{$/run}"};
  for (std::string const& each : of.data.names) {
    table.header.push_back(each);
    cells.push_back("{$/" + each + ":5}");
  }
  table.header.insert(table.header.end(), {"loss", "residual"});
  cells.insert(cells.end(), {"{$/loss:6}", "{$/residual:3}"});
  table.rows = rows_of(rows, "residuals_by_run", cells);
  made.show(table);
}

}  // namespace detail

/// The values of a fitted law, which `io/fitted_law.hpp` reads.
/// Keys: fitted_form, coefficients{name: {value, standard_error, low, high, held, at_bound, identified,
/// independent_standard_error, interval_from}}, covariance[][], inputs{name: {low, high}}, measure, rmse,
/// largest_residual, r_squared, runs, fitted_coefficients, confidence, condition, seed_noise (null if no runs repeat),
/// converged, clusters, degrees_of_freedom, warnings[]{kind, sentence, rows[]}, and draws[][] of a fit with a
/// bootstrap.
inline value to_value(fit::fitted_law const& law) {
  return detail::fitted_law_values(law);
}

/// Runs that were held out, by the largest values of a column.
struct held_out_runs {
  std::string column;
  fit::basic_held_out<fit::any_fitted> errors;
};

/// What a fit's answer holds beside the fit.
struct fit_details {
  std::vector<double> compute{};  // FLOPs of optima; by default those of the largest run, ten and a hundred times it
  std::optional<held_out_runs> held_out{};
  bool residuals = false;  // of every run
};

/// A fitted law with its errors.
/// Keys: those of `to_value`, method, equation, starts, followed, agreeing, aic, bic, correlations[]{first, second,
/// value}; bootstrap{samples, failed, seed, resample, coefficients{name: {standard_error, low, high}}};
/// exponents{parameters, tokens {value, low, high}} of a sum of two power laws; budgets[]{compute, inputs, loss and
/// tokens_per_parameter {value, low, high}} at each budget; optimum{the first that is asked for, interval_from};
/// hold_out{column, from, runs, rmse, rmse_held, bias_held, relative_error, held_runs[]{run, loss, predicted,
/// relative_error}}; residuals[], residuals_by_run[].
/// \throws std::invalid_argument as `fit::optimum_of`, and for a bootstrap with fewer than 2 refits
inline answer fit_answer(fit::law_fit const& of, fit_details const& details = {}) {
  fit::report const& report = of.found.of;
  std::vector<fit::fitted_coefficient> refits;
  if (of.resampled)
    for (std::size_t k = 0; k != report.coefficients.size(); ++k)
      if (!report.coefficients[k].held) refits.push_back(of.refits.of(k, report.coefficients[k], of.how.confidence));
  answer made{.values = to_value(fit::to_fitted_law(of))};
  made.values.set("method", fit::method_of(*of.form, of.how));
  made.values.set("equation", of.form->about->equation);
  made.values.set("starts", report.found.starts, "starts");
  made.values.set("followed", report.found.followed, "starts");
  made.values.set("agreeing", report.found.agreeing, "starts");
  made.values.set("aic", report.aic, units::one).set("bic", report.bic, units::one);
  value correlations = value::list();
  for (fit::correlation const& each : report.correlations)
    correlations.append(object({{"first", report.coefficients[each.a].name},
                                {"second", report.coefficients[each.b].name},
                                {"value", each.value, units::one}}));
  made.values.set("correlations", correlations);

  say_warnings(made);
  made.say("{equation}\nfitted to {runs} runs by {method}, from {starts} starts ({agreeing} of the best {followed} "
           "reach this minimum)");
  if (of.resampled) detail::add_bootstrap(made, of, refits);
  detail::show_coefficients(made, of, refits);
  made.say(std::string("intervals of {confidence:%3}, ") +
           (!of.how.robust ? "as for independent residuals of one size"
            : report.clusters != 0 && report.clusters < report.runs && report.clusters >= fit::fewest_clusters
                ? "by the {clusters} runs behind the rows"
                : "for residuals of unequal size") +
           "; residuals of {measure}: root mean square {rmse:3}, largest "
           "{largest_residual:3}, R^2 {r_squared:5}" +
           std::string(report.seed_noise > 0 ? "; repeated runs differ by {seed_noise:3} in ln loss" : ""));
  if (of.resampled)
    made.say("{bootstrap/samples} refits to resampled {bootstrap/resample}, seed {bootstrap/seed}" +
             std::string(of.refits.failed != 0 ? "; {bootstrap/failed} of them stopped before they converged" : ""));
  if (details.compute.empty()) {
    try {  // budgets that nobody asked for may have no optimum
      answer with_optima = made;
      detail::add_optima(with_optima, of, {});
      made = std::move(with_optima);
    } catch (std::exception const&) {
    }
  } else {
    detail::add_optima(made, of, details.compute);
  }
  if (details.held_out) {
    auto const& held = details.held_out->errors;
    std::string_view const unit = fit::name(of.how.residual);
    made.values.set("hold_out", object({{"column", details.held_out->column},
                                        {"from", held.from, unit_of_input(details.held_out->column, of.form->about)},
                                        {"runs", held.held},
                                        {"rmse", held.rmse, unit},
                                        {"rmse_held", held.rmse_held, unit},
                                        {"bias_held", held.bias_held, unit},
                                        {"relative_error", held.relative_error, units::one}}));
    value runs = value::list();
    for (std::size_t i = 0; i != held.rows.size(); ++i)
      runs.append(object({{"run", held.rows[i], units::one},
                          {"loss", held.observed[i]},
                          {"predicted", held.predicted[i], units::nats_per_token},
                          {"relative_error", held.predicted[i] / held.observed[i] - 1, units::one}}));
    value with_runs = made.values["hold_out"];
    made.values.set("hold_out", with_runs.set("held_runs", runs));
    made.show({.title = "Runs that were held out",
               .header = {"run", "loss", "predicted", "error"},
               .rows = rows_of(runs, "hold_out/held_runs",
                               {"{$/run}", "{$/loss:5}", "{$/predicted:5}", "{$/relative_error:+%3}"}),
               .shown = screen::all});
    made.say("fitted without the {hold_out/runs} runs of {hold_out/column}" +
             std::string(held.from > 0 ? " from {hold_out/from}" : "") +
             ": root mean square "
             "{hold_out/rmse:3} on the others, {hold_out/rmse_held:3} on these, bias {hold_out/bias_held:+3}, "
             "predicted too " +
             std::string(held.bias_held < 0 ? "low" : "high") + " by {hold_out/relative_error:+%3} in the mean");
  }
  std::string condition = "AIC {aic:6}, BIC {bic:6}; condition of the design {condition:3}";
  for (std::size_t i = 0; i != report.correlations.size(); ++i) {
    std::string const path = "correlations/#" + std::to_string(i);
    condition += (i == 0 ? "; correlated: {" : ", {") + path + "/first} and {" + path + "/second} {" + path + "/value}";
  }
  made.say(condition, screen::all);
  if (details.residuals) detail::add_residuals(made, of);
  return made;
}

/// Whether two files of runs follow one law.
/// Keys: form, equation, files[], verdict, differences{name: {first, second, difference, low, high}}, f, p, aic_shared,
/// aic_separate, margin, confidence, warnings[].
/// \param files names of both files
inline answer consistency_answer(fit::any_form const& form, fit::basic_consistency<fit::any_fitted> const& of,
                                 std::pair<std::string, std::string> const& files, double margin, double confidence) {
  value differences = keyed();
  for (fit::difference_of const& each : of.differences)
    differences.set(each.name, object({{"first", each.first},
                                       {"second", each.second},
                                       {"difference", each.difference},
                                       {"low", each.low},
                                       {"high", each.high}}));
  answer made;
  made.values = object({{"form", form.id},
                        {"equation", form.about->equation},
                        {"files", std::vector<std::string>{files.first, files.second}},
                        {"verdict", name(of.says)},
                        {"differences", differences, unit_of_coefficients},
                        {"f", of.f, units::one},
                        {"p", of.p, units::one},
                        {"aic_shared", of.aic_shared, units::one},
                        {"aic_separate", of.aic_separate, units::one},
                        {"margin", margin, unit_of_coefficients},
                        {"confidence", confidence, units::one},
                        {"warnings", warnings_value(of.together.warnings)}});
  made.say(
      "verdict: {verdict} (F {f}, p {p:3}; AIC shared {aic_shared:6}, separate {aic_separate:6}; margin {margin})");
  say_warnings(made);
  made.say("{equation}");
  return made
      .show({.header = {"coefficient", files.first, files.second, "difference", "interval"},
             .rows = rows_of(differences, "differences",
                             {"{$@}", "{$/first:5}", "{$/second:5}", "{$/difference}", "{$/low} .. {$/high}"})})
      .say("intervals of {confidence:%3}");
}

}  // namespace moetric::v0::report
