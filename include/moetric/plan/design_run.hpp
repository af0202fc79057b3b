#pragma once

#include "moetric/plan/design_request.hpp"

namespace moetric::v0::plan {

/// One training run of a design.
struct design_run {
  design_phase phase;
  double compute;    // FLOPs of the scale
  std::size_t stem;  // runs of one stem share what they train before they decay
  triad_targets targets;
  shape<> architecture;
  moetric::triad<> triad;
  deviation missed;
  count tokens;
  double learning_rate;
  count batch_sequences;
  count sequence_length;  // tokens at which M is counted
  bool proxy = false;     // of the pilot: the run at the middle width, which stands for its triad
  std::size_t seed = 1;
  double flops = 0;         // of this run trained alone: tokens·M
  double flops_to_pay = 0;  // that it adds when its stem is trained once

  /// M/N_a of the architecture.
  double flops_per_active_parameter() const {
    return static_cast<double>(ratio(triad.training_flops_per_token, triad.active_non_embedding_parameters));
  }
  /// N/N_a of the architecture.
  double expansion_ratio() const {
    return static_cast<double>(ratio(triad.total_non_embedding_parameters, triad.active_non_embedding_parameters));
  }
};

/// Runs, and a sentence for each cell of their grids that has no shape.
struct design {
  std::vector<design_run> runs{};
  std::vector<std::string> left_out{};

  /// FLOPs of all runs, each trained alone.
  double flops() const { return sum(&design_run::flops); }
  /// FLOPs of all runs, each stem trained once.
  double flops_to_pay() const { return sum(&design_run::flops_to_pay); }

 private:
  double sum(double design_run::*member) const {
    double all = 0;
    for (design_run const& each : runs) all += each.*member;
    return all;
  }
};

}  // namespace moetric::v0::plan
