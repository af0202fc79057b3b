#pragma once

#include <algorithm>
#include <boost/math/distributions/students_t.hpp>
#include <cmath>
#include <limits>
#include <string>
#include <vector>

#include "moetric/core/text.hpp"
#include "moetric/fit/start.hpp"

/// What a fit found, how well it knows it, and what it does not know.
namespace moetric::v0::fit {

/// One coefficient as fitted.
struct estimate {
  std::string name;
  double value = 0;
  double standard_error = 0;  // infinite where the runs do not tell the coefficient
  double low = 0;             // of the interval
  double high = 0;
  bool held = false;       // given, not fitted
  bool at_bound = false;   // it would go further: value and intervals are not those of a free fit
  bool identified = true;  // false where the runs tell it only together with others, or not at all
};

/// Below it a positive coefficient has gone to 0, which its logarithm never reaches.
inline constexpr double gone_to_zero = 1e-200;

/// Two coefficients and how their errors move together.
struct correlation {
  std::size_t a;
  std::size_t b;
  double value;
};

struct report {
  std::vector<estimate> coefficients;       // in the form's order
  matrix covariance;                        // of all coefficients, held ones with zeros; of those that are identified
  std::vector<correlation> correlations{};  // above 0.95, the largest first

  measure residual = measure::log;
  std::vector<double> residuals{};  // predicted − observed on the measured scale, one a run
  double rmse = 0;                  // root of their mean square, no degrees of freedom taken off
  double largest = 0;               // of their sizes
  double r_squared = 0;             // on the measured scale
  double aic = 0;                   // Akaike's criterion from the mean square
  double cost = 0;                  // what was made small
  std::size_t runs = 0;
  std::size_t fitted = 0;  // coefficients
  double condition = 0;    // of the columns of derivatives, each of length 1
  double confidence = 0;
  double seed_noise = 0;  // standard deviation of ln loss between repeated runs; 0 where none repeat
  global_minimum found{};
  std::vector<std::string> warnings{};  // one sentence each; empty for a fit that can be trusted

