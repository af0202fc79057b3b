#pragma once

#include "moetric/plan/band.hpp"
#include "moetric/plan/head_alternative.hpp"
#include "moetric/plan/sensitivity.hpp"
#include "moetric/plan/shape_alternative.hpp"
#include "moetric/plan/spread.hpp"

namespace moetric::v0::plan {

/// A complete MoE and its training run for a compute budget, with the origin and the uncertainty of its numbers.
struct complete_plan {
  resolved_request request;
  compute_split compute;
  planned_shape shape;
  training_run run;
  std::vector<loss_by_law> losses;
  std::vector<band> bands;
  std::vector<spread> spreads;
  std::vector<sensitivity> sensitivities;           // to M_opt 10 % lower and higher
  std::vector<head_alternative> head_alternatives;  // other numbers of heads near this budget
  hardware_check hardware;                          // of the architecture
  std::vector<shape_alternative> alternatives;      // inside the bands, the best for the hardware first
  std::vector<decision> decisions;
  std::vector<std::string> warnings;

  /// batch_tokens·top_k / n_experts
  double tokens_per_expert_per_step() const {
    return static_cast<double>(run.batch_tokens * shape.architecture.top_k) /
           static_cast<double>(shape.architecture.n_experts);
  }
  /// True if any number of the plan comes from a law that was evaluated outside the range that it was fitted on.
  bool extrapolated() const {
    for (decision const& each : decisions)
      if (each.extrapolated) return true;
    return false;
  }
};

}  // namespace moetric::v0::plan
