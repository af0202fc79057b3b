#pragma once

#include <algorithm>
#include <cmath>
#include <string>
#include <string_view>
#include <vector>

#include "moetric/fit/curve.hpp"
#include "moetric/fit/envelope.hpp"
#include "moetric/fit/linear.hpp"
#include "moetric/fit/near_optimal.hpp"
#include "moetric/fit/power_laws.hpp"
#include "moetric/report/fit_answer.hpp"

/// Fits of optima over compute as answers: power laws, IsoFLOP profiles and near-optimal bands.
namespace moetric::v0::report {

namespace detail {

inline constexpr std::string_view unit_of_power_law = "y over x to the exponent";

inline value interval_value(fit::confidence_interval const& of) {
  return object({{"value", of.value}, {"standard_error", of.standard_error}, {"low", of.low}, {"high", of.high}});
}

inline value power_law_values(fit::power_law_fit const& of) {
  value const held =
      object({{"value", of.exponent.value}, {"standard_error", value()}, {"low", value()}, {"high", value()}});
  return object({{"coefficient", interval_value(of.coefficient), unit_of_power_law},
                 {"exponent", of.held ? held : interval_value(of.exponent), units::one},
                 {"r_squared", of.line.r_squared},
                 {"rmse_ln", of.line.rmse, units::one}});
}

/// A row for the power law at a path, which ends with a slash or is empty.
inline std::vector<std::string> power_law_row(std::string const& name, std::string const& path, bool held = false) {
  auto const part = [&path](char const* what) { return "{" + path + what; };
  return {name,
          part("coefficient/value:5}"),
          part("coefficient/low} .. ") + part("coefficient/high}"),
          part("exponent/value:5}"),
          held ? "held" : part("exponent/low} .. ") + part("exponent/high}"),
          part("r_squared:5}")};
}

inline block power_law_table(std::vector<text_row> rows) {
  return {.title = "y = coefficient x^exponent, with intervals of {confidence:%3}",
          .header = {"y of x", "coefficient", "interval", "exponent", "interval", "R^2 of ln y"},
          .rows = std::move(rows)};
}

}  // namespace detail

/// A power law through points.
/// Keys: x, y, coefficient{value, standard_error, low, high}, exponent{the same; null but for the value if it is held},
/// r_squared, rmse_ln, confidence, points[]{x, y} where they are given.
inline answer power_law_answer(fit::power_law_fit const& of, std::string const& x, std::string const& y,
                               double confidence, std::vector<double> const& at = {},
                               std::vector<double> const& values = {}) {
  answer made;
  made.values = object({{"x", x}, {"y", y}});
  made.values.update(detail::power_law_values(of));
  made.values.set("confidence", confidence, units::one);
  value points = value::list();
  for (std::size_t i = 0; i != at.size(); ++i)
    points.append(object({{"x", at[i], unit_of_input(x)}, {"y", values[i], unit_of_input(y)}}));
  made.values.set("points", std::move(points));
  return made.show(detail::power_law_table({detail::power_law_row("{y} of {x}", "")}));
}

/// A power law of several variables.
/// Keys: x[], y, coefficient{value, standard_error, low, high}, exponents{x: {the same}}, r_squared, rmse_ln,
/// confidence.
inline answer power_laws_answer(fit::power_laws_fit const& of, std::vector<std::string> const& x, std::string const& y,
                                double confidence) {
  value exponents = keyed();
  for (std::size_t i = 0; i != x.size(); ++i) exponents.set(x[i], detail::interval_value(of.exponents[i]), units::one);
  answer made{object({{"x", x},
                      {"y", y},
                      {"coefficient", detail::interval_value(of.coefficient), detail::unit_of_power_law},
                      {"exponents", exponents},
                      {"r_squared", of.line.r_squared},
                      {"rmse_ln", of.line.rmse, units::one},
                      {"confidence", confidence, units::one}})};
  std::string law = "{y} = {coefficient/value:4}";
  for (std::size_t i = 0; i != x.size(); ++i)
    law += " {x/#" + std::to_string(i) + "}^{exponents/#" + std::to_string(i) + "/value:4}";
  made.say(law);
  block table{.title = "With intervals of {confidence:%3}", .header = {"", "value", "standard error", "interval"}};
  table.rows = rows_of(exponents, "exponents",
                       {"exponent of {$@}", "{$/value:5}", "{$/standard_error:3}", "{$/low} .. {$/high}"});
  table.rows.insert(table.rows.begin(), {"coefficient", "{coefficient/value:5}", "{coefficient/standard_error:3}",
                                         "{coefficient/low} .. {coefficient/high}"});
  return made.show(table).say("R^2 of ln y {r_squared:5}, root mean square {rmse_ln:3}");
}

/// The runs of an IsoFLOP design.
struct profiled_runs {
  std::vector<double> const& compute;
  std::vector<double> const& size;
  std::vector<double> const& loss;
};

namespace detail {

/// Adds to each profile the runs nearest in compute as points[]{size, loss}, and its curve, the least squares
/// polynomial in ln size, as curve_points[].
inline void add_profile_points(value& to, fit::isoflop_profile const& of,
                               std::vector<fit::isoflop_profile> const& among, profiled_runs const& runs,
                               std::string const& size, std::string_view unit) {
  auto const distance = [](double a, double b) { return std::fabs(std::log(a / b)); };
  std::vector<double> x, loss;
  value points = value::list(), curve = value::list();
  for (std::size_t i = 0; i != runs.compute.size(); ++i) {
    fit::isoflop_profile const* nearest = &among[0];
    for (fit::isoflop_profile const& each : among)
      if (distance(each.compute, runs.compute[i]) < distance(nearest->compute, runs.compute[i])) nearest = &each;
    if (nearest != &of) continue;
    x.push_back(std::log(runs.size[i] / of.parameters.value));
    loss.push_back(runs.loss[i]);
    points.append(object({{size, runs.size[i], unit}, {"loss", runs.loss[i]}}));
  }
  std::size_t const terms = of.cubic ? 4 : 3;
  if (x.size() > terms) {
    fit::matrix columns(x.size(), terms);
    for (std::size_t i = 0; i != x.size(); ++i)
      for (std::size_t j = 0; j != terms; ++j) columns(i, j) = std::pow(x[i], static_cast<double>(j));
    std::vector<double> const k = fit::fit_linear(columns, loss).coefficients;
    auto const [first, last] = std::minmax_element(x.begin(), x.end());
    constexpr int steps = 24;
    for (int i = 0; i <= steps; ++i) {
      double const at = *first + (*last - *first) * i / steps;
      double sum = 0;
      for (std::size_t j = terms; j-- != 0;) sum = sum * at + k[j];
      curve.append(object({{size, of.parameters.value * std::exp(at), unit}, {"loss", sum}}));
    }
  }
  to.set("points", std::move(points)).set("curve_points", std::move(curve));
}

}  // namespace detail

/// Optimal sizes and tokens over compute (Chinchilla's approaches 1 and 2).
/// Keys: the size (parameters or training_flops_per_token) and tokens as of `power_law_answer`,
/// profiles[]{compute, runs, the size {value, standard_error, low, high}, tokens, loss, off_centre, decades, curve,
/// used; with `runs` of an IsoFLOP fit points[] and curve_points[]{the size, loss}}, confidence, warnings[]; with
/// budgets, predictions[]{compute, the size and tokens {value, low, high}} of one further optimum at each. \param size
/// key of the size that the runs give
inline answer allocation_answer(fit::allocation_fit const& of, std::string const& size, double confidence,
                                std::vector<double> const& budgets = {}, profiled_runs const* runs = nullptr) {
  std::string_view const unit = size == "parameters" ? units::parameters : units::flops_per_token;
  value profiles = value::list();
  for (fit::isoflop_profile const& each : of.profiles) {
    value one = object({{"compute", each.compute},
                        {"runs", each.runs},
                        {size, detail::interval_value(each.parameters), unit},
                        {"tokens", each.tokens},
                        {"loss", each.loss},
                        {"off_centre", each.off_centre, "half-widths of the grid"},
                        {"decades", each.decades, "decades"},
                        {"curve", each.cubic ? "cubic" : "parabola"},
                        {"used", each.used}});
    if (runs != nullptr) detail::add_profile_points(one, each, of.profiles, *runs, size, unit);
    profiles.append(std::move(one));
  }
  answer made;
  made.values = object({{size, detail::power_law_values(of.parameters), units::one},
                        {"tokens", detail::power_law_values(of.tokens), units::one},
                        {"profiles", profiles},
                        {"confidence", confidence, units::one},
                        {"warnings", warnings_value(of.warnings)}});
  say_warnings(made);
  made.show(detail::power_law_table({detail::power_law_row(size + " of compute", size + "/", of.parameters.held),
                                     detail::power_law_row("tokens of compute", "tokens/", of.tokens.held)}));
  if (!budgets.empty()) {
    value predictions = value::list();
    for (double const each : budgets) {
      moetric::detail::require_positive("compute", each);
      auto const predicted = [&](fit::power_law_fit const& law) {
        fit::confidence_interval const at = law.at(each, true);
        return object({{"value", at.value}, {"low", at.low}, {"high", at.high}});
      };
      predictions.append(
          object({{"compute", each}, {size, predicted(of.parameters), unit}, {"tokens", predicted(of.tokens)}}));
    }
    made.values.set("predictions", predictions);
    made.show(
        {.title = "Predicted optima, with intervals for one further budget",
         .header = {"compute", size, "interval", "tokens", "interval"},
         .rows = rows_of(predictions, "predictions",
                         {"{$/compute}", "{$/" + size + "/value}", "{$/" + size + "/low} .. {$/" + size + "/high}",
                          "{$/tokens/value}", "{$/tokens/low} .. {$/tokens/high}"})});
  }
  constexpr std::size_t most_at_once = 8, most = 40;
  if (profiles.size() > most) return made;  // an envelope's
  std::string const at = "{$/" + size;
  return made.show({.title = "Optimum of each budget; size: " + size,
                    .header = {"compute", "runs", "size", "interval", "tokens", "loss", "off centre", "decades"},
                    .rows = rows_of(profiles, "profiles",
                                    {"{$/compute}", "{$/runs}", at + "/value}", at + "/low} .. " + at + "/high}",
                                     "{$/tokens}", "{$/loss:5}", "{$/off_centre:2}", "{$/decades:2}"}),
                    .shown = profiles.size() > most_at_once ? screen::all : screen::first});
}

/// The optimum and the near-optimal band at each scale, and power laws through them.
/// Keys: curve, x, tolerance, scales[]{compute, low, best, high {value, standard_error, low, high}, loss},
/// laws{low, best, high as of `power_law_answer`} for 3 scales or more, confidence, warnings[].
/// \param x name of the variable
inline answer band_answer(fit::scale_curves const& of, fit::curve_form const& form, std::string const& x,
                          double tolerance, double confidence) {
  value scales = value::list();
  std::string_view const unit = unit_of_input(x);
  for (std::size_t i = 0; i != of.curves.size(); ++i)
    scales.append(object({{"compute", of.compute[i]},
                          {"low", detail::interval_value(of.curves[i].low), unit},
                          {"best", detail::interval_value(of.curves[i].best), unit},
                          {"high", detail::interval_value(of.curves[i].high), unit},
                          {"loss", of.curves[i].loss}}));
  answer made;
  made.values = object({{"curve", form.name},
                        {"x", x},
                        {"tolerance", tolerance, units::one},
                        {"scales", scales},
                        {"warnings", warnings_value(of.warnings)},
                        {"confidence", confidence, units::one}});
  say_warnings(made);
  made.say("loss = {curve}, band up to {tolerance} above the least, with intervals of {confidence:%3}");
  constexpr std::size_t most_at_once = 8;
  made.show({.header = {"compute", "low", "best " + x, "high", "interval of the best", "loss"},
             .rows = rows_of(scales, "scales",
                             {"{$/compute}", "{$/low/value}", "{$/best/value}", "{$/high/value}",
                              "{$/best/low} .. {$/best/high}", "{$/loss:5}"}),
             .shown = scales.size() > most_at_once ? screen::all : screen::first});
  if (of.curves.size() < 3) return made;
  fit::band_laws const laws = fit::fit_band(of.compute, of.curves, confidence);
  made.values.set("laws", object({{"low", detail::power_law_values(laws.low)},
                                  {"best", detail::power_law_values(laws.best)},
                                  {"high", detail::power_law_values(laws.high)}}));
  return made.show(detail::power_law_table({detail::power_law_row("low of compute", "laws/low/"),
                                            detail::power_law_row("best of compute", "laws/best/"),
                                            detail::power_law_row("high of compute", "laws/high/")}));
}

/// Two parallel lines around the near-optimal runs of every scale.
/// Keys: x, tolerance, exponent, exponent_low, exponent_high, low, centre, high (coefficients), factor, points.
inline answer parallel_lines_answer(fit::parallel_lines const& of, std::string const& x, double tolerance) {
  answer made;
  made.values = object({{"x", x},
                        {"tolerance", tolerance, units::one},
                        {"exponent", of.centre.exponent, units::one},
                        {"exponent_low", of.exponent_low, units::one},
                        {"exponent_high", of.exponent_high, units::one},
                        {"low", of.low.coefficient, detail::unit_of_power_law},
                        {"centre", of.centre.coefficient, detail::unit_of_power_law},
                        {"high", of.high.coefficient, detail::unit_of_power_law},
                        {"factor", std::exp(of.width / 2)},
                        {"points", of.points, "runs"}});
  made.say("{x} = {centre:5} compute^{exponent}");
  made.say("all {points} runs whose loss is at most {tolerance} above the least of their scale lie within a factor of "
           "{factor} of it");
  return made.say("the exponent lies between {exponent_low} and {exponent_high} over fits that leave one scale out");
}

}  // namespace moetric::v0::report
