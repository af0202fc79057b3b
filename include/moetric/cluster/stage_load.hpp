#pragma once

#include "moetric/account/flops.hpp"
#include "moetric/cluster/layout.hpp"

/// How evenly the stages of a pipeline share the FLOPs of a model.
namespace moetric::v0::cluster {

/// Forward FLOPs of one sequence on a pipeline rank: its layers, with the output head and multi-token prediction where
/// they stand. \throws std::invalid_argument as `forward_flops`
inline double forward_flops_of_rank(model const& m, layout const& l, count rank) {
  sequence<> const tokens{.length = l.sizes.sequence_length};
  pipeline const pipe = l.pipeline();
  double sum = 0;
  for (count chunk; chunk < pipe.chunks_per_rank(); chunk += 1) {
    count const stage = pipe.stage_of(rank, chunk), n_layers = m.layers.n_layers();
    double of_stage = 0;
    detail::each_run_within(m.layers, l.first_layer_of(stage, n_layers), l.layers_of(stage, n_layers),
                            [&](stack::run const& run, count layers) {
                              account<> const all = account_of(m, run, tokens);
                              double const flops =
                                  static_cast<double>(moetric::v0::detail::forward_sheet(all, tokens.length).total());
                              of_stage += flops * static_cast<double>(layers) / static_cast<double>(run.layers);
                            });
    if (stage == l.stage_at(l.head_stage))
      of_stage += static_cast<double>(forward_flops(m, tokens).by_term[term::output_head]);
    if (m.mtp.modules != 0 && stage == l.stage_at(l.mtp_stage))
      of_stage += static_cast<double>(mtp_forward_flops(m, tokens).per_sequence());
    // Each direction of a dual pipe carries half of the microbatches.
    sum += l.schedule == schedule::dual_pipe ? of_stage / 2 : of_stage;
  }
  return sum;
}

/// The time that pipeline ranks wait for the slowest one, in proportion to their mean busy time:
/// (m - 1)/m·(slowest/mean - 1) for m microbatches, since a step takes the sum of all stages' times and m - 1 times
/// that of the slowest. Times are in proportion to FLOPs. Source: 2201.12023 (Alpa), section 5.1. \throws
/// std::invalid_argument as `forward_flops`
inline double unevenness(model const& m, layout const& l) {
  double most = 0, sum = 0;
  for (count rank; rank < l.sizes.pipeline; rank += 1) {
    double const each = forward_flops_of_rank(m, l, rank);
    sum += each;
    most = each > most ? each : most;
  }
  double const micro_batches = static_cast<double>(l.micro_batches());
  return (micro_batches - 1) / micro_batches * (most * static_cast<double>(l.sizes.pipeline) / sum - 1);
}

}  // namespace moetric::v0::cluster
