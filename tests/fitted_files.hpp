#pragma once

#include <string>

#include <nlohmann/json.hpp>

#include "moetric/laws/law.hpp"

// Fit files with the coefficients of a published law: a law read from one must answer as the published law does.

/// \param error standard error of each coefficient, relative to its value
inline nlohmann::json fitted_file(std::string const& form, moetric::laws::description const& about, double error = 0) {
  nlohmann::json coefficients, inputs, covariance;
  for (std::size_t i = 0; i != about.coefficients.size(); ++i) {
    moetric::laws::coefficient const& each = about.coefficients[i];
    std::string const name(each.name);
    coefficients[name] = {{"value", each.value},
                          {"standard_error", error * std::abs(each.value)},
                          {"held", name == "E" && form == "fine-grained"},
                          {"at_bound", false},
                          {"identified", true},
                          {"independent_standard_error", error * std::abs(each.value)},
                          {"interval_from", "covariance"}};
    covariance.push_back(std::vector<double>(about.coefficients.size(), 0.0));
    covariance[i][i] = error * error * each.value * each.value;
  }
  for (moetric::laws::input const& each : about.inputs) {
    double const seen = each.values == moetric::laws::domain::below_one ? 0.5 : 1;
    inputs[std::string(each.name)] = {{"low", seen}, {"high", seen}};
  }
  return {{"fitted_form", form},
          {"coefficients", coefficients},
          {"covariance", covariance},
          {"inputs", inputs},
          {"measure", "ln loss"},
          {"rmse", 0.01},
          {"runs", 60U},
          {"fitted_coefficients", 5U},
          {"confidence", 0.95},
          {"condition", 10},
          {"converged", true},
          {"clusters", 0U},
          {"degrees_of_freedom", 55},
          {"warnings",
           nlohmann::json::array(
               {{{"kind", "design"}, {"sentence", "a warning of the fit"}, {"rows", nlohmann::json::array()}}})}};
}
