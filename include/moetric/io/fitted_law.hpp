#pragma once

#include <cmath>
#include <filesystem>
#include <limits>
#include <optional>
#include <string>

#include "moetric/fit/fitted_law.hpp"
#include "moetric/io/json.hpp"

/// A fitted law as a JSON object, out and in again: a file that stands in the place of a published law's id.
///
///   {"fitted_form": "chinchilla", "coefficients": {"E": {"value": ..., "standard_error": ..., "low": ..., "high": ...,
///    "held": false, "at_bound": false, "identified": true}, ...}, "covariance": [[...], ...],
///    "inputs": {"total_parameters": {"low": ..., "high": ...}, ...}, "measure": "ln loss", "rmse": ..., "runs": 240,
///    "fitted_coefficients": 5, "confidence": 0.95, "condition": ..., "warnings": [...]}
namespace moetric::v0::io {

namespace detail {

/// JSON has no infinity: what is not known is null.
inline nlohmann::ordered_json finite_or_null(double value) {
  return std::isfinite(value) ? nlohmann::ordered_json(value) : nlohmann::ordered_json(nullptr);
}

inline nlohmann::json const& field(nlohmann::json const& object, std::string const& name, std::string const& subject) {
  auto const found = object.find(name);
  if (found == object.end()) refuse(subject + " must have the key " + name + ", but has not");
  return *found;
}
inline double real_field(nlohmann::json const& object, std::string const& name, std::string const& subject) {
  nlohmann::json const& value = field(object, name, subject);
  if (!value.is_number()) refuse(name + " of " + subject + " must be a number, but got " + shown(value));
  return value.get<double>();
}
inline double real_or_infinite(nlohmann::json const& object, std::string const& name, std::string const& subject) {
  return field(object, name, subject).is_null() ? std::numeric_limits<double>::infinity()
                                                : real_field(object, name, subject);
}
inline bool bool_field(nlohmann::json const& object, std::string const& name, std::string const& subject) {
  nlohmann::json const& value = field(object, name, subject);
  if (!value.is_boolean()) refuse(name + " of " + subject + " must be true or false, but got " + shown(value));
  return value.get<bool>();
}
inline std::size_t size_field(nlohmann::json const& object, std::string const& name, std::string const& subject) {
  nlohmann::json const& value = field(object, name, subject);
  if (!value.is_number_unsigned()) refuse(name + " of " + subject + " must be a whole number, but got " + shown(value));
  return value.get<std::size_t>();
}
inline nlohmann::json const& object_field(nlohmann::json const& object, std::string const& name,
                                          std::string const& subject) {
  nlohmann::json const& value = field(object, name, subject);
  if (!value.is_object()) refuse(name + " of " + subject + " must be an object, but got " + shown(value));
  return value;
}

}  // namespace detail

/// The object that `read_fitted_law` reads.
inline nlohmann::ordered_json to_json(fit::fitted_law const& of) {
  using object = nlohmann::ordered_json;
  object coefficients = object::object(), covariance = object::array(), inputs = object::object();
  for (fit::estimate const& each : of.of.coefficients)
    coefficients[each.name] = object{{"value", each.value},
                                     {"standard_error", detail::finite_or_null(each.standard_error)},
                                     {"low", detail::finite_or_null(each.low)},
                                     {"high", detail::finite_or_null(each.high)},
                                     {"held", each.held},
                                     {"at_bound", each.at_bound},
                                     {"identified", each.identified}};
  for (std::size_t i = 0; i != of.of.covariance.rows; ++i) {
    object row = object::array();
    for (std::size_t j = 0; j != of.of.covariance.columns; ++j)
      row.push_back(detail::finite_or_null(of.of.covariance(i, j)));
    covariance.push_back(row);
  }
  laws::description const& about = *of.about;
  for (std::size_t i = 0; i != of.ranges.size(); ++i)
    inputs[std::string(about.inputs[i].name)] = object{{"low", of.ranges[i].low}, {"high", of.ranges[i].high}};
  object written{{"fitted_form", of.form},
                 {"coefficients", coefficients},
                 {"covariance", covariance},
                 {"inputs", inputs},
                 {"measure", fit::name(of.of.residual)},
                 {"rmse", of.of.rmse},
                 {"largest_residual", of.of.largest},
                 {"r_squared", of.of.r_squared},
                 {"runs", of.of.runs},
                 {"fitted_coefficients", of.of.fitted},
                 {"confidence", of.of.confidence},
                 {"condition", detail::finite_or_null(of.of.condition)},
                 {"seed_noise", of.of.seed_noise},
                 {"converged", of.of.found.converged},
                 {"warnings", of.of.warnings}};
  if (!of.draws.empty()) written["draws"] = of.draws;
  return written;
}

/// The fitted law that a JSON object holds. `subject` names it in error sentences.
/// \throws std::invalid_argument naming a key that is missing or of the wrong kind, or a coefficient that cannot be
inline fit::fitted_law fitted_law_of(nlohmann::json const& object, std::string const& subject) {
  using namespace detail;
  nlohmann::json const& form_name = field(object, "fitted_form", subject);
  if (!form_name.is_string()) refuse("fitted_form of " + subject + " must be a name, but got " + shown(form_name));
  std::string const form_id = form_name.get<std::string>();
  std::optional<fit::fitted_law> law;
  auto const is_positive = [](fit::unknown const& each) {
    return each.as == fit::role::scale || each.as == fit::role::positive;
  };
  fit::visit_form(form_id, [&](auto const& form) {
    fit::fitted_law& of = law.emplace(fit::fitted_law{std::string(form.id), {}, {}, *form.about});
    fit::report& report = of.of;
    nlohmann::json const& coefficients = object_field(object, "coefficients", subject);
    for (fit::unknown const& each : form.how().unknowns) {
      std::string const name = each.name + " of " + subject;
      nlohmann::json const& one = object_field(coefficients, each.name, "coefficients of " + subject);
      fit::estimate read{each.name,
                         real_field(one, "value", name),
                         real_or_infinite(one, "standard_error", name),
                         0,
                         0,
                         bool_field(one, "held", name),
                         bool_field(one, "at_bound", name),
                         bool_field(one, "identified", name)};
      read.low = one.contains("low") && one["low"].is_number() ? one["low"].get<double>() : read.value;
      read.high = one.contains("high") && one["high"].is_number() ? one["high"].get<double>() : read.value;
      if (is_positive(each)) moetric::detail::require_positive(name, read.value);
      if (!(read.standard_error >= 0)) refuse("standard_error of " + name + " must not be negative");
      report.coefficients.push_back(read);
    }
    std::size_t const p = report.coefficients.size();
    nlohmann::json const& covariance = field(object, "covariance", subject);
    report.covariance = fit::matrix(p, p);
    std::string const rule = "covariance of " + subject + " must be " + std::to_string(p) + " rows of as many numbers";
    if (!covariance.is_array() || covariance.size() != p) refuse(rule + ", but is not");
    for (std::size_t i = 0; i != p; ++i) {
      if (!covariance[i].is_array() || covariance[i].size() != p) refuse(rule + ", but is not");
      for (std::size_t j = 0; j != p; ++j) {
        if (!covariance[i][j].is_number()) refuse(rule + ", but holds " + shown(covariance[i][j]));
        report.covariance(i, j) = covariance[i][j].template get<double>();
      }
    }
    if (object.contains("draws")) {
      std::string const of_draws = "draws of " + subject + " must be lists of " + std::to_string(p) + " numbers";
      if (!object["draws"].is_array()) refuse(of_draws + ", but got " + shown(object["draws"]));
      for (nlohmann::json const& each : object["draws"]) {
        if (!each.is_array() || each.size() != p) refuse(of_draws + ", but hold " + shown(each));
        std::vector<double> values;
        for (std::size_t k = 0; k != p; ++k) {
          if (!each[k].is_number()) refuse(of_draws + ", but hold " + shown(each[k]));
          values.push_back(each[k].template get<double>());
          if (!(values[k] >= 0) && is_positive(form.how().unknowns[k]))
            refuse(of_draws + ", not negative where the coefficient is not, but hold " + shown(each[k]));
        }
        of.draws.push_back(std::move(values));
      }
    }
    nlohmann::json const& inputs = object_field(object, "inputs", subject);
    for (laws::input const& each : form.about->inputs) {
      std::string const name = std::string(each.name);
      nlohmann::json const& one = object_field(inputs, name, "inputs of " + subject);
      std::string const where = name + " of " + subject;
      of.ranges.push_back({real_field(one, "low", where), real_field(one, "high", where)});
      laws::detail::require_in_domain(each, of.ranges.back().low);
      laws::detail::require_in_domain(each, of.ranges.back().high);
    }
    nlohmann::json const& measured = field(object, "measure", subject);
    bool known = false;
    for (fit::measure const each : {fit::measure::loss, fit::measure::log, fit::measure::log10})
      if (measured == fit::name(each)) report.residual = each, known = true;
    if (!known) refuse("measure of " + subject + " must be loss, ln loss or log10 loss, but got " + shown(measured));
    report.rmse = real_field(object, "rmse", subject);
    report.runs = size_field(object, "runs", subject);
    report.fitted = size_field(object, "fitted_coefficients", subject);
    report.confidence = real_field(object, "confidence", subject);
    report.condition = real_or_infinite(object, "condition", subject);
    report.found.converged = bool_field(object, "converged", subject);
    nlohmann::json const& warnings = field(object, "warnings", subject);
    if (!warnings.is_array()) refuse("warnings of " + subject + " must be an array, but got " + shown(warnings));
    for (nlohmann::json const& each : warnings) {
      if (!each.is_string()) refuse("warnings of " + subject + " must be sentences, but hold " + shown(each));
      report.warnings.push_back(each.get<std::string>());
    }
    of.about = fit::detail::described(*form.about, form.id, report, of.ranges);
  });
  return *law;
}

/// The fitted law of a file, as `moetric fit --json` writes it.
/// \throws std::invalid_argument for what is not a readable file, and as `fitted_law_of`
inline fit::fitted_law read_fitted_law(std::filesystem::path const& path) {
  return fitted_law_of(read_json_object(path), in_quotes(path.string()));
}

}  // namespace moetric::v0::io
