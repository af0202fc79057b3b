#pragma once

#include <vector>

#include "moetric/optimum/hyper_parameters.hpp"
#include "moetric/plan/alternatives.hpp"
#include "moetric/plan/band.hpp"
#include "moetric/plan/expected_loss.hpp"
#include "moetric/plan/interval.hpp"

namespace moetric::v0 {

/// A complete MoE for a compute budget, and how far each of its numbers is to be trusted.
struct plan {
  plan_request request{};
  double planned_compute{};  // FLOPs of training in the paper's own convention that the shape was chosen for
  std::optional<serving_split> serving{};
  bool limited{};  // N/N_a was lowered to meet a limit of parameters or memory
  triad_targets targets{};
  bool width_clamped{};  // the width ratio's d_model was moved into the feasible range
  shape<double> real{};  // meets the targets exactly
  shape<> architecture{};
  deviation missed{};                 // of the architecture from the targets, at the length of the shape
  moetric::triad<> triad_at_shape{};  // at the length at which the shape was chosen, where the targets hold
  moetric::triad<> triad{};           // at the requested sequence length
  count tokens{};
  double optimal_tokens{};       // D_opt of the source
  count holistic_compute{};      // tokens x M: no output head, no router
  count matmul_compute{};        // tokens x every matrix product and half the causal square
  double learning_rate{};        // peak
  double wanted_batch_tokens{};  // before rounding to sequences
  count batch_sequences{};
  std::array<hyper_parameters, 5> other_hyper_parameters{};
  std::vector<expected_loss> losses{};
  std::vector<band> bands{};
  std::vector<plan_interval> intervals{};
  std::vector<plan_sensitivity> sensitivity{};  // to M_opt 10 % lower and higher
  std::vector<head_alternative> head_alternatives{};
  hardware_fit fit{};                             // of the architecture
  std::vector<shape_alternative> alternatives{};  // inside the bands, the best for the hardware first
  std::vector<decision> decisions{};
  std::vector<std::string> warnings{};

  count batch_tokens() const { return batch_sequences * request.sequence_length; }
  count steps() const { return floor_div(tokens + batch_tokens() - 1, batch_tokens()); }
  double tokens_per_expert_per_step() const {
    return static_cast<double>(batch_tokens() * architecture.top_k) / static_cast<double>(architecture.n_experts);
  }
  /// (top_k + n_shared)·d_expert/d_model of the architecture.
  double width_ratio() const {
    return static_cast<double>(
        ratio((architecture.top_k + architecture.n_shared_experts) * architecture.d_expert, architecture.d_model));
  }
  /// True when any number of the plan comes from a law that was asked outside of what it was fitted on.
  bool extrapolated() const {
    for (decision const& each : decisions)
      if (each.extrapolated) return true;
    return false;
  }
};

}  // namespace moetric::v0
