#pragma once

#include "moetric/layers/parallel_sizes.hpp"
#include "moetric/model/validate.hpp"

namespace moetric::v0 {

namespace detail {

/// True if any layer has experts, which expert-parallel ranks share.
constexpr bool has_experts(model const& m) {
  auto const routed = [](auto const& layer) { return layer.routing().n_experts != 0; };
  for (mixer const& each : m.layers.mixers)
    if (each.visit(routed)) return true;
  for (feed_forward const& each : m.layers.ffns)
    if (each.visit(routed)) return true;
  return m.mtp.modules != 0 && (m.mtp.block.mix.visit(routed) || m.mtp.block.ffn.visit(routed));
}

/// True if a list of layers holds one, whose rules then need no second report.
template <class Layers, class Layer>
constexpr bool holds(Layers const& layers, Layer const& wanted) {
  for (Layer const& each : layers)
    if (each == wanted) return true;
  return false;
}

/// The rules of a model that a trainer shards with these sizes: those of every model, the trainer's own, and those
/// that each layer states, those of multi-token-prediction modules too.
template <class Report>
constexpr void rules(model const& m, parallel_sizes const& sizes, Report& report) {
  rules(m, report);
  if (sizes.tensor == 0) report.broken_rule("moetric: the tensor-parallel size must be positive", sizes.tensor);
  if (sizes.expert == 0) report.broken_rule("moetric: the expert-parallel size must be positive", sizes.expert);
  if (sizes.expert_tensor == 0 && sizes.tensor != 0)
    report.broken_rule("moetric: the expert-tensor-parallel size must be positive", sizes.expert_tensor);
  if (sizes.pipeline == 0) report.broken_rule("moetric: the pipeline-parallel size must be positive", sizes.pipeline);
  if (sizes.context == 0) report.broken_rule("moetric: the context-parallel size must be positive", sizes.context);
  // The rules below divide.
  if (sizes.tensor == 0 || sizes.expert == 0 || sizes.expert_tensor == 0 || sizes.pipeline == 0 || sizes.context == 0 ||
      !diagnose(m).ok())
    return;
  if (sizes.expert != 1 && !has_experts(m))
    report.broken_rule("moetric: the expert-parallel size must be 1 without experts", sizes.expert);
  // Stages may be uneven: DeepSeek-V3 trained its 61 layers in 16 stages (2412.19437, section 3.2).
  if (sizes.pipeline > m.layers.n_layers())
    report.broken_rule("moetric: the pipeline-parallel size must not exceed the number of layers", sizes.pipeline,
                       m.layers.n_layers());
  // Megatron-LM cuts a sequence into twice as many chunks as ranks, so that each has a cheap and an expensive one.
  if (sizes.context != 1 && sizes.sequence_length != 1 && remainder(sizes.sequence_length, 2 * sizes.context) != 0)
    report.broken_rule("moetric: the sequence length must be divisible by twice the context-parallel size",
                       sizes.sequence_length, sizes.context);
  auto const layer_rules = [&](auto const& layer) { layer.parallel_rules(sizes, report); };
  for (mixer const& each : m.layers.mixers) each.visit(layer_rules);
  for (feed_forward const& each : m.layers.ffns) each.visit(layer_rules);
  if (m.mtp.modules == 0) return;
  if (!holds(m.layers.mixers, m.mtp.block.mix)) m.mtp.block.mix.visit(layer_rules);
  if (!holds(m.layers.ffns, m.mtp.block.ffn)) m.mtp.block.ffn.visit(layer_rules);
}

}  // namespace detail

/// Every rule that a model breaks, those of a trainer that shards it with these sizes included; nothing is thrown.
constexpr diagnosis diagnose(model const& m, parallel_sizes const& sizes) {
  diagnosis report;
  detail::rules(m, sizes, report);
  return report;
}

/// The same as a check, at run time and in constant expressions.
/// \throws std::invalid_argument with every broken rule
constexpr void validate(model const& m, parallel_sizes const& sizes) {
  detail::enforce([&](auto& report) { detail::rules(m, sizes, report); });
}

}  // namespace moetric::v0
