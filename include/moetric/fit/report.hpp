#pragma once

#include <algorithm>
#include <cmath>
#include <limits>
#include <string>
#include <vector>

#include "moetric/core/order.hpp"
#include "moetric/core/text.hpp"
#include "moetric/fit/covariance.hpp"
#include "moetric/fit/distribution.hpp"
#include "moetric/fit/start.hpp"
#include "moetric/fit/warning.hpp"

/// The result of a fit: coefficients, intervals, diagnostics and warnings.
namespace moetric::v0::fit {

/// One fitted coefficient.
struct fitted_coefficient {
  std::string name;
  double value = 0;
  double standard_error = 0;  // infinite if the runs do not identify the coefficient
  double low = 0;             // ends of the interval
  double high = 0;
  bool held = false;             // given, not fitted
  bool at_bound = false;         // the minimum is at its bound, so value and interval are not those of a free fit
  bool identified = true;        // false if the runs determine it only jointly with others, or not at all
  double independent_error = 0;  // standard error if residuals were independent and of one size
  bool from_bootstrap = false;   // the error and the interval are those of the bootstrap, which are wider
};

/// A positive coefficient below this counts as 0, which its logarithm cannot reach.
inline constexpr double gone_to_zero = 1e-200;

/// The correlation of the errors of two coefficients, given by index.
struct correlation {
  std::size_t a;
  std::size_t b;
  double value;
};

/// A fit's coefficients and diagnostics.
struct report {
  std::vector<fitted_coefficient> coefficients;  // in the form's order
  matrix covariance;                             // of all coefficients; zeros for those held or not identified
  std::vector<correlation> correlations{};       // those above 0.95 in size, largest first

  loss_scale residual = loss_scale::log;
  std::vector<double> residuals{};  // predicted − observed for each run, on the fit's loss scale
  double rmse = 0;                  // root mean square residual, not corrected for degrees of freedom
  double largest = 0;               // largest |residual|
  double r_squared = 0;             // on the fit's loss scale
  double aic = 0;                   // Akaike's criterion, from the mean square
  double bic = 0;                   // Schwarz's criterion, from the mean square
  double cost = 0;                  // the minimised Σ weight·Huber(residual)
  std::size_t runs = 0;
  std::size_t fitted = 0;    // number of fitted coefficients
  std::size_t clusters = 0;  // of runs, by which standard errors are clustered; 0 if every run is independent
  double freedom = 0;        // degrees of freedom of intervals: runs − fitted, or clusters − 1
  double condition = 0;      // of the Jacobian with columns scaled to length 1
  double confidence = 0;
  double seed_noise = 0;  // standard deviation of ln loss between repeated runs; 0 if none repeat
  global_minimum found{};
  std::vector<warning> warnings{};  // empty for a fit without findings

