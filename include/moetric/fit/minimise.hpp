#pragma once

#include <algorithm>
#include <cmath>
#include <limits>
#include <utility>
#include <vector>

#include "moetric/fit/residual_problem.hpp"

/// A deterministic minimiser of Σ weight·Huber(residual): Levenberg-Marquardt with bounds, for a few coefficients and
/// any number of runs.
///
/// Far from the minimum a step uses the weights of iteratively reweighted least squares, which majorise Huber's
/// function and never overshoot. Near the minimum it is a Newton step over the rows inside Huber's delta, which
/// converges in a few steps where reweighting alone would be slow.
namespace moetric::v0::fit {

/// The end of a minimisation.
struct minimum {
  std::vector<double> at;                                 // coordinates
  double cost = std::numeric_limits<double>::infinity();  // the function there
  bool converged = false;
  int steps = 0;
};

namespace detail {

/// Residuals, cost and derivatives at given coordinates; steps share the buffers.
class objective {
 public:
  objective(residual_problem const& problem, std::vector<double> const& target, std::vector<double> const& weight)
      : problem_(problem), target_(target), weight_(weight), where_(problem.how.unknowns), loss_(problem.rows()),
        trial_(problem.rows()), residual_(problem.rows()), by_coefficient_(problem.rows(), problem.how.unknowns.size()),
        by_(problem.rows(), where_.size()) {}

  coordinates const& where() const { return where_; }

  /// Σ weight·Huber(residual); infinite if a predicted loss is not positive and finite.
  double cost(std::vector<double> const& at) {
    problem_.predict(where_.to(at), weight_, trial_, nullptr);
    double sum = 0;
    for (std::size_t i = 0; i != trial_.size(); ++i) {
      if (weight_[i] == 0) continue;
      if (!is_positive_and_finite(trial_[i])) return std::numeric_limits<double>::infinity();
      double const residual = on_scale(problem_.how.residual, trial_[i]) - target_[i];
      sum += weight_[i] * side_weight(problem_.how, residual) * huber(residual, problem_.how.huber);
    }
    return sum;
  }

  /// Computes the residuals and their derivatives with respect to each coordinate.
  void linearise(std::vector<double> const& at) {
    std::vector<double> const coefficients = where_.to(at);
    problem_.predict(coefficients, weight_, loss_, &by_coefficient_);
    std::fill(by_.values.begin(), by_.values.end(), 0.0);
    for (std::size_t i = 0; i != loss_.size(); ++i) {
      if (weight_[i] == 0) continue;
      residual_[i] = on_scale(problem_.how.residual, loss_[i]) - target_[i];
      double const slope = scale_slope(problem_.how.residual, loss_[i]);
      for (std::size_t k = 0; k != coefficients.size(); ++k) {
        std::size_t const j = where_.place(k);
        if (j == coordinates::none) continue;
        by_(i, j) += slope * by_coefficient_(i, k) * (where_.is_logarithm(j) ? coefficients[k] : 1.0);
      }
    }
  }

  std::vector<double> const& residual() const { return residual_; }
  std::vector<double> const& loss() const { return loss_; }
  matrix const& by() const { return by_; }
  std::vector<double> const& weight() const { return weight_; }
  double delta() const { return problem_.how.huber; }
  setup const& how() const { return problem_.how; }

 private:
  residual_problem const& problem_;
  std::vector<double> const& target_;
  std::vector<double> const& weight_;
  coordinates where_;
  std::vector<double> loss_, trial_, residual_;
  matrix by_coefficient_, by_;
};

}  // namespace detail

/// Minimises from one start. `target` is the observed loss on the fit's loss scale.
inline minimum minimise(residual_problem const& problem, std::vector<double> const& target,
                        std::vector<double> const& weight, std::vector<double> start, int most_steps = 200) {
  detail::objective f(problem, target, weight);
  coordinates const& where = f.where();
  std::size_t const n = where.size();
  auto const into_bounds = [&](std::vector<double>& at) {
    for (std::size_t j = 0; j != n; ++j) at[j] = std::clamp(at[j], where.low(j), where.high(j));
  };
  into_bounds(start);
  minimum best{std::move(start)};
  best.cost = f.cost(best.at);
  if (!(best.cost < std::numeric_limits<double>::infinity())) return best;

  double damping = 1e-2;
  matrix newton(n, n), majorant(n, n), system(n, n);
  std::vector<double> gradient(n), step(n), next(n);
  for (; best.steps != most_steps && best.cost > 0; ++best.steps) {
    f.linearise(best.at);
    std::fill(newton.values.begin(), newton.values.end(), 0.0);
    std::fill(majorant.values.begin(), majorant.values.end(), 0.0);
    std::fill(gradient.begin(), gradient.end(), 0.0);
    for (std::size_t i = 0; i != problem.rows(); ++i) {
      if (weight[i] == 0) continue;
      double const* const by = &f.by().values[i * n];
      double const falling = huber_weight(f.residual()[i], f.delta());
      double const full = weight[i] * side_weight(problem.how, f.residual()[i]);
      double const wide = full * falling, inside = falling < 1 ? 0 : full;
      for (std::size_t j = 0; j != n; ++j) {
        gradient[j] += wide * f.residual()[i] * by[j];
        for (std::size_t k = 0; k <= j; ++k) {
          double const product = by[j] * by[k];
          majorant(j, k) += wide * product;
          newton(j, k) += inside * product;
        }
      }
    }
    // A coordinate at its bound stays there while its gradient points outwards.
    std::vector<bool> stays(n, false);
    for (std::size_t j = 0; j != n; ++j)
      stays[j] = (best.at[j] <= where.low(j) && gradient[j] > 0) || (best.at[j] >= where.high(j) && gradient[j] < 0) ||
                 !(majorant(j, j) > 0);

    bool moved = false;
    for (; damping < 1e12; damping *= 8) {
      double const wide = std::fmin(1, 10 * std::sqrt(damping));
      for (std::size_t j = 0; j != n; ++j) {
        step[j] = stays[j] ? 0 : -gradient[j];
        for (std::size_t k = 0; k <= j; ++k)
          system(j, k) = stays[j] || stays[k] ? 0 : newton(j, k) + wide * (majorant(j, k) - newton(j, k));
        system(j, j) = stays[j] ? 1 : system(j, j) + damping * majorant(j, j);
      }
      if (!solve_positive_definite(system, step)) continue;
      double gain = 0;  // predicted decrease of the cost
      for (std::size_t j = 0; j != n; ++j) {
        next[j] = best.at[j] + step[j];
        gain -= 0.5 * step[j] * gradient[j];
      }
      into_bounds(next);
      if (gain <= 1e-14 * best.cost) break;
      double const cost = f.cost(next);
      if (!(cost < best.cost)) continue;
      best.at = next;
      best.cost = cost;
      damping = std::fmax(damping / 10, 1e-12);
      moved = true;
      break;
    }
    if (moved) continue;
    best.converged = true;  // no step of any length decreases the cost
    break;
  }
  best.converged = best.converged || best.cost == 0;
  return best;
}

}  // namespace moetric::v0::fit
