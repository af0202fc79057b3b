#pragma once

#include <cmath>
#include <cstdint>
#include <optional>
#include <random>
#include <span>
#include <vector>

#include "moetric/core/text.hpp"
#include "moetric/optimum/uncertainty.hpp"

/// The gradient noise scale from the squared gradient norms of two batch sizes, which a training loop has: with data
/// parallelism the small batch is one device's, the big batch that of all devices.
///
///   |G|²   = (B_big·|G_big|² − B_small·|G_small|²) / (B_big − B_small)
///   tr(Σ)  = (|G_small|² − |G_big|²) / (1/B_small − 1/B_big)
///   B_simple = tr(Σ) / |G|²
///
/// Both are unbiased and noisy for each step, and can be negative; they are averaged separately, since the mean of
/// their ratios is biased. Source: McCandlish et al., 1812.06162, App. A.
namespace moetric::v0::optimum {

/// The measurements of one step. Batches are in tokens, or in the unit that the noise scale is to have.
struct gradient_norms {
  double b_small;             // the batch of one rank
  double b_big;               // the batch of all ranks
  double grad_norm_sq_small;  // mean of |G|² over batches b_small
  double grad_norm_sq_big;    // |G|² of the batch b_big
};

/// The two estimates of one step. Either can be negative.
struct noise_terms {
  double gradient_norm_squared;  // |G|² of the true gradient
  double gradient_variance;      // tr(Σ), of one token
};

/// The estimates of one step.
/// \throws std::invalid_argument naming a number that is not positive and finite, or unless b_small < b_big
inline noise_terms noise_terms_of(gradient_norms const& step) {
  moetric::detail::require_positive("b_small", step.b_small);
  moetric::detail::require_positive("b_big", step.b_big);
  moetric::detail::require_positive("grad_norm_sq_small", step.grad_norm_sq_small);
  moetric::detail::require_positive("grad_norm_sq_big", step.grad_norm_sq_big);
  if (!(step.b_small < step.b_big))
    moetric::detail::invalid(
        ("moetric: b_small must be below b_big = " + brief(step.b_big) + ", but got " + brief(step.b_small)).c_str());
  return {(step.b_big * step.grad_norm_sq_big - step.b_small * step.grad_norm_sq_small) / (step.b_big - step.b_small),
          (step.grad_norm_sq_small - step.grad_norm_sq_big) / (1 / step.b_small - 1 / step.b_big)};
}

/// The effective batch of an expert, which sees top_k of n_experts tokens: B·top_k / n_experts. Compare the noise scale
/// of the expert group with it.
inline double expert_batch(double batch_tokens, double top_k, double n_experts) {
  return batch_tokens * top_k / n_experts;
}

/// Running averages of the two terms: over all steps, or with weights that fall by `decay` a step (an exponential
/// moving average with bias correction).
class noise_scale_estimator {
 public:
  /// \throws std::invalid_argument for a decay outside of 0 .. 1
  explicit noise_scale_estimator(std::optional<double> decay = std::nullopt) : decay_(decay.value_or(1)) {
    if (!(is_positive_and_finite(decay_) && (decay_ < 1 || !decay)))
      moetric::detail::invalid(
          ("moetric: decay must be above 0 and below 1, but got " + moetric::detail::shortest(decay_)).c_str());
  }

  /// Adds one step. \throws std::invalid_argument as `noise_terms_of`, and adds nothing
  void add(gradient_norms const& step) { add(noise_terms_of(step)); }
  void add(noise_terms const& terms) {
    weight_ = weight_ * decay_ + 1;
    mean_.gradient_norm_squared += (terms.gradient_norm_squared - mean_.gradient_norm_squared) / weight_;
    mean_.gradient_variance += (terms.gradient_variance - mean_.gradient_variance) / weight_;
  }

  /// The averages so far.
  noise_terms const& averages() const { return mean_; }
  /// B_simple; empty until both averages are positive.
  std::optional<double> noise_scale() const {
    if (!is_positive_and_finite(mean_.gradient_norm_squared) || !is_positive_and_finite(mean_.gradient_variance))
      return std::nullopt;
    return mean_.gradient_variance / mean_.gradient_norm_squared;
  }

 private:
  double decay_;
  double weight_ = 0;
  noise_terms mean_{};
};

/// B_simple of recorded steps, with a bootstrap interval: steps are resampled with replacement. The same seed gives the
/// same numbers on every machine. Consecutive steps are correlated, which makes the interval too narrow.
/// \throws std::invalid_argument for no steps, no samples, a coverage outside 0 .. 1, or averages without a noise scale
inline uncertain noise_scale_of(std::span<noise_terms const> steps, sampling const& how = {}) {
  if (steps.empty()) moetric::detail::invalid("moetric: a noise scale must have at least one step");
  require_sampling(how);
  noise_scale_estimator all;
  for (noise_terms const& each : steps) all.add(each);
  if (!all.noise_scale())
    moetric::detail::invalid(("moetric: the averages of steps must be positive, but |G|^2 is " +
                              brief(all.averages().gradient_norm_squared) + " and tr(Sigma) " +
                              brief(all.averages().gradient_variance) + ": more steps are needed")
                                 .c_str());
  std::mt19937_64 bits(how.seed);
  std::vector<double> found;
  for (std::size_t sample = 0; sample != how.samples; ++sample) {
    noise_scale_estimator drawn;
    for (std::size_t i = 0; i != steps.size(); ++i) {
      auto const step = static_cast<std::size_t>(detail::uniform(bits) * static_cast<double>(steps.size()));
      drawn.add(steps[std::min(step, steps.size() - 1)]);
    }
    if (auto const scale = drawn.noise_scale()) found.push_back(*scale);
  }
  return detail::interval(*all.noise_scale(), std::move(found), how.samples, how.coverage);
}

}  // namespace moetric::v0::optimum
