#pragma once

#include <cmath>
#include <vector>

#include "moetric/fit/covariance.hpp"
#include "moetric/fit/distribution.hpp"

namespace moetric::v0::fit {

/// A test whether columns explain the residuals of a fit.
struct trend_test {
  double p;                    // its p-value
  double share;                // of the residuals' variance that they explain
  std::vector<double> left{};  // residuals without what they explain, each times the root of its weight
};

/// A variable, its square and its cube, centred and scaled.
inline matrix powers_of(std::vector<double> const& x) {
  double mean = 0, square = 0;
  for (double const each : x) mean += each / static_cast<double>(x.size());
  for (double const each : x) square += (each - mean) * (each - mean) / static_cast<double>(x.size());
  matrix columns(x.size(), 3);
  for (std::size_t i = 0; i != x.size(); ++i) {
    double const z = square > 0 ? (x[i] - mean) / std::sqrt(square) : 0;
    columns(i, 0) = z, columns(i, 1) = z * z, columns(i, 2) = z * z * z;
  }
  return columns;
}

/// Tests for what a fit misses: adds columns to its linearised problem, and tests their coefficients with the robust
/// covariance, clustered as the runs are (a score test).
class residual_trend {
 public:
  residual_trend(residual_problem const& problem, std::vector<double> const& target, std::vector<double> const& at)
      : cluster_(problem.cluster) {
    detail::objective f(problem, target, problem.weight);
    f.linearise(at);
    detail::influence const felt = detail::influence_of(f, f.where().size());
    std::vector<std::size_t> open;
    for (std::size_t j = 0; j != f.where().size(); ++j)
      if (at[j] > f.where().low(j) + 1e-9 && at[j] < f.where().high(j) - 1e-9) open.push_back(j);
    design_ = matrix(problem.rows(), open.size());
    for (std::size_t i = 0; i != problem.rows(); ++i) {
      double const root = std::sqrt(problem.weight[i]);
      root_.push_back(root);
      residual_.push_back(root * felt.psi[i] / felt.mean_slope);
      for (std::size_t j = 0; j != open.size(); ++j) design_(i, j) = root * f.by()(i, open[j]);
    }
  }

  /// Tests columns, without those directions of them that the fit's own coefficients explain.
  trend_test along(matrix const& columns) const {
    std::size_t const n = design_.rows, p = design_.columns;
    // Only what is orthogonal to the design can be missed by the fit, and rests of it that are nearly 0 test nothing.
    decomposition const own = decompose(design_);
    matrix rest(n, columns.columns);
    for (std::size_t c = 0; c != columns.columns; ++c) {
      std::vector<double> column(n);
      double before = 0, after = 0;
      for (std::size_t i = 0; i != n; ++i) column[i] = root_[i] * columns(i, c), before += column[i] * column[i];
      std::vector<double> const by = solve(own, column);
      for (std::size_t i = 0; i != n; ++i) {
        for (std::size_t j = 0; j != p; ++j) column[i] -= design_(i, j) * by[j];
        after += column[i] * column[i];
      }
      if (after > 1e-4 * before)
        for (std::size_t i = 0; i != n; ++i) rest(i, c) = column[i];
    }
    decomposition const parts = decompose(rest);
    std::size_t rank = 0;
    while (rank != parts.s.size() && parts.s[rank] > 1e-3 * parts.s[0] && parts.s[rank] > 0) ++rank;
    if (rank == 0 || n <= p + rank + 1) return {1, 0, residual_};
    matrix extended(n, p + rank);
    for (std::size_t i = 0; i != n; ++i) {
      for (std::size_t j = 0; j != p; ++j) extended(i, j) = design_(i, j);
      for (std::size_t j = 0; j != rank; ++j) extended(i, p + j) = parts.u(i, j);
    }
    decomposition const all = decompose(extended);
    std::vector<double> const by = solve(all, residual_);
    std::vector<double> left = residual_;
    double before = 0, after = 0;
    for (std::size_t i = 0; i != n; ++i) {
      for (std::size_t j = 0; j != p + rank; ++j) left[i] -= extended(i, j) * by[j];
      before += residual_[i] * residual_[i];
      after += left[i] * left[i];
    }
    matrix const covariance = robust_covariance({all, left}, cluster_);
    matrix block(rank, rank);
    std::vector<double> effect(by.begin() + static_cast<std::ptrdiff_t>(p), by.end());
    for (std::size_t a = 0; a != rank; ++a)
      for (std::size_t b = 0; b != rank; ++b) block(a, b) = covariance(p + a, p + b);
    std::vector<double> solved = effect;
    if (!solve_positive_definite(block, solved)) return {1, 0, left};
    double wald = 0;
    for (std::size_t a = 0; a != rank; ++a) wald += effect[a] * solved[a];
    double const q = static_cast<double>(rank);
    std::size_t const groups =
        cluster_.empty() ? n - p - rank : 1 + *std::max_element(cluster_.begin(), cluster_.end());
    double const freedom = cluster_.empty() ? static_cast<double>(groups) : static_cast<double>(groups) - 1;
    if (!cluster_.empty() && freedom <= q) return {1, 0, left};
    return {fisher_f_tail(wald / q, q, freedom), before > 0 ? 1 - after / before : 0, left};
  }

 private:
  std::vector<std::size_t> const& cluster_;
  matrix design_;
  std::vector<double> root_, residual_;
};

}  // namespace moetric::v0::fit
