#pragma once

#include <cmath>
#include <limits>
#include <optional>
#include <span>
#include <string>
#include <vector>

#include "moetric/core/compiled.hpp"
#include "moetric/core/contract.hpp"
#include "moetric/core/positive.hpp"
#include "moetric/fit/distribution.hpp"
#include "moetric/fit/linear_algebra.hpp"
#include "moetric/laws/power_law.hpp"

/// Least squares for forms that are linear in every coefficient, and for power laws, which are linear in logarithms.
namespace moetric::v0::fit {

/// A number with its standard error and the ends of its confidence interval.
struct confidence_interval {
  double value = 0;
  double standard_error = 0;  // of the value
  double low = 0;
  double high = 0;
};

/// A least-squares fit of y = Σ coefficient·column.
struct linear_fit {
  std::vector<double> coefficients;
  matrix covariance;
  std::size_t freedom = 0;  // degrees of freedom: points − coefficients
  double rmse = 0;          // sqrt of the mean of residual², by weight; in the unit of y
  double r_squared = 0;     // 1 − Σ residual² / Σ (y − mean)², by weight
  double condition = 0;     // of the columns, each scaled to length 1
  double t = 0;             // quantile of Student's distribution for the intervals
  double square_sum = 0;    // of the residuals

  /// The interval of a number with the given variance.
  confidence_interval of(double value, double variance) const {
    double const error = std::sqrt(variance);
    return {value, error, value - t * error, value + t * error};
  }
  /// The j-th coefficient with its interval.
  confidence_interval coefficient(std::size_t j) const { return of(coefficients[j], covariance(j, j)); }
  /// The variance of Σ slope·coefficient.
  double variance(std::span<double const> slope) const {
    double sum = 0;
    for (std::size_t a = 0; a != slope.size(); ++a)
      for (std::size_t b = 0; b != slope.size(); ++b) sum += slope[a] * covariance(a, b) * slope[b];
    return sum;
  }
};

/// Fits y by least squares. `weight`, if there is one, is the inverse variance of each y up to a common factor; the sum
/// of squares, rmse and R² are then of weighted residuals.
/// \throws std::invalid_argument unless there are more points than coefficients, or for linearly dependent columns
inline linear_fit fit_linear(matrix columns, std::vector<double> y, double confidence = 0.95,
                             std::vector<double> const& weight = {}) {
  std::size_t const n = columns.rows, p = columns.columns;
  if (n <= p)
    moetric::detail::invalid(("moetric: a fit of " + std::to_string(p) + " coefficients must have at least " +
                              std::to_string(p + 1) + " points, but got " + std::to_string(n))
                                 .c_str());
  auto const root = [&](std::size_t i) { return weight.empty() ? 1 : std::sqrt(weight[i]); };
  double mean = 0, spread = 0, weights = 0;
  for (std::size_t i = 0; i != n; ++i) weights += weight.empty() ? 1 : weight[i];
  for (std::size_t i = 0; i != n; ++i) mean += (weight.empty() ? 1 : weight[i]) * y[i] / weights;
  if (!weight.empty())
    for (std::size_t i = 0; i != n; ++i) {
      for (std::size_t j = 0; j != p; ++j) columns(i, j) *= root(i);
      y[i] *= root(i);
    }
  decomposition const parts = decompose(columns);
  if (parts.rank() < p)
    moetric::detail::invalid("moetric: points must differ enough to identify every coefficient of a fit");
  linear_fit result{solve(parts, y), inverse_of_normal(parts)};
  for (std::size_t i = 0; i != n; ++i) {
    double off = -y[i];
    for (std::size_t j = 0; j != p; ++j) off += columns(i, j) * result.coefficients[j];
    result.square_sum += off * off;
    spread += (y[i] - root(i) * mean) * (y[i] - root(i) * mean);
  }
  result.freedom = n - p;
  result.rmse = std::sqrt(result.square_sum / weights);
  result.r_squared = spread > 0 ? 1 - result.square_sum / spread : 0;
  result.condition = parts.condition();
  result.t = students_t_quantile(confidence, static_cast<double>(result.freedom));
  for (double& each : result.covariance.values) each *= result.square_sum / static_cast<double>(result.freedom);
  return result;
}

/// y = coefficient·x^exponent, fitted as ln y = ln coefficient + exponent·ln x.
struct power_law_fit {
  laws::power_law law;
  confidence_interval coefficient;  // from the interval of its logarithm, so positive
  confidence_interval exponent;
  double centre = 0;  // mean of ln x
  linear_fit line;    // ln y over 1 and ln x − centre
  double noise = 0;   // variance of ln y of one further point around the line
  bool held = false;  // the exponent was given

