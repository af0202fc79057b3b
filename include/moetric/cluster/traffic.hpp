#pragma once

#include "moetric/cluster/memory.hpp"

/// The bytes that a device sends in one training step, by kind of collective.
namespace moetric::v0::cluster {

/// Why devices talk.
enum class traffic_kind {
  expert_all_to_all,      // tokens to their experts and back
  expert_tensor,          // tokens gathered and summed among the ranks that share an expert
  tensor_all_gather,      // tokens before layers that tensor ranks share
  tensor_reduce_scatter,  // their sums after them
  context,                // keys and values, and their gradients, around the ring of context ranks
  pipeline,               // activations and their gradients between stages
  gradients,              // summed over data ranks
  weights,                // gathered by data ranks
};

/// The number of kinds.
inline constexpr std::size_t n_traffic_kinds = static_cast<std::size_t>(traffic_kind::weights) + 1;

/// The name of a kind: its key in reports.
constexpr std::string_view name(traffic_kind kind) {
  constexpr std::string_view names[n_traffic_kinds]{
      "expert_all_to_all", "expert_tensor", "tensor_all_gather", "tensor_reduce_scatter",
      "context",           "pipeline",      "gradients",         "weights"};
  return names[static_cast<std::size_t>(kind)];
}

/// Bytes that one device sends in a step, by kind. Nothing says how much of it computation hides.
struct traffic {
  count bytes[n_traffic_kinds]{};
  bool context_is_known = true;  // false with context ranks around mixers without keys and values

  /// The bytes of one kind.
  constexpr count& operator[](traffic_kind kind) { return bytes[static_cast<std::size_t>(kind)]; }
  constexpr count operator[](traffic_kind kind) const { return bytes[static_cast<std::size_t>(kind)]; }
  /// All of them.
  constexpr count total() const {
    count sum;
    for (count const each : bytes) sum += each;
    return sum;
  }
};

/// Formats of what is sent.
struct traffic_choice {
  ratio activation_bytes = 2;  // of an element between tensor, context and pipeline ranks
  ratio dispatch_bytes = 2;    // of an element on its way to an expert; 1 with fp8 dispatch
  ratio combine_bytes = 2;     // of an element on its way back, and of both gradients
  ratio gathered_bytes = 2;    // of a weight
};

namespace detail {

/// The traffic of one pipeline rank.
struct traffic_walk {
  model const& m;
  training_setup const& setup;
  traffic_choice const& formats;
  traffic sent{};

  // In a ring of n ranks each sends (n − 1)/n of what all gather or sum together.
  constexpr void ring(traffic_kind kind, count elements, ratio bytes, count ranks, count times) {
    sent[kind] += times * ceil_div(elements * (ranks - 1) * bytes.numerator, ranks * bytes.denominator);
  }

  template <class Layer>
  constexpr void layer(Layer const& l, count times, bool attends) {
    layout const& at = setup.layout;
    count const tokens = at.tokens_in_flight(), tensor = at.sizes.tensor;
    bool const again = setup.activations.recompute.contains(module::layer);
    // Forward, and again where the layer is recomputed; the backward pass mirrors the forward.
    count const forward = again ? 2 : 1;
    if (tensor != 1 && is_tensor_parallel(l, m.d_model)) {
      // With sequence parallelism the input is gathered once more for the gradients of weights (2205.05198, 4.2.2).
      count const gathers = forward + 1 + (at.sequence_parallel ? 1 : 0);
      ring(traffic_kind::tensor_all_gather, tokens * m.d_model, formats.activation_bytes, tensor, times * gathers);
      ring(traffic_kind::tensor_reduce_scatter, tokens * m.d_model, formats.activation_bytes, tensor,
           times * (forward + 1));
    }
    if (expert_routing<> const routing = l.routing(); routing.n_experts != 0) experts(l, times, forward);
    if (attends && at.sizes.context != 1) {
      count const features = key_value_features(l, m.d_model);
      if (features == 0) sent.context_is_known = false;
      // Each rank passes all other ranks' keys and values on; backward once more, and their gradients.
      ring(traffic_kind::context, at.sizes.context * tokens * ceil_div(features, tensor), formats.activation_bytes,
           at.sizes.context, times * (forward + 2));
    }
  }

  template <class Layer>
  constexpr void experts(Layer const& l, count times, count forward) {
    layout const& at = setup.layout;
    count const tokens = ceil_div(at.tokens_in_flight(), at.sequence_ranks());
    l.each_matrix(m.d_model, [&](layer_matrix<> const& x) {
      if (x.name != projection::expert_up || !l.routing().matrices.contains(x.name)) return;
      count const elements = tokens * x.of_used(x.inputs);
      // Rows spread evenly over expert ranks, so 1 of EP stays. Backward returns through both.
      ring(traffic_kind::expert_all_to_all, elements, formats.dispatch_bytes, at.sizes.expert, times * forward);
      ring(traffic_kind::expert_all_to_all, elements, formats.combine_bytes, at.sizes.expert, times * (forward + 2));
      ring(traffic_kind::expert_tensor, at.sizes.expert_tensor * elements, formats.activation_bytes,
           at.sizes.expert_tensor, times * 2 * (forward + 1));
    });
  }

