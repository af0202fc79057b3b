#pragma once

#include "moetric/cluster/calendar.hpp"
#include "moetric/cluster/run_estimate.hpp"

namespace moetric::v0::plan {

/// What a layout adds to the time of a model's tokens.
struct layout_cost {
  double bubble = 0;      // idle over busy time of a pipeline
  double recomputed = 1;  // FLOPs with those of recomputation, over those of the model
  cluster::exchanges sent{};
};

/// The speed of a planned model on the devices of a calendar: that of its tokens alone, until a layout is known.
/// \throws std::invalid_argument as `cluster::estimate_run`
inline cluster::run_estimate speed_of(model const& m, count sequence_length, cluster::calendar const& when,
                                      layout_cost const& layout = {}) {
  return cluster::estimate_run({.model = cluster::workload_of(m, sequence_length),
                                .tokens_per_micro_batch = static_cast<double>(sequence_length),
                                .bubble = layout.bubble,
                                .recomputed = layout.recomputed,
                                .sent = layout.sent},
                               when.on, when.format, when.balanced, when.measured);
}

}  // namespace moetric::v0::plan
