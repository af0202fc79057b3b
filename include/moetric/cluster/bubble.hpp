#pragma once

#include "moetric/cluster/schedule.hpp"

namespace moetric::v0::cluster {

/// Times of one microbatch in the layers of one pipeline rank, in any one unit.
struct pass_times {
  double forward;           // F
  double backward;          // B, for inputs and weights
  double backward_weights;  // W, the part of B for weights, which zero-bubble schedules move
  double both;              // F&B, one forward and one backward that overlap; F + B if nothing does

  /// The times of a trainer without overlap: backward is twice forward, half of it for weights, as FLOPs are.
  static constexpr pass_times of_forward(double forward) { return {forward, 2 * forward, forward, 3 * forward}; }
};

/// The time that a pipeline rank idles in one step, p ranks:
///   1F1B, interleaved  (p − 1)·(F + B)/v, with v chunks of layers a rank (2104.04473, section 2.2)
///   zero bubble        (p − 1)·(F + B − 2·W)
///   dual pipes         (p/2 − 1)·(F&B + B − 3·W)
/// Source of the last two, and of p ranks with v = 1: the README of deepseek-ai/DualPipe.
inline double idle_time(pipeline const& line, pass_times const& t) {
  double const ranks = static_cast<double>(line.ranks);
  double idle = 0;
  switch (line.schedule) {
  case schedule::one_forward_one_backward:
  case schedule::interleaved:
    idle = (ranks - 1) * (t.forward + t.backward) / static_cast<double>(line.virtual_stages);
    break;
  case schedule::zero_bubble: idle = (ranks - 1) * (t.forward + t.backward - 2 * t.backward_weights); break;
  case schedule::dual_pipe:
  case schedule::dual_pipe_v: idle = (ranks / 2 - 1) * (t.both + t.backward - 3 * t.backward_weights); break;
  }
  return idle > 0 ? idle : 0;
}

/// Idle time in proportion to the busy time of a step of `line.micro_batches`, in a trainer without overlap.
inline double bubble_fraction(pipeline const& line) {
  pass_times const t = pass_times::of_forward(1);
  return idle_time(line, t) / (static_cast<double>(line.micro_batches) * (t.forward + t.backward));
}

}  // namespace moetric::v0::cluster
