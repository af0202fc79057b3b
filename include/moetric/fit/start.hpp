#pragma once

#include <algorithm>
#include <cmath>
#include <vector>

#include "moetric/core/order.hpp"
#include "moetric/fit/minimise.hpp"

/// Start values without user input: a fixed grid over the coefficients in which a form is not linear. At each grid
/// point the linear coefficients are solved for (variable projection).
namespace moetric::v0::fit {

namespace detail {

/// Solves for the linear coefficients at given values of the others, and keeps positive ones positive. Works on the
/// scale on which the form is linear, with weights that approximate the residuals of the fit's loss scale.
class linear_solver {
 public:
  linear_solver(residual_problem const& problem, std::vector<double> const& weight)
      : problem_(problem), weight_(weight), loss_(problem.rows()), by_(problem.rows(), problem.how.unknowns.size()) {
    for (std::size_t i = 0; i != problem.how.unknowns.size(); ++i) {
      role const as = problem.how.unknowns[i].as;
      if (as == role::linear || as == role::scale) linear_.push_back(i);
    }
  }

  void solve_into(std::vector<double>& coefficients) {
    if (linear_.empty()) return;
    for (std::size_t const k : linear_) coefficients[k] = 0;
    problem_.predict(coefficients, {}, loss_, &by_);
    bool const in_log = problem_.how.linear_in_log, relative = problem_.how.residual != loss_scale::loss && !in_log;
    std::vector<double> target(problem_.rows());
    matrix basis(problem_.rows(), linear_.size());
    for (std::size_t i = 0; i != problem_.rows(); ++i) {
      double const root = std::sqrt(weight_[i]) / (relative ? problem_.loss[i] : 1);
      target[i] = root * (in_log ? std::log(problem_.loss[i]) - std::log(loss_[i]) : problem_.loss[i] - loss_[i]);
      for (std::size_t j = 0; j != linear_.size(); ++j)
        basis(i, j) = root * by_(i, linear_[j]) / (in_log ? loss_[i] : 1);
    }
    std::vector<std::size_t> used(linear_.size());
    for (std::size_t j = 0; j != used.size(); ++j) used[j] = j;
    // Drop the most negative of the coefficients that must be positive, until none is negative.
    while (!used.empty()) {
      matrix part(problem_.rows(), used.size());
      for (std::size_t i = 0; i != problem_.rows(); ++i)
        for (std::size_t j = 0; j != used.size(); ++j) part(i, j) = basis(i, used[j]);
      decomposition const parts = decompose(part);
      std::vector<double> const solved = solve(parts, target);
      std::size_t worst = used.size();
      double least = 0;
      for (std::size_t j = 0; j != used.size(); ++j) {
        bool const must_be_positive = problem_.how.unknowns[linear_[used[j]]].as == role::scale;
        if (!must_be_positive || solved[j] > 0) continue;
        double const size = solved[j] * parts.length[j];
        if (worst == used.size() || size < least) worst = j, least = size;
      }
      if (worst == used.size()) {
        for (std::size_t j = 0; j != used.size(); ++j) coefficients[linear_[used[j]]] = solved[j];
        break;
      }
      used.erase(used.begin() + static_cast<std::ptrdiff_t>(worst));
    }
    // Eliminated coefficients restart at 0.1 % of the loss so that they can become active again.
    for (std::size_t j = 0; j != linear_.size(); ++j) {
      double& k = coefficients[linear_[j]];
      if (problem_.how.unknowns[linear_[j]].as != role::scale || k > 0) continue;
      double whole = 0, part = 0;
      for (std::size_t i = 0; i != problem_.rows(); ++i) {
        whole += std::fabs(target[i]);
        part += std::fabs(basis(i, j));
      }
      k = part > 0 ? 1e-3 * whole / part : 1;
    }
  }

 private:
  residual_problem const& problem_;
  std::vector<double> const& weight_;
  std::vector<double> loss_;
  matrix by_;
  std::vector<std::size_t> linear_;
};

/// Every combination of the start values of a setup.
inline std::vector<std::vector<double>> grid(setup const& how) {
  std::vector<std::vector<double>> points(1, std::vector<double>(how.unknowns.size(), 0.0));
  for (std::size_t k = 0; k != how.unknowns.size(); ++k) {
    unknown const& each = how.unknowns[k];
    if (each.as == role::linear || each.as == role::scale) continue;
    std::vector<std::vector<double>> wider;
    for (std::vector<double>& point : points) {
      if (each.as == role::tied) {
        point[k] = point[each.to];
        wider.push_back(point);
        continue;
      }
      for (double const start : each.starts) {
        point[k] = start;
        wider.push_back(point);
      }
    }
    points = std::move(wider);
  }
  return points;
}

}  // namespace detail

/// The best minimum over a fixed grid of starts, and how many starts reached it.
struct global_minimum : minimum {
  std::size_t starts = 0;    // grid points
  std::size_t followed = 0;  // the best of them, from which the minimiser ran
  std::size_t agreeing = 0;  // of those, the ones that reached the least cost to a relative 1e-6
};

/// Minimises from the best 24 points of the grid.
inline global_minimum minimise(residual_problem const& problem, std::vector<double> const& target,
                               std::vector<double> const& weight) {
  constexpr std::size_t most_followed = 24;
  detail::objective f(problem, target, weight);
  detail::linear_solver linear(problem, weight);
  std::vector<minimum> starts;
  for (std::vector<double>& point : detail::grid(problem.how)) {
    linear.solve_into(point);
    for (std::size_t k = 0; k != point.size(); ++k)
      if (problem.how.unknowns[k].as == role::tied) point[k] = point[problem.how.unknowns[k].to];
    minimum start{f.where().from(point)};
    for (std::size_t j = 0; j != start.at.size(); ++j)
      start.at[j] = std::clamp(start.at[j], f.where().low(j), f.where().high(j));
    start.cost = f.cost(start.at);
    starts.push_back(std::move(start));
  }
  global_minimum best;
  best.starts = starts.size();
  std::vector<std::size_t> order =
      order_by(starts.size(), [&](std::size_t a, std::size_t b) { return starts[a].cost < starts[b].cost; });
  order.resize(std::min(order.size(), most_followed));
  std::vector<double> costs;
  for (std::size_t const each : order) {
    minimum const& start = starts[each];
    if (!(start.cost < std::numeric_limits<double>::infinity())) continue;
    minimum const end = minimise(problem, target, weight, start.at);
    costs.push_back(end.cost);
    if (end.cost < best.cost) static_cast<minimum&>(best) = end;
  }
  best.followed = costs.size();
  best.agreeing = static_cast<std::size_t>(
      std::count_if(costs.begin(), costs.end(), [&](double cost) { return cost <= best.cost * (1 + 1e-6); }));
  return best;
}

}  // namespace moetric::v0::fit
