#pragma once

#include <optional>

#include "moetric/cluster/bubble.hpp"
#include "moetric/cluster/memory.hpp"
#include "moetric/cluster/run_time.hpp"
#include "moetric/cluster/stage_load.hpp"
#include "moetric/cluster/throughput.hpp"
#include "moetric/cluster/traffic.hpp"

/// How long a run takes on a layout.
namespace moetric::v0::cluster {

/// The speed of a model on a layout and a device.
struct run_estimate {
  token_work work;
  throughput rate;             // with experts balanced by force
  estimate tokens_per_second;  // of one device, under the routing that was asked for
  named_peak peak;
  estimate mfu;  // of tokens_per_second

  /// The time of `tokens` on `n_devices` with steps of `batch_tokens`.
  run_time time_of(double tokens, double n_devices, double batch_tokens) const {
    return run_time_of(tokens_per_second, n_devices, tokens, batch_tokens);
  }
};

/// The mesh of a run. Data ranks exchange once a step the gradients and weights that the optimizer shares, or gradients
/// and their sums without sharding; with sharded weights (FSDP) gradients once and weights twice a microbatch
/// (1910.02054). Where layers are computed again, tensor ranks gather and sum once more.
inline rank_mesh mesh_of(training_setup const& setup) {
  layout const& at = setup.layout;
  state_choice const& states = setup.states;
  auto const real = [](count c) { return static_cast<double>(c); };
  double const gradients = static_cast<double>(states.rule.gradients),
               gathered = static_cast<double>(traffic_choice().gathered_bytes);
  count const dense = at.sizes.tensor * at.sizes.context, stage = floor_div(at.devices, at.sizes.pipeline);
  bool const by_layer = states.sharding == state_sharding::weights;
  bool const again = setup.activations.recompute.contains(module::layer);
  return {.tensor = real(at.sizes.tensor),
          .context = real(at.sizes.context),
          .pipeline = real(at.sizes.pipeline),
          .expert = real(at.sizes.expert),
          .expert_tensor = real(at.sizes.expert_tensor),
          .virtual_stages = real(floor_div(at.stages(), at.sizes.pipeline)),
          .devices = real(at.devices),
          .tokens = real(at.sequences_per_step() * at.sizes.sequence_length) / real(at.devices),
          .bytes_per_weight = by_layer ? real(at.micro_batches()) * (gradients + 2 * gathered)
                              : states.sharding == state_sharding::none ? 2 * gradients
                                                                        : gradients + gathered,
          .data_devices = by_layer && states.shard_ranks != 0 ? real(detail::least(stage, states.shard_ranks * dense))
                                                              : real(stage),
          .tensor_collectives = (at.sequence_parallel ? 5. : 4.) + (again ? 2 : 0)};
}

/// Micro batch, bubble, recomputation and what is trained beside a model's workload: they set the time of a token.
/// Frozen weights have no gradient, so FLOPs are those of `training_cost_of`; multi-token prediction is scaled alike.
inline token_work work_of(model const& m, training_setup const& setup, workload const& of_model) {
  layout const& at = setup.layout;
  count const length = at.sizes.sequence_length;
  rank_mesh const mesh = mesh_of(setup);
  token_work work{.model = of_model,
                  .tokens_per_micro_batch = static_cast<double>(at.micro_batch * length),
                  .bubble = bubble_fraction(at.pipeline()),
                  .sent = exchanges_of(of_model, mesh)};
  work.sent.layer_by_layer = setup.states.sharding == state_sharding::weights;
  // Without a list, trainers place layers, embedding and head so that stages are even, as in published rows.
  if (!at.layers.empty()) work.bubble += unevenness(m, at);
  bool const full = setup.activations.recompute.contains(module::layer);
  bool const recomputed = full || setup.activations.recompute.contains(module::core);
  bool const partly = setup.states.lora.any() || setup.states.frozen.bits != 0;
  if (!recomputed && !partly) return work;
  training_cost const cost = training_cost_of(m, {.length = length},
                                              {.frozen = setup.states.frozen,
                                               .recompute = full         ? recomputation::full
                                                            : recomputed ? recomputation::selective
                                                                         : recomputation::none,
                                               .lora = setup.states.lora});
  double const model = static_cast<double>(cost.model.per_sequence());
  work.recomputed = static_cast<double>(cost.hardware.per_sequence()) / model;
  if (partly) {
    work.model.training_flops_per_token *=
        model / static_cast<double>(training_flops(m, {.length = length}).per_sequence());
    traffic const sent = traffic_of_rank(m, setup, 0);
    work.sent.data.bytes_per_token =
        static_cast<double>(sent[traffic_kind::gradients] + sent[traffic_kind::weights]) / mesh.tokens;
  }
  return work;
}
/// The same with the workload of the model at the layout's sequence length.
inline token_work work_of(model const& m, training_setup const& setup) {
  return work_of(m, setup, workload_of(m, setup.layout.sizes.sequence_length));
}

/// Tokens/s of a model on a layout, from published rows or from a run that was measured.
/// \param balanced experts balanced by force, as in published rows; else what real routing loses is taken off
/// \throws std::invalid_argument for a format or memory bandwidth that no source gives
inline run_estimate estimate_run(token_work const& work, device const& on, number_format format, bool balanced = false,
                                 std::optional<measured_run> const& measured = {}) {
  run_estimate made{.work = work,
                    .rate = measured ? throughput_from(*measured, work, on, format)
                                     : throughput_from_rows(work, on, format),
                    .tokens_per_second = {},
                    .peak = peak_of(on, format),
                    .mfu = {}};
  // A measured run has real routing, or its owner says otherwise.
  bool const as_it_is = balanced || is_of_user(made.rate.basis);
  made.tokens_per_second =
      as_it_is ? made.rate.tokens_per_second : with_real_routing(made.rate.tokens_per_second, work.model);
  made.mfu = made.tokens_per_second * (work.model.training_flops_per_token / made.peak.value.value);
  return made;
}

}  // namespace moetric::v0::cluster
