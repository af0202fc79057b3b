#pragma once

#include <string_view>

#include "moetric/core/arithmetic.hpp"
#include "moetric/core/count.hpp"

namespace moetric::v0::cluster {

/// The order in which pipeline stages run forward and backward passes. It determines what each device holds:
///   one_forward_one_backward  one stage; 2104.04473, section 2.2.1
///   interleaved               several chunks of layers a device; 2104.04473, section 2.2.2
///   zero_bubble               one stage, weight gradients delayed (ZB1P); 2401.10241
///   dual_pipe                 two stages, from both ends: stage r and stage p-1-r; 2412.19437
///   dual_pipe_v               two half-size stages folded into a V; the README of deepseek-ai/DualPipe
enum class schedule { one_forward_one_backward, interleaved, zero_bubble, dual_pipe, dual_pipe_v };

/// The number of schedules.
inline constexpr std::size_t n_schedules = static_cast<std::size_t>(schedule::dual_pipe_v) + 1;

/// The name of a schedule, as `--schedule` takes it.
constexpr std::string_view name(schedule s) {
  switch (s) {
  case schedule::one_forward_one_backward: return "1f1b";
  case schedule::interleaved: return "interleaved";
  case schedule::zero_bubble: return "zero-bubble";
  case schedule::dual_pipe: return "dual-pipe";
  case schedule::dual_pipe_v: break;
  }
  return "dual-pipe-v";
}

/// A pipeline of p ranks with a schedule.
struct pipeline {
  count ranks = 1;           // p, groups of devices that pass activations on
  count virtual_stages = 1;  // v, chunks of layers a rank; more than 1 with `interleaved` only
  cluster::schedule schedule = schedule::one_forward_one_backward;
  count micro_batches = 1;  // of one step, through one pipeline

  /// Chunks of layers that one rank holds: v, or 2 with a dual pipe.
  constexpr count chunks_per_rank() const {
    return schedule == schedule::dual_pipe || schedule == schedule::dual_pipe_v ? count(2) : virtual_stages;
  }
  /// Stages that a microbatch passes: p·v, p or 2p.
  constexpr count stages() const {
    if (schedule == schedule::dual_pipe_v) return 2 * ranks;
    return schedule == schedule::dual_pipe ? ranks : ranks * virtual_stages;
  }
  /// The stage that a rank's chunk is, from 0.
  constexpr count stage_of(count rank, count chunk) const {
    if (schedule == schedule::dual_pipe) return chunk == 0 ? rank : ranks - 1 - rank;
    if (schedule == schedule::dual_pipe_v) return chunk == 0 ? rank : 2 * ranks - 1 - rank;
    return chunk * ranks + rank;
  }
  /// Microbatches whose activations a rank holds of a chunk when it holds the most:
  ///   1F1B         min(m, p - r)
  ///   interleaved  of the first (v-1)p + 2(p-r) - 1 chunk passes, those through this chunk; passes go in groups of p
  ///   zero bubble  min(m, p)
  ///   dual pipes   stages − stage, so p + 1 stages for each rank of DualPipe and 2p + 1 for each of DualPipeV
  /// Source: 2205.05198 (first rank: p·(1 + (p-1)/(p·v)) stages), 2401.10241, the README of deepseek-ai/DualPipe.
  constexpr count in_flight(count rank, count chunk) const {
    switch (schedule) {
    case schedule::zero_bubble: return moetric::v0::detail::least(micro_batches, ranks);
    case schedule::dual_pipe:
    case schedule::dual_pipe_v: return moetric::v0::detail::least(micro_batches, stages() - stage_of(rank, chunk));
    case schedule::interleaved: return interleaved_in_flight(rank, chunk);
    case schedule::one_forward_one_backward: break;
    }
    return moetric::v0::detail::least(micro_batches, ranks - rank);
  }

  friend constexpr bool operator==(pipeline const&, pipeline const&) = default;

 private:
  constexpr count interleaved_in_flight(count rank, count chunk) const {
    count const all = moetric::v0::detail::least(micro_batches * virtual_stages,
                                                 (virtual_stages - 1) * ranks + 2 * (ranks - rank) - 1);
    count const cycle = ranks * virtual_stages, rest = remainder(all, cycle), before = chunk * ranks;
    return floor_div(all, cycle) * ranks +
           (rest > before ? moetric::v0::detail::least(rest - before, ranks) : count(0));
  }
};

}  // namespace moetric::v0::cluster