  constexpr void layers(count first, count number, count micro_batches) {
    each_run_within(m.layers, first, number, [&](stack::run const& run, count within) {
      if (passes_tokens(run.use)) pair(m.layers.mixer_of(run), m.layers.ffn_of(run), within * micro_batches);
    });
  }
  constexpr void pair(mixer const& mix, feed_forward const& ffn, count times) {
    mix.visit([&](auto const& l) { layer(l, times, true); });
    ffn.visit([&](auto const& l) { layer(l, times, false); });
  }

  constexpr void data_ranks(parameter_group const& p, count ranks, count micro_batches) {
    state_choice const& states = setup.states;
    count const trained = p.matrices + p.vectors;
    bool const gathered = states.sharding == state_sharding::weights;
    // Sharded weights are gathered for the forward and the backward pass of each microbatch.
    ring(traffic_kind::gradients, trained, states.rule.gradients, ranks, gathered ? micro_batches : count(1));
    if (states.sharding == state_sharding::none)
      ring(traffic_kind::gradients, trained, states.rule.gradients, ranks, 1);  // the sum comes back
    else
      ring(traffic_kind::weights, gathered ? p.all() : trained, formats.gathered_bytes, ranks,
           gathered ? 2 * micro_batches : count(1));
  }

  constexpr traffic of_rank(count rank) {
    layout const& at = setup.layout;
    pipeline const pipe = at.pipeline();
    count const stages = at.stages(), micro_batches = at.micro_batches();
    count const boundary = ceil_div(at.tokens_in_flight(), at.sequence_ranks()) * m.d_model;
    for (count chunk; chunk < pipe.chunks_per_rank(); chunk += 1) {
      count const stage = pipe.stage_of(rank, chunk);
      // Each direction of a dual pipe carries half of the microbatches through this rank's stage.
      count const through = at.schedule == schedule::dual_pipe ? ceil_div(micro_batches, 2) : micro_batches;
      layers(at.first_layer_of(stage, m.layers.n_layers()), at.layers_of(stage, m.layers.n_layers()), through);
      if (m.mtp.modules != 0 && stage == at.stage_at(at.mtp_stage))
        pair(m.mtp.block.mix, m.mtp.block.ffn, m.mtp.modules * through);
      count const neighbours = (stage + 1 < stages ? 1 : 0) + (stage != 0 ? 1 : 0);
      if (at.sizes.pipeline != 1)
        sent[traffic_kind::pipeline] += through * neighbours * shared(boundary, formats.activation_bytes, 1);
    }
    held_parameters const held = memory_walk(m, setup).of_rank(rank).parameters;
    data_ranks(held.dense, at.data() * at.sizes.context, micro_batches);
    data_ranks(held.experts, at.expert_data(), micro_batches);
    return sent;
  }
};

constexpr traffic traffic_of_one_rank(model const& m, training_setup const& setup, count rank,
                                      traffic_choice const& formats) {
  moetric::v0::detail::enforce([&](auto& report) { rules(m, setup, report); });
  if (rank >= setup.layout.sizes.pipeline)
    moetric::v0::detail::invalid("moetric: a pipeline rank must be below the pipeline-parallel size");
  return traffic_walk{m, setup, formats}.of_rank(rank);
}

}  // namespace detail

#ifdef MOETRIC_COMPILED
namespace compiled {
traffic traffic_of_rank(model const& m, training_setup const& setup, count rank, traffic_choice const& formats);
}  // namespace compiled
#endif

/// The bytes that a device of a pipeline rank sends in one step. Rings: n ranks that gather or sum X bytes send
/// (n − 1)/n·X each. Tensor ranks gather before and sum after each layer that they share, forward and backward
/// (2205.05198, section 4.2.2); tokens pass to their experts and back, forward and backward (2101.03961), spread
/// evenly; stages pass activations on and gradients back (2104.04473); data ranks sum gradients and gather weights
/// (1910.02054). \throws std::invalid_argument with every rule that the setup breaks, or for a rank past the last
constexpr traffic traffic_of_rank(model const& m, training_setup const& setup, count rank,
                                  traffic_choice const& formats = {}) {
#ifdef MOETRIC_COMPILED
  if (__builtin_is_constant_evaluated()) return detail::traffic_of_one_rank(m, setup, rank, formats);
  return compiled::traffic_of_rank(m, setup, rank, formats);
#else
  return detail::traffic_of_one_rank(m, setup, rank, formats);
#endif
}

}  // namespace moetric::v0::cluster
