#pragma once

#include "moetric/fit/linear.hpp"

/// Power laws of several variables, such as the learning rate over parameters and tokens (Step Law, arXiv 2503.04715).
namespace moetric::v0::fit {

/// y = coefficient·Π x^exponent, fitted as ln y = ln coefficient + Σ exponent·ln x.
struct power_laws_fit {
  confidence_interval coefficient;  // from the interval of its logarithm, so positive
  std::vector<confidence_interval> exponents;
  linear_fit line;             // ln y over 1 and each ln x − its centre
  std::vector<double> centre;  // means of ln x
};

/// Fits a power law of several variables, given as columns. \throws std::invalid_argument naming a number that is not
/// positive and finite, and for too few points or columns that depend on each other
inline power_laws_fit fit_power_laws(std::vector<std::vector<double>> const& x, std::span<double const> y,
                                     double confidence = 0.95) {
  power_laws_fit result{};
  std::size_t const p = x.size(), n = y.size();
  matrix columns(n, p + 1);
  std::vector<double> logs(n);
  for (std::size_t j = 0; j != p; ++j) {
    if (x[j].size() != n) moetric::detail::invalid("moetric: a power law must have as many x as y");
    double centre = 0;
    for (std::size_t i = 0; i != n; ++i) {
      moetric::detail::require_positive("x of point " + std::to_string(i + 1), x[j][i]);
      centre += std::log(x[j][i]) / static_cast<double>(n);
    }
    for (std::size_t i = 0; i != n; ++i) columns(i, j + 1) = std::log(x[j][i]) - centre;
    result.centre.push_back(centre);
  }
  for (std::size_t i = 0; i != n; ++i) {
    moetric::detail::require_positive("y of point " + std::to_string(i + 1), y[i]);
    columns(i, 0) = 1;
    logs[i] = std::log(y[i]);
  }
  result.line = fit_linear(columns, logs, confidence);
  std::vector<double> slope{1};
  double log_k = result.line.coefficients[0];
  for (std::size_t j = 0; j != p; ++j) {
    result.exponents.push_back(result.line.coefficient(j + 1));
    slope.push_back(-result.centre[j]);
    log_k -= result.exponents[j].value * result.centre[j];
  }
  confidence_interval const within = result.line.of(log_k, result.line.variance(slope));
  double const k = std::exp(log_k);
  result.coefficient = {k, k * within.standard_error, std::exp(within.low), std::exp(within.high)};
  return result;
}

}  // namespace moetric::v0::fit
