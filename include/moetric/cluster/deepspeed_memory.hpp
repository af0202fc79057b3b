#pragma once

#include "moetric/cluster/convention.hpp"

namespace moetric::v0::cluster {

/// What DeepSpeed moves to the host.
enum class host_offload { none, optimizer, parameters_and_optimizer };

/// What DeepSpeed's estimators read.
struct deepspeed_run {
  count parameters = 0;
  count largest_layer = 0;  // parameters of the largest module by itself; ZeRO-3 only
  count devices_per_node = 1;
  count nodes = 1;  // hosts
  host_offload offload = host_offload::none;
  bool zero_init = true;  // parameters are created sharded; ZeRO-3 only
};

/// Bytes of one device and of one node's host.
struct deepspeed_bytes {
  count device = 0;  // bytes of one device
  count host = 0;    // bytes of one node's host

  friend constexpr bool operator==(deepspeed_bytes const&, deepspeed_bytes const&) = default;
};

/// estimate_zero2_model_states_mem_needs as the code computes it: 2P + 18P/n; with offload 2P. The host holds
/// max(4n, 16)·P, or 4·P for each device of its node, and half more for buffers.
/// Source: deepspeed/runtime/zero/stage_1_and_2.py of 2026-08.
constexpr deepspeed_bytes deepspeed_zero_2(deepspeed_run const& run) {
  count const n = run.nodes * run.devices_per_node, p = run.parameters;
  count const larger = 4 * n > 16 ? 4 * n : count(16);
  if (run.offload != host_offload::none) return {2 * p, floor_div(3 * p * larger, 2)};
  return {2 * p + floor_div(18 * p, n), floor_div(3 * p * 4 * run.devices_per_node, 2)};
}

/// The formula that DeepSpeed's documentation still prints: 4P + 16P/n, 15.93 GB for t5-3b on 8 devices.
constexpr count deepspeed_zero_2_documentation(deepspeed_run const& run) {
  return 4 * run.parameters + floor_div(16 * run.parameters, run.nodes * run.devices_per_node);
}

/// estimate_zero3_model_states_mem_needs as the code computes it: four bytes of the largest layer, and 18P/n, 2P/n or
/// none with more of it on the host. Source: deepspeed/runtime/zero/stage3.py of 2026-08.
constexpr deepspeed_bytes deepspeed_zero_3(deepspeed_run const& run) {
  count const n = run.nodes * run.devices_per_node, p = run.parameters, unit = 4 * run.largest_layer;
  ratio const all(run.devices_per_node * 4), share(1, run.nodes);
  auto const host = [&](count bytes) {
    ratio const sharded = ratio(bytes) * share;
    ratio const each = run.zero_init || sharded > all ? sharded : all;
    return (each * p * ratio(3, 2)).floor();
  };
  switch (run.offload) {
  case host_offload::parameters_and_optimizer: return {unit, host(18)};
  case host_offload::optimizer: return {unit + floor_div(2 * p, n), host(16)};
  case host_offload::none: break;
  }
  count const created = run.zero_init ? run.largest_layer : p;
  return {unit + floor_div(18 * p, n), floor_div(3 * created * 4 * run.devices_per_node, 2)};
}

namespace detail {

/// The largest module by itself, as Hugging Face models have them: an embedding or one matrix.
constexpr count largest_module(model const& m) {
  count largest = m.input.vocab_size * m.d_model;
  auto const matrices = [&](auto const& layer) {
    layer.each_matrix(m.d_model, [&](layer_matrix<> const& each) {
      if (each.weights() > largest) largest = each.weights();
    });
  };
  for (mixer const& each : m.layers.mixers) each.visit(matrices);
  for (feed_forward const& each : m.layers.ffns) each.visit(matrices);
  return largest;
}
constexpr deepspeed_run deepspeed_run_of(model const& m, layout const& l) {
  return {account_of(m).stored.total(), largest_module(m), l.devices, 1};
}

}  // namespace detail

/// ZeRO-2's states of a model, all parameters on every device.
constexpr tool_memory deepspeed_zero_2_memory(model const& m, training_setup const& setup) {
  deepspeed_run const run = detail::deepspeed_run_of(m, setup.layout);
  tool_memory found{.has_activations = false, .without_activations = "it estimates model states only"};
  found.add("model states", run.parameters, ratio(deepspeed_zero_2(run).device, run.parameters));
  return found;
}
/// The same by the documentation.
constexpr tool_memory deepspeed_zero_2_documentation_memory(model const& m, training_setup const& setup) {
  deepspeed_run const run = detail::deepspeed_run_of(m, setup.layout);
  tool_memory found{.has_activations = false, .without_activations = "it estimates model states only"};
  found.add("model states", run.parameters, ratio(deepspeed_zero_2_documentation(run), run.parameters));
  return found;
}
/// ZeRO-3's states of a model.
constexpr tool_memory deepspeed_zero_3_memory(model const& m, training_setup const& setup) {
  deepspeed_run const run = detail::deepspeed_run_of(m, setup.layout);
  tool_memory found{.has_activations = false, .without_activations = "it estimates model states only"};
  found.add("model states", run.parameters, ratio(deepspeed_zero_3(run).device, run.parameters));
  return found;
}

}  // namespace moetric::v0::cluster