  bool identified() const {
    for (estimate const& each : coefficients)
      if (!each.identified || each.at_bound) return false;
    return found.converged;
  }
};

namespace detail {

inline double quantile_of_t(double confidence, std::size_t freedom) {
  return boost::math::quantile(boost::math::students_t_distribution<double>(static_cast<double>(freedom)),
                               0.5 + confidence / 2);
}

/// The variance of a residual for the covariance of Huber's estimate (Huber, Robust Statistics, section 7.6). It needs
/// the share of residuals inside delta; where delta is small against the noise too few are, and the density at 0 is
/// taken from a wider window: half a standard deviation, told by the median of their sizes.
inline double residual_variance(objective const& f, std::size_t fitted) {
  std::vector<double> size;
  double square = 0;
  for (std::size_t i = 0; i != f.residual().size(); ++i) {
    double const r = f.residual()[i], falling = huber_weight(r, f.delta());
    square += f.weight()[i] * r * r * falling * falling;
    size.push_back(std::fabs(r));
  }
  double const n = static_cast<double>(size.size()), p = static_cast<double>(fitted);
  double share = 1, slope = 1;  // of residuals in the window; mean derivative of Huber's psi
  if (f.delta() > 0) {
    std::sort(size.begin(), size.end());
    double const window = std::fmax(f.delta(), 0.5 * 1.4826 * size[size.size() / 2]);
    share = static_cast<double>(std::upper_bound(size.begin(), size.end(), window) - size.begin()) / n;
    slope = share * f.delta() / window;
  }
  double const correction = 1 + p / n * (1 - share) / share;  // for few runs
  return correction * correction * square / (n - p) / (slope * slope);
}

}  // namespace detail

/// Everything that can be said of a minimum: intervals from its curvature, in the coordinate that is varied, so that
/// those of positive coefficients are positive.
inline report report_of(problem const& of, std::vector<double> const& target, global_minimum const& found) {
  setup const& how = of.how;
  detail::objective f(of, target, of.weight);
  coordinates const& where = f.where();
  f.linearise(found.at);
  std::vector<double> const coefficients = where.to(found.at);
  std::size_t const n = where.size(), p = coefficients.size(), rows = of.rows();

  report result;
  result.residual = how.residual;
  result.residuals = f.residual();
  result.cost = found.cost;
  result.runs = rows;
  result.fitted = n;
  result.confidence = how.confidence;
  result.found = found;

  double weights = 0, mean = 0, square = 0, spread = 0;
  for (std::size_t i = 0; i != rows; ++i) weights += of.weight[i], mean += of.weight[i] * target[i];
  mean /= weights;
  for (std::size_t i = 0; i != rows; ++i) {
    double const r = f.residual()[i];
    square += of.weight[i] * r * r;
    spread += of.weight[i] * (target[i] - mean) * (target[i] - mean);
    result.largest = std::fmax(result.largest, std::fabs(r));
  }
  result.rmse = std::sqrt(square / weights);
  result.r_squared = spread > 0 ? 1 - square / spread : 0;
  result.aic = static_cast<double>(rows) * std::log(square / weights) + 2 * static_cast<double>(n + 1);

  // A coordinate that its bound holds is no longer fitted.
  std::vector<std::size_t> open;
  std::vector<bool> at_bound(n, false);
  for (std::size_t j = 0; j != n; ++j) {
    double const slack = 1e-9 * std::fmax(1, std::fabs(found.at[j]));
    at_bound[j] = found.at[j] <= where.low(j) + slack || found.at[j] >= where.high(j) - slack;
    if (!at_bound[j]) open.push_back(j);
  }
  matrix derivatives(rows, open.size());
  for (std::size_t i = 0; i != rows; ++i)
    for (std::size_t j = 0; j != open.size(); ++j) derivatives(i, j) = std::sqrt(of.weight[i]) * f.by()(i, open[j]);
  decomposition const parts = decompose(derivatives);
  matrix const inverse = inverse_of_normal(parts);
  double const variance = detail::residual_variance(f, n), t = detail::quantile_of_t(how.confidence, rows - n);
  result.condition = parts.condition();

  std::vector<std::size_t> column(n, open.size());
  for (std::size_t j = 0; j != open.size(); ++j) column[open[j]] = j;
  std::vector<double> slope(p, 0.0);  // of a coefficient over its coordinate
  result.covariance = matrix(p, p);
  for (std::size_t k = 0; k != p; ++k) {
    estimate one{how.unknowns[k].name, coefficients[k], 0, coefficients[k], coefficients[k]};
    std::size_t const j = where.place(k);
    one.held = j == coordinates::none;
    if (!one.held && at_bound[j]) {
      one.at_bound = true;
      one.standard_error = std::numeric_limits<double>::infinity();
    } else if (!one.held) {
      slope[k] = where.is_logarithm(j) ? coefficients[k] : 1;
      one.identified = !is_unseen(parts, column[j]);
      double const error = one.identified ? std::sqrt(variance * inverse(column[j], column[j]))
                                          : std::numeric_limits<double>::infinity();
      one.standard_error = slope[k] * error;
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
      result.covariance(a, b) = variance * inverse(i, j) * slope[a] * slope[b];
      double const together = inverse(i, j) / std::sqrt(inverse(i, i) * inverse(j, j));
      if (a < b && i != j && std::fabs(together) > 0.95) result.correlations.push_back({a, b, together});
    }
  std::stable_sort(result.correlations.begin(), result.correlations.end(),
                   [](auto const& x, auto const& y) { return std::fabs(x.value) > std::fabs(y.value); });

  for (std::size_t k = 0; k != p; ++k) {
    estimate const& each = result.coefficients[k];
    if (each.at_bound && each.value < gone_to_zero)
      result.warnings.push_back(each.name + " went to 0: the runs ask for none of it");
    else if (each.at_bound)
      result.warnings.push_back(each.name + " ended at its bound " + brief(each.value) +
                                ": the runs ask for a value beyond it, or do not tell it");
    else if (!each.identified)
      result.warnings.push_back(each.name + " is not identified: other values of it and of other coefficients fit the "
                                            "runs as well");
    else if (!each.held && slope[k] == each.value && each.high > 10 * each.low)
      result.warnings.push_back(each.name + " is known to no better than a factor of " +
                                brief(std::sqrt(each.high / each.low), 2) + " either way");
  }
  if (!found.converged) result.warnings.push_back("the minimiser stopped before it had converged");
  return result;
}

}  // namespace moetric::v0::fit
