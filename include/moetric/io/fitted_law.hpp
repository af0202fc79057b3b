#pragma once

#include <cmath>
#include <filesystem>
#include <limits>
#include <string>

#include "moetric/core/compiled.hpp"
#include "moetric/fit/fitted_law.hpp"
#include "moetric/io/json_parser.hpp"
#include "moetric/io/json_value.hpp"
#include "moetric/io/saved_file.hpp"
#include "moetric/io/value_file.hpp"

/// Fitted laws read from JSON objects, as `report::to_value` writes them: a file that can be used wherever the id of a
/// published law can.
///
///   {"fitted_form": "chinchilla", "coefficients": {"E": {"value": ..., "standard_error": ..., "low": ..., "high": ...,
///    "held": false, "at_bound": false, "identified": true, "independent_standard_error": ..., "interval_from":
///    "covariance"}, ...}, "covariance": [[...], ...],
///    "inputs": {"total_parameters": {"low": ..., "high": ...}, ...}, "measure": "ln loss", "rmse": ..., "runs": 240,
///    "fitted_coefficients": 5, "confidence": 0.95, "condition": ..., "clusters": 0, "degrees_of_freedom": 235,
///    "warnings": [{"kind": ..., "sentence": ..., "rows": [...]}]}
namespace moetric::v0::io {

namespace detail {

/// True for a coefficient that must be positive.
inline bool is_positive(fit::unknown const& coefficient) {
  return coefficient.as == fit::role::scale || coefficient.as == fit::role::positive;
}

/// One coefficient of a form.
inline fit::fitted_coefficient read_estimate(json_value const& from, fit::unknown const& coefficient) {
  from.allow_keys({"value", "standard_error", "low", "high", "held", "at_bound", "identified",
                   "independent_standard_error", "interval_from"});
  bool const may_be_0 = coefficient.as == fit::role::scale && from.at("held").flag();  // a term that is left out
  double const value = from.at("value").real();
  fit::fitted_coefficient read{coefficient.name,
                               is_positive(coefficient) && !(may_be_0 && value == 0) ? from.at("value").positive()
                                                                                     : value,
                               from.at("standard_error").real_or_infinite(),
                               0,
                               0,
                               from.at("held").flag(),
                               from.at("at_bound").flag(),
                               from.at("identified").flag()};
  // The ends of an interval that the fit could not determine are null; the value replaces them.
  auto const end = [&](char const* key) {
    auto const found = from.find(key);
    return found && !found->is_null() ? found->real() : read.value;
  };
  read.low = end("low"), read.high = end("high");
  if (!(read.standard_error >= 0)) from.at("standard_error").refuse("not be negative");
  if (auto const source = from.find("interval_from")) read.from_bootstrap = source->text() == "bootstrap";
  if (auto const error = from.find("independent_standard_error")) read.independent_error = error->real_or_infinite();
  return read;
}

/// An array with one number for each coefficient.
inline std::vector<double> read_row(json_value const& from, std::size_t n_coefficients) {
  std::vector<double> row = from.reals();
  if (row.size() != n_coefficients)
    refuse(from.subject() + " must hold " + std::to_string(n_coefficients) +
           " numbers, one for each coefficient, but holds " + std::to_string(row.size()));
  return row;
}

inline fit::matrix read_covariance(json_value const& from, std::size_t n_coefficients) {
  fit::matrix covariance(n_coefficients, n_coefficients);
  std::vector<json_value> const rows = from.items();
  if (rows.size() != n_coefficients)
    refuse(from.subject() + " must hold " + std::to_string(n_coefficients) +
           " rows, one for each coefficient, but holds " + std::to_string(rows.size()));
  for (std::size_t i = 0; i != n_coefficients; ++i) {
    std::vector<double> const row = read_row(rows[i], n_coefficients);
    for (std::size_t j = 0; j != n_coefficients; ++j) covariance(i, j) = row[j];
  }
  return covariance;
}

inline std::vector<double> read_draw(json_value const& from, std::vector<fit::unknown> const& unknowns) {
  std::vector<double> draw = read_row(from, unknowns.size());
  for (std::size_t k = 0; k != draw.size(); ++k)
    if (is_positive(unknowns[k]) && !(draw[k] >= 0))
      refuse(from.subject() + " must not be negative for " + unknowns[k].name + ", but got " +
             moetric::detail::shortest(draw[k]));
  return draw;
}

inline fit::warning read_warning(json_value const& from) {
  std::string const kind = from.at("kind").text();
  auto const found = std::find(fit::finding_names.begin(), fit::finding_names.end(), kind);
  if (found == fit::finding_names.end()) refuse_name(from.at("kind").subject(), kind, fit::finding_names);
  fit::warning read{static_cast<fit::finding>(found - fit::finding_names.begin()), from.at("sentence").text()};
  for (json_value const& each : from.at("rows").items()) read.rows.push_back(each.whole());
  return read;
}

inline fit::loss_scale read_loss_scale(json_value const& from) {
  std::string const wanted = from.text();
  std::vector<std::string_view> known;
  for (fit::loss_scale const each : {fit::loss_scale::loss, fit::loss_scale::log, fit::loss_scale::log10}) {
    if (wanted == fit::name(each)) return each;
    known.push_back(fit::name(each));
  }
  refuse_name(from.subject(), wanted, known);
}

inline fit::fitted_law law_from(json_value const& from) {
  fit::any_form const& form = fit::require_form(from.at("fitted_form").text());
  fit::fitted_law result{std::string(form.id), {}, {}, *form.about};
  fit::report& report = result.of;
  std::vector<fit::unknown> const unknowns = form.how().unknowns;
  std::vector<std::string_view> names;
  for (fit::unknown const& each : unknowns) names.push_back(each.name);
  json_value const coefficients = from.at("coefficients").allow_keys(names);
  for (fit::unknown const& each : unknowns)
    report.coefficients.push_back(read_estimate(coefficients.at(each.name), each));
  report.covariance = read_covariance(from.at("covariance"), unknowns.size());
  if (auto const draws = from.find("draws"))
    for (json_value const& each : draws->items()) result.draws.push_back(read_draw(each, unknowns));
  names.clear();
  for (laws::input const& each : form.about->inputs) names.push_back(each.name);
  json_value const inputs = from.at("inputs").allow_keys(names);
  for (laws::input const& each : form.about->inputs) {
    json_value const range = inputs.at(std::string(each.name)).allow_keys({"low", "high"});
    result.ranges.push_back({range.at("low").real(), range.at("high").real()});
    laws::detail::require_in_domain(each, result.ranges.back().low);
    laws::detail::require_in_domain(each, result.ranges.back().high);
  }
  report.residual = read_loss_scale(from.at("measure"));
  report.rmse = from.at("rmse").real();
  report.runs = from.at("runs").whole();
  report.fitted = from.at("fitted_coefficients").whole();
  report.confidence = from.at("confidence").real();
  report.condition = from.at("condition").real_or_infinite();
  report.found.converged = from.at("converged").flag();
  for (json_value const& each : from.at("warnings").items()) report.warnings.push_back(read_warning(each));
  // Files of earlier versions have neither: their runs count as independent.
  if (auto const clusters = from.find("clusters")) report.clusters = clusters->whole();
  report.freedom = static_cast<double>(report.runs) - static_cast<double>(report.fitted);
  if (auto const freedom = from.find("degrees_of_freedom")) report.freedom = freedom->real();
  result.about = fit::detail::described(*form.about, form.id, report, result.ranges);
  return result;
}

}  // namespace detail

/// The fitted law that a JSON object holds; keys that a law does not need are not read.
/// \throws std::invalid_argument naming a key that is missing, unknown or of the wrong kind, or a value out of range
#ifdef MOETRIC_COMPILED
fit::fitted_law fitted_law_of(json_value const& from);
#else
inline fit::fitted_law fitted_law_of(json_value const& from) {
  return detail::law_from(from);
}
#endif

/// The same, of an object that `subject` names in error sentences.
inline fit::fitted_law fitted_law_of(json const& object, std::string const& subject) {
  return fitted_law_of(json_value(object, subject));
}

/// Reads a fitted law from a file that `moetric fit --json` or `--save` wrote.
/// \throws std::invalid_argument unless it is a readable file, and as `fitted_law_of`
inline fit::fitted_law read_fitted_law(std::filesystem::path const& path) {
  return fitted_law_of(read_json_object(path), in_quotes(path.string()));
}

/// Saves the answer of a fit. The text is read back as a law before it replaces a file.
/// \param inputs files that must not be replaced
/// \throws std::invalid_argument for a fit that `read_fitted_law` refuses, and as `save_file`
inline void save_fit(std::filesystem::path const& path, report::value const& answer,
                     std::vector<std::filesystem::path> const& inputs = {}) {
  std::string const text = file_text(answer);
  json const back = parse_json_object(text, "a saved fit");
  fitted_law_of(back, "a saved fit");
  saved_file(path, inputs).replace(text);
}

}  // namespace moetric::v0::io
