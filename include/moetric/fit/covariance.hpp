#pragma once

#include <algorithm>
#include <cmath>
#include <vector>

#include "moetric/fit/minimise.hpp"

/// Covariances of what a fit varies, at its minimum: as for independent residuals of one size, and robust ones.
namespace moetric::v0::fit {

namespace detail {

/// Of each residual, what the errors of a fit by Huber's function depend on (Huber, Robust Statistics, section 7.6).
struct influence {
  std::vector<double> psi;    // derivative of the penalty, times a small-sample correction
  std::vector<double> slope;  // its own derivative, smoothed: Huber's is 1 inside of delta and 0 beyond
  double mean_slope = 0;      // the mean of the derivative, smoothed less
};

/// If delta is small against the noise, few residuals lie inside. The mean slope then counts those inside of half a
/// standard deviation, taken from the median absolute residual; the slope of each residual is smoothed by a normal
/// kernel of .35 of it, which makes intervals wider rather than narrower.
inline influence influence_of(objective const& f, std::size_t fitted) {
  influence made;
  double const n = static_cast<double>(f.residual().size()), delta = f.delta();
  std::vector<double> size;
  for (double const r : f.residual()) size.push_back(std::fabs(r));
  std::nth_element(size.begin(), size.begin() + static_cast<std::ptrdiff_t>(size.size() / 2), size.end());
  double const half = 0.5 * 1.4826 * size[size.size() / 2], window = std::fmax(delta, half), kernel = 0.7 * half;
  auto const below = [](double z) { return 0.5 * std::erfc(-z * 0.70710678118654752440); };
  double share = 0;  // of residuals in the window
  for (double const r : f.residual()) {
    double const side = side_weight(f.how(), r);
    bool const inside = delta == 0 || std::fabs(r) <= window;
    made.psi.push_back(side * r * huber_weight(r, delta));
    made.slope.push_back(
        side * (delta == 0 || !(kernel > 0) ? 1 : below((delta - r) / kernel) - below((-delta - r) / kernel)));
    made.mean_slope += inside ? (delta == 0 ? side : side * delta / window) / n : 0;
    share += inside ? 1 / n : 0;
  }
  // Of few residuals none may be that small: then one counts as inside, which is the widest interval that they allow.
  if (share == 0) share = 1 / n, made.mean_slope = (delta == 0 ? 1 : delta / window) / n;
  double const correction = 1 + static_cast<double>(fitted) / n * (1 - share) / share;
  for (double& each : made.psi) each *= correction;
  for (double& each : made.slope) each = std::fmax(each, 1e-6 * made.mean_slope);
  return made;
}

}  // namespace detail

/// A least-squares problem with the minimum and the errors of a fit.
struct weighted_design {
  decomposition const& parts;           // of the rows: derivatives of residuals times roots of weights
  std::vector<double> const& residual;  // times the same roots
};

/// The covariance for independent residuals of one size.
inline matrix independent_covariance(weighted_design const& of, double freedom) {
  matrix covariance = inverse_of_normal(of.parts);
  double square = 0;
  for (double const each : of.residual) square += each * each;
  for (double& each : covariance.values) each *= square / freedom;
  return covariance;
}

/// The sandwich estimator, by leaving each cluster out (the jackknife: HC3 of single rows, CR3 of clusters). It holds
/// for residuals of unequal size, correlated within their cluster. \param cluster of each row, from 0; empty if every
/// row is its own
inline matrix robust_covariance(weighted_design const& of, std::vector<std::size_t> const& cluster) {
  decomposition const& parts = of.parts;
  std::size_t const rows = parts.u.rows, n = parts.s.size(), rank = parts.rank();
  std::vector<std::vector<std::size_t>> members(
      cluster.empty() ? rows : 1 + *std::max_element(cluster.begin(), cluster.end()));
  for (std::size_t i = 0; i != rows; ++i) members[cluster.empty() ? i : cluster[i]].push_back(i);
  matrix covariance(n, n), without(rank, rank);
  double groups = 0;
  for (std::vector<std::size_t> const& rows_of : members) {
    if (rows_of.empty()) continue;
    ++groups;
    std::vector<double> moved(rank, 0.0);
    std::fill(without.values.begin(), without.values.end(), 0.0);
    for (std::size_t j = 0; j != rank; ++j) without(j, j) = parts.s[j] * parts.s[j];
    for (std::size_t const i : rows_of)
      for (std::size_t j = 0; j != rank; ++j) {
        moved[j] += parts.u(i, j) * of.residual[i];
        for (std::size_t k = 0; k <= j; ++k) without(j, k) -= parts.u(i, j) * parts.u(i, k);
      }
    std::vector<double> const score = moved;
    if (!solve_positive_definite(without, moved))  // a direction that this cluster alone determines
      for (std::size_t j = 0; j != rank; ++j) moved[j] = score[j] / (parts.s[j] * parts.s[j]);
    // A sum of squares, so that no rounding makes a variance negative where one row determines a direction.
    std::vector<double> shift(n, 0.0);
    for (std::size_t a = 0; a != n; ++a) {
      if (!(parts.length[a] > 0)) continue;
      for (std::size_t j = 0; j != rank; ++j) shift[a] += parts.v(a, j) * moved[j];
      shift[a] /= parts.length[a];
    }
    for (std::size_t a = 0; a != n; ++a)
      for (std::size_t b = 0; b != n; ++b) covariance(a, b) += shift[a] * shift[b];
  }
  for (double& each : covariance.values) each *= (groups - 1) / groups;
  return covariance;
}

}  // namespace moetric::v0::fit