  /// True if the fit converged and identified every coefficient inside its bounds.
  bool identified() const {
    for (fitted_coefficient const& each : coefficients)
      if (!each.identified || each.at_bound) return false;
    return found.converged;
  }
};

/// The fewest clusters by which standard errors are clustered.
inline constexpr std::size_t fewest_clusters = 4;

namespace detail {

inline constexpr std::string_view determined_only = " is determined only to within a factor of ";

/// Warns of positive coefficients whose interval spans more than a factor of ten.
inline void warn_of_wide(report& of, setup const& how) {
  for (std::size_t k = 0; k != of.coefficients.size(); ++k) {
    fitted_coefficient const& each = of.coefficients[k];
    role const as = how.unknowns[k].as == role::tied ? how.unknowns[how.unknowns[k].to].as : how.unknowns[k].as;
    if (each.held || each.at_bound || !each.identified || (as != role::scale && as != role::positive)) continue;
    if (each.low < gone_to_zero)
      of.warnings.push_back({finding::coefficient, each.name + " may be 0: its interval reaches it"});
    else if (each.high > 10 * each.low)
      of.warnings.push_back({finding::coefficient, each.name + std::string(determined_only) +
                                                       brief(std::sqrt(each.high / each.low), 2) + " either way"});
  }
}

}  // namespace detail

/// The report of a minimum. Intervals come from its curvature in the varied coordinates, so those of positive
/// coefficients are positive.
inline report report_of(residual_problem const& problem, std::vector<double> const& target,
                        global_minimum const& found) {
  setup const& how = problem.how;
  detail::objective f(problem, target, problem.weight);
  coordinates const& where = f.where();
  f.linearise(found.at);
  std::vector<double> const coefficients = where.to(found.at);
  std::size_t const n = where.size(), p = coefficients.size(), rows = problem.rows();

  report result;
  result.residual = how.residual;
  result.residuals = f.residual();
  result.cost = found.cost;
  result.runs = rows;
  result.fitted = n;
  result.confidence = how.confidence;
  result.found = found;

  double weights = 0, mean = 0, square = 0, spread = 0;
  for (std::size_t i = 0; i != rows; ++i) weights += problem.weight[i], mean += problem.weight[i] * target[i];
  mean /= weights;
  for (std::size_t i = 0; i != rows; ++i) {
    double const r = f.residual()[i];
    square += problem.weight[i] * r * r;
    spread += problem.weight[i] * (target[i] - mean) * (target[i] - mean);
    result.largest = std::fmax(result.largest, std::fabs(r));
  }
  result.rmse = std::sqrt(square / weights);
  result.r_squared = spread > 0 ? 1 - square / spread : 0;
  result.aic = static_cast<double>(rows) * std::log(square / weights) + 2 * static_cast<double>(n + 1);
  result.bic = result.aic + (std::log(static_cast<double>(rows)) - 2) * static_cast<double>(n + 1);

  // A coordinate at its bound is not fitted.
  std::vector<std::size_t> open;
  std::vector<bool> at_bound(n, false);
  for (std::size_t j = 0; j != n; ++j) {
    double const slack = 1e-9 * std::fmax(1, std::fabs(found.at[j]));
    at_bound[j] = found.at[j] <= where.low(j) + slack || found.at[j] >= where.high(j) - slack;
    if (!at_bound[j]) open.push_back(j);
  }
  matrix derivatives(rows, open.size());
  for (std::size_t i = 0; i != rows; ++i)
    for (std::size_t j = 0; j != open.size(); ++j)
      derivatives(i, j) = std::sqrt(problem.weight[i]) * f.by()(i, open[j]);
  decomposition const parts = decompose(derivatives);
  detail::influence const felt = detail::influence_of(f, n);
  result.freedom = static_cast<double>(rows - n);
  std::vector<double> pseudo(rows);
  for (std::size_t i = 0; i != rows; ++i) pseudo[i] = std::sqrt(problem.weight[i]) * felt.psi[i] / felt.mean_slope;
  matrix const independent = independent_covariance({parts, pseudo}, result.freedom);
  if (!problem.cluster.empty()) {
    std::vector<std::size_t> seen = problem.cluster;
    std::sort(seen.begin(), seen.end());
    result.clusters = static_cast<std::size_t>(std::unique(seen.begin(), seen.end()) - seen.begin());
  }
  bool const clustered = how.robust && result.clusters >= fewest_clusters;
  if (clustered) result.freedom = std::fmin(result.freedom, static_cast<double>(result.clusters - 1));
  matrix inverse = independent;
  if (how.robust) {
    for (std::size_t i = 0; i != rows; ++i) {
      double const root = std::sqrt(felt.slope[i]);
      for (std::size_t j = 0; j != open.size(); ++j) derivatives(i, j) *= root;
      pseudo[i] = std::sqrt(problem.weight[i]) * felt.psi[i] / root;
    }
    inverse =
        robust_covariance({decompose(derivatives), pseudo}, clustered ? problem.cluster : std::vector<std::size_t>{});
  }
  double const t = students_t_quantile(how.confidence, result.freedom);
  result.condition = parts.condition();

  std::vector<std::size_t> column(n, open.size());
  for (std::size_t j = 0; j != open.size(); ++j) column[open[j]] = j;
  std::vector<double> slope(p, 0.0);  // of a coefficient over its coordinate
  result.covariance = matrix(p, p);
  for (std::size_t k = 0; k != p; ++k) {
    fitted_coefficient one{how.unknowns[k].name, coefficients[k], 0, coefficients[k], coefficients[k]};
    std::size_t const j = where.place(k);
    one.held = j == coordinates::none;
    if (!one.held && at_bound[j]) {
      one.at_bound = true;
      one.standard_error = std::numeric_limits<double>::infinity();
    } else if (!one.held) {
      slope[k] = where.is_logarithm(j) ? coefficients[k] : 1;
      one.identified = !is_unseen(parts, column[j]);
      double const error =
          one.identified ? std::sqrt(inverse(column[j], column[j])) : std::numeric_limits<double>::infinity();
      one.standard_error = slope[k] * error;
      if (one.identified) one.independent_error = slope[k] * std::sqrt(independent(column[j], column[j]));
      one.low = where.to(j, found.at[j] - t * error);
      one.high = where.to(j, found.at[j] + t * error);
    }
    result.coefficients.push_back(one);
  }
  for (std::size_t a = 0; a != p; ++a)
    for (std::size_t b = 0; b != p; ++b) {
      if (slope[a] == 0 || slope[b] == 0) continue;
      if (!result.coefficients[a].identified || !result.coefficients[b].identified) continue;
      std::size_t const i = column[where.place(a)], j = column[where.place(b)];
      result.covariance(a, b) = inverse(i, j) * slope[a] * slope[b];
      double const together = inverse(i, j) / std::sqrt(inverse(i, i) * inverse(j, j));
      if (a < b && i != j && std::fabs(together) > 0.95) result.correlations.push_back({a, b, together});
    }
  std::vector<correlation> const unordered = result.correlations;
  std::vector<std::size_t> const order = order_by(unordered.size(), [&](std::size_t x, std::size_t y) {
    return std::fabs(unordered[x].value) > std::fabs(unordered[y].value);
  });
  for (std::size_t i = 0; i != order.size(); ++i) result.correlations[i] = unordered[order[i]];

  for (std::size_t k = 0; k != p; ++k) {
    fitted_coefficient const& each = result.coefficients[k];
    auto const warn = [&](std::string const& words) {
      result.warnings.push_back({finding::coefficient, each.name + words});
    };
    if (each.at_bound && each.value < gone_to_zero)
      warn(" went to 0: its term does not improve the fit");
    else if (each.at_bound)
      warn(" ended at its bound " + brief(each.value) +
           ": the best value lies beyond it, or the runs do not identify it");
    else if (!each.identified)
      warn(
          " is not identified: other values of it, with other values of other coefficients, fit the runs equally well");
  }
  detail::warn_of_wide(result, how);
  if (!found.converged)
    result.warnings.push_back({finding::not_converged, "the minimiser stopped before it converged"});
  return result;
}

}  // namespace moetric::v0::fit
