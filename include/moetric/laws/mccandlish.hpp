#pragma once

#include <cmath>

#include "moetric/core/positive.hpp"

/// An empirical model of large-batch training, McCandlish et al., arXiv 1812.06162: steps and examples as functions of
/// the batch. It has no coefficients. Batches are in examples, of a language model in tokens.
///
///   (steps / steps_min − 1)·(examples / examples_min − 1) = 1
namespace moetric::v0::laws::mccandlish {

/// Steps over their minimum, 1 + B_crit/B. Source: as quoted in arXiv 2001.08361, Sec. 5.1.
template <class T>
constexpr T steps_over_least(T const& batch_over_critical) {
  return 1 + 1 / batch_over_critical;
}
/// Examples, and so compute, over their minimum, 1 + B/B_crit. Source: as above.
template <class T>
constexpr T examples_over_least(T const& batch_over_critical) {
  return 1 + batch_over_critical;
}

/// The trade-off at one loss between steps and examples.
template <class T = double>
struct trade_off {
  T least_steps;     // with an unbounded batch
  T least_examples;  // with the smallest batch

  /// B_crit = examples_min / steps_min, where both are twice the least.
  constexpr T critical_batch() const { return least_examples / least_steps; }
  /// Steps with a batch, and examples.
  constexpr T steps(T const& batch) const { return least_steps * steps_over_least(batch / critical_batch()); }
  constexpr T examples(T const& batch) const { return least_examples * examples_over_least(batch / critical_batch()); }
};

/// B_simple = tr(Sigma) / |G|²: Sigma the covariance of the gradient over examples, G the mean gradient. It
/// approximates B_noise = tr(H Sigma) / (Gᵀ H G), which needs the Hessian H. Source: two summaries that agree.
/// \throws std::invalid_argument naming what is not positive and finite
constexpr double simple_noise_scale(double trace_of_covariance, double gradient_norm_squared) {
  moetric::detail::require_positive("trace_of_covariance", trace_of_covariance);
  moetric::detail::require_positive("gradient_norm_squared", gradient_norm_squared);
  return trace_of_covariance / gradient_norm_squared;
}

/// The best learning rate with a batch over that with an unbounded batch, 1 / (1 + B_noise/B)^kappa; with kappa = 1
/// also the progress of one step over its maximum. kappa is 1 for SGD, and between 1/2 and 1 for Adam. Source:
/// second-hand. \throws std::invalid_argument naming what is not positive and finite
inline double learning_rate_over_largest(double batch_over_noise_scale, double kappa = 1) {
  moetric::detail::require_positive("batch_over_noise_scale", batch_over_noise_scale);
  moetric::detail::require_positive("kappa", kappa);
  return std::exp(-kappa * std::log(steps_over_least(batch_over_noise_scale)));
}

}  // namespace moetric::v0::laws::mccandlish