  /// The value at x with the interval of the curve; with `of_a_run`, that of one further measurement.
  confidence_interval at(double x, bool of_a_run = false) const {
    double const slope[] = {1, std::log(x) - centre};
    double const error = std::sqrt(line.variance(slope) + (of_a_run ? noise : 0)), value = law(x);
    return {value, value * error, value * std::exp(-line.t * error), value * std::exp(line.t * error)};
  }
};

/// How a power law is fitted.
struct power_law_options {
  double confidence = 0.95;
  std::vector<double> error{};       // standard error of each ln y; empty if all are alike
  std::optional<double> exponent{};  // held at this instead of fitted
};

namespace detail {

inline power_law_fit power_law_of(std::span<double const> x, std::span<double const> y,
                                  power_law_options const& options) {
  if (x.size() != y.size()) moetric::detail::invalid("moetric: a power law must have as many x as y");
  power_law_fit result{};
  std::vector<double> weight;
  double weights = options.error.empty() ? static_cast<double>(x.size()) : 0;
  for (double const each : options.error) weights += weight.emplace_back(1 / (each * each));
  for (std::size_t i = 0; i != x.size(); ++i) {
    std::string const point = " of point " + std::to_string(i + 1);
    moetric::detail::require_positive("x" + point, x[i]);
    moetric::detail::require_positive("y" + point, y[i]);
    result.centre += (weight.empty() ? 1 : weight[i]) * std::log(x[i]) / weights;
  }
  std::size_t const p = options.exponent ? 1 : 2;
  matrix columns(x.size(), p);
  std::vector<double> logs(y.size());
  for (std::size_t i = 0; i != x.size(); ++i) {
    columns(i, 0) = 1;
    logs[i] = std::log(y[i]);
    double const at = std::log(x[i]) - result.centre;
    if (options.exponent)
      logs[i] -= *options.exponent * at;
    else
      columns(i, 1) = at;
  }
  result.line = fit_linear(columns, logs, options.confidence, weight);
  result.noise = result.line.square_sum / static_cast<double>(result.line.freedom);
  if (!weight.empty()) {  // errors that explain more than the points' scatter count in full
    if (result.noise < 1)
      for (double& each : result.line.covariance.values) each /= result.noise;
    result.noise = std::fmax(1, result.noise) * static_cast<double>(x.size()) / weights;
  }
  if (options.exponent) {
    result.held = true;
    double mean = 0, spread = 0;  // of ln y itself, whose scatter the held exponent explains too
    for (std::size_t i = 0; i != x.size(); ++i) mean += (weight.empty() ? 1 : weight[i]) * std::log(y[i]) / weights;
    for (std::size_t i = 0; i != x.size(); ++i)
      spread += (weight.empty() ? 1 : weight[i]) * (std::log(y[i]) - mean) * (std::log(y[i]) - mean);
    result.line.r_squared = spread > 0 ? 1 - result.line.square_sum / spread : 0;
    matrix with_exponent(2, 2);
    with_exponent(0, 0) = result.line.covariance(0, 0);
    result.line.covariance = with_exponent;
    result.line.coefficients.push_back(*options.exponent);
  }
  result.exponent = result.line.coefficient(1);
  double const slope[] = {1, -result.centre};
  double const log_k = result.line.coefficients[0] - result.exponent.value * result.centre;
  confidence_interval const log_interval = result.line.of(log_k, result.line.variance(slope));
  double const k = std::exp(log_k);
  result.coefficient = {k, k * log_interval.standard_error, std::exp(log_interval.low), std::exp(log_interval.high)};
  result.law = {k, result.exponent.value};
  return result;
}

}  // namespace detail

/// Fits a power law, such as B_opt(loss), the learning rate over loss or compute, or N_opt(compute). With errors,
/// points count by their inverse variance, and intervals are at least as wide as the errors say. \throws
/// std::invalid_argument naming a number that is not positive and finite, or for too few points: 3, or 2 for a
///         held exponent
MOETRIC_INLINE power_law_fit fit_power_law(std::span<double const> x, std::span<double const> y,
                                           power_law_options const& options);
#ifndef MOETRIC_COMPILED
inline power_law_fit fit_power_law(std::span<double const> x, std::span<double const> y,
                                   power_law_options const& options) {
  return detail::power_law_of(x, y, options);
}
#endif
inline power_law_fit fit_power_law(std::span<double const> x, std::span<double const> y, double confidence = 0.95) {
  return fit_power_law(x, y, power_law_options{.confidence = confidence});
}

}  // namespace moetric::v0::fit
