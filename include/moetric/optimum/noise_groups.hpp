#pragma once

#include <string>
#include <vector>

#include "moetric/optimum/noise_scale.hpp"

namespace moetric::v0::optimum {

/// The share of a batch's tokens that one routed expert sees: top_k / n_experts.
/// \throws std::invalid_argument unless both are positive and top_k does not exceed n_experts
inline double expert_share(double top_k, double n_experts) {
  moetric::detail::require_positive("top_k", top_k);
  moetric::detail::require_positive("n_experts", n_experts);
  if (top_k > n_experts) moetric::detail::invalid("moetric: top_k must not exceed n_experts");
  return expert_batch(1, top_k, n_experts);
}

/// The steps of one group of parameters, in their order.
struct noise_group {
  std::string name;
  double batch_share = 1;  // of a batch's tokens, that this group sees: top_k / n_experts for routed experts
  std::vector<noise_terms> terms{};

  /// Adds a step whose batches are those of the whole model. \throws std::invalid_argument as `noise_terms_of`
  void add(gradient_norms step) {
    step.b_small *= batch_share;
    step.b_big *= batch_share;
    terms.push_back(noise_terms_of(step));
  }
};

}  // namespace moetric::v0::optimum
