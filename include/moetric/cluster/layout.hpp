#pragma once

#include <cstdint>

#include "moetric/cluster/schedule.hpp"
#include "moetric/core/fixed_list.hpp"
#include "moetric/model/parallel.hpp"

namespace moetric::v0::cluster {

/// The most stages of a pipeline, chunks of an interleaved schedule included.
inline constexpr std::size_t most_stages = 256;

/// Layers of each stage, in order. Empty: as even as possible, the first stages take one more.
using stage_layers = fixed_list<std::uint16_t, most_stages>;

/// How a model is laid out on devices. The same devices form two meshes, attention and dense layers over tensor x
/// context x data ranks, experts over expert-tensor x expert x expert-data ranks; both share the pipeline ranks, so
/// expert parallelism may exceed data parallelism. Source: 2504.14960.
///
///   constexpr cluster::layout deepseek_v3{.sizes = {.expert = 64, .pipeline = 16, .sequence_length = 4096},
///                                         .devices = 2048,
///                                         .global_batch = 15360};
struct layout {
  parallel_sizes sizes{};  // tensor, context, pipeline, expert and expert-tensor ranks, and the sequence length
  count devices = 1;
  count virtual_stages = 1;  // chunks of layers on each pipeline rank
  cluster::schedule schedule = schedule::one_forward_one_backward;
  count micro_batch = 1;          // sequences of one forward pass
  count global_batch = 0;         // sequences of one step; 0: as many as fill the pipeline
  bool sequence_parallel = true;  // tensor ranks share the tokens of norms and residuals
  stage_layers layers{};          // of each stage
  // The stages that hold the embedding, the output head with the loss, and the multi-token-prediction modules; negative
  // ones count from the end.
  std::int16_t embedding_stage = 0;
  std::int16_t head_stage = -1;
  std::int16_t mtp_stage = -1;

  /// Data-parallel ranks of attention and dense layers.
  constexpr count data() const { return floor_div(devices, sizes.tensor * sizes.context * sizes.pipeline); }
  /// Data-parallel ranks of the experts.
  constexpr count expert_data() const {
    return floor_div(devices, sizes.expert_tensor * sizes.expert * sizes.pipeline);
  }
  /// The fewest devices that both meshes fill.
  constexpr count fewest_devices() const {
    count const dense = sizes.tensor * sizes.context, expert = sizes.expert * sizes.expert_tensor;
    return sizes.pipeline * dense * floor_div(expert, greatest_common_divisor(dense, expert));
  }
  /// Microbatches of one step through one pipeline.
  constexpr count micro_batches() const {
    if (global_batch == 0) return 2 * stages();
    return floor_div(global_batch, micro_batch * data());
  }
  /// Sequences of one step.
  constexpr count sequences_per_step() const { return micro_batches() * micro_batch * data(); }
  /// The pipeline, with its schedule.
  constexpr cluster::pipeline pipeline() const { return {sizes.pipeline, virtual_stages, schedule, micro_batches()}; }
  /// Stages that a microbatch passes.
  constexpr count stages() const { return cluster::pipeline{sizes.pipeline, virtual_stages, schedule}.stages(); }
  /// Tokens of one microbatch that a device computes in attention: b·s/CP.
  constexpr count tokens_in_flight() const { return floor_div(micro_batch * sizes.sequence_length, sizes.context); }
  /// Ranks that share the tokens of norms and residuals.
  constexpr count sequence_ranks() const { return sequence_parallel ? sizes.tensor : count(1); }
  /// Layers of a stage of a model. Where stages outnumber layers, the head stands alone, then the embedding.
  constexpr count layers_of(count stage, count n_layers) const {
    if (!layers.empty()) return layers[static_cast<std::size_t>(stage)];
    count const all = stages();
    if (all > n_layers) return stands_alone(stage, all - n_layers) ? 0 : 1;
    return floor_div(n_layers, all) + (stage < remainder(n_layers, all) ? 1 : 0);
  }
  /// Layers of all stages before one.
  constexpr count first_layer_of(count stage, count n_layers) const {
    count const all = stages();
    if (!layers.empty() || all > n_layers) {
      count first;
      for (count each; each < stage; each += 1) first += layers_of(each, n_layers);
      return first;
    }
    count const longer = remainder(n_layers, all);
    return stage * floor_div(n_layers, all) + (stage < longer ? stage : longer);
  }
  /// The index of a stage that may be counted from the end.
  constexpr count stage_at(std::int16_t place) const {
    return place >= 0 ? count(place) : stages() - count(-static_cast<int>(place));
  }

  /// True if a stage holds no layer where so many stages are left without one.
  constexpr bool stands_alone(count stage, count without) const {
    return stage == stage_at(head_stage) || (without > 1 && stage == stage_at(embedding_stage));
  }

  friend constexpr bool operator==(layout const& a, layout const& b) {
    return a.sizes.tensor == b.sizes.tensor && a.sizes.expert == b.sizes.expert &&
           a.sizes.pipeline == b.sizes.pipeline && a.sizes.sequence_length == b.sizes.sequence_length &&
           a.sizes.expert_tensor == b.sizes.expert_tensor && a.sizes.context == b.sizes.context &&
           a.devices == b.devices && a.virtual_stages == b.virtual_stages && a.schedule == b.schedule &&
           a.micro_batch == b.micro_batch && a.global_batch == b.global_batch &&
           a.sequence_parallel == b.sequence_parallel && a.layers == b.layers &&
           a.embedding_stage == b.embedding_stage && a.head_stage == b.head_stage && a.mtp_stage == b.mtp_stage;
  }
};

/// A layout on the fewest devices that both of its meshes fill. Sizes of 0, which its rules refuse, stay.
constexpr layout on_fewest_devices(layout l) {
  bool const positive = l.sizes.tensor != 0 && l.sizes.context != 0 && l.sizes.expert != 0 &&
                        l.sizes.expert_tensor != 0 && l.sizes.pipeline != 0;
  if (positive) l.devices = l.fewest_devices();
  return l;
}

namespace detail {

using moetric::v0::detail::least;

/// Calls `visit(run, layers)` with each run of a stack that has layers from `first` to `first + number`, and how many.
template <class Visit>
constexpr void each_run_within(stack const& layers, count first, count number, Visit visit) {
  count start;
  for (stack::run const& run : layers.runs) {
    count const end = start + run.layers;
    count const from = first > start ? first : start, to = least(end, first + number);
    if (from < to) visit(run, to - from);
    start = end;
  }
}

/// How often a rank stores the weights of its layers: those that are used again once, on each rank that uses them.
struct weight_copies {
  bool has_mixer[32]{};
  bool has_ffn[32]{};

  /// Copies that layers add to those before them on the rank.
  constexpr count of(stack::run const& run, count layers) {
    bool const held = has_mixer[run.mixer] && has_ffn[run.ffn];
    has_mixer[run.mixer] = has_ffn[run.ffn] = true;
    return brings_weights(run.use) ? layers : held ? count(0) : count(1);
  }
};

}  // namespace detail

/// The name that a trainer calls it by: "TP1 CP1 DP128 EP64 ETP1 EDP2 PP16".
inline std::string to_string(layout const& l) {
  auto const part = [](char const* what, count size) { return what + to_string(size); };
  return part("TP", l.sizes.tensor) + part(" CP", l.sizes.context) + part(" DP", l.data()) +
         part(" EP", l.sizes.expert) + part(" ETP", l.sizes.expert_tensor) + part(" EDP", l.expert_data()) +
         part(" PP", l.sizes.pipeline) + (l.virtual_stages == 1 ? "" : part(" VP", l.virtual_stages));
}

namespace detail {

using moetric::v0::detail::enforce;

/// The rules of the pipeline: stages, schedule, and where the ends of the model stand.
template <class Report>
constexpr void pipeline_rules(model const& m, layout const& l, Report& report) {
  count const n_layers = m.layers.n_layers(), stages = l.stages();
  if (l.virtual_stages != 1 && l.schedule != schedule::interleaved)
    report.broken_rule("moetric: virtual stages must be 1 unless the schedule is interleaved", l.virtual_stages);
  if (l.schedule == schedule::dual_pipe && remainder(l.sizes.pipeline, 2) != 0)
    report.broken_rule("moetric: the pipeline-parallel size must be even with a dual pipe", l.sizes.pipeline);
  if (stages > most_stages) return report.broken_rule("moetric: the stages of a pipeline must not exceed 256", stages);
  // A pipeline longer than the model is told by the rules of parallel sizes.
  if (stages > n_layers + 2 && l.layers.empty() && l.sizes.pipeline <= n_layers)
    report.broken_rule("moetric: stages of a pipeline must not exceed the layers, the embedding and the head", stages,
                       n_layers + 2);
  if (!l.layers.empty()) {
    if (l.layers.size() != stages)
      return report.broken_rule("moetric: the list of stages must hold one number of layers for each stage",
                                l.layers.size(), stages);
    count sum;
    for (std::uint16_t const each : l.layers) sum += each;
    if (sum != n_layers)
      report.broken_rule("moetric: the layers of all stages must add up to those of the model", sum, n_layers);
  }
  for (std::int16_t const place : {l.embedding_stage, l.head_stage, l.mtp_stage})
    if (count const distance = place >= 0 ? place + 1 : -place; distance > stages)
      report.broken_rule("moetric: embedding, head and MTP must stand on a stage of the pipeline", distance, stages);
}

/// The rules of devices and batch, after those of parallel sizes.
template <class Report>
constexpr void device_rules(layout const& l, Report& report) {
  count const dense = l.sizes.tensor * l.sizes.context * l.sizes.pipeline;
  count const expert = l.sizes.expert_tensor * l.sizes.expert * l.sizes.pipeline;
  bool fills = true;
  if (l.devices == 0 || remainder(l.devices, dense) != 0) {
    report.broken_rule("moetric: devices must be divisible by tensor x context x pipeline ranks", l.devices, dense);
    fills = false;
  }
  if (l.devices == 0 || remainder(l.devices, expert) != 0) {
    report.broken_rule("moetric: devices must be divisible by expert x expert-tensor x pipeline ranks", l.devices,
                       expert);
    fills = false;
  }
  if (l.micro_batch == 0) return report.broken_rule("moetric: the micro batch must be positive", l.micro_batch);
  if (l.sequence_parallel && l.sizes.sequence_length != 1 &&
      remainder(l.micro_batch * l.sizes.sequence_length, l.sizes.context * l.sizes.tensor) != 0)
    report.broken_rule("moetric: tokens of a micro batch must be divisible by context x tensor ranks with sequence "
                       "parallelism",
                       l.micro_batch * l.sizes.sequence_length, l.sizes.context * l.sizes.tensor);
  // Megatron-LM refuses it too: without it each tensor rank would send the same tokens.
  if (!l.sequence_parallel && l.sizes.expert != 1 && l.sizes.tensor != 1)
    report.broken_rule("moetric: sequence parallelism must be on with expert and tensor parallelism", l.sizes.expert,
                       l.sizes.tensor);
  if (!fills || l.global_batch == 0) return;
  if (remainder(l.global_batch, l.micro_batch * l.data()) != 0)
    return report.broken_rule("moetric: the global batch must be divisible by micro batch x data ranks", l.global_batch,
                              l.micro_batch * l.data());
  if (l.schedule == schedule::interleaved && remainder(l.micro_batches(), l.sizes.pipeline) != 0)
    report.broken_rule("moetric: micro batches of an interleaved schedule must be divisible by pipeline ranks",
                       l.micro_batches(), l.sizes.pipeline);
  if ((l.schedule == schedule::dual_pipe || l.schedule == schedule::dual_pipe_v) &&
      l.micro_batches() < 2 * l.sizes.pipeline)
    report.broken_rule("moetric: micro batches of a dual pipe must be at least twice the pipeline ranks",
                       l.micro_batches(), l.sizes.pipeline);
}

/// All rules of a model on a layout: those of its parallel sizes, of its pipeline, and of its devices and batch.
template <class Report>
constexpr void rules(model const& m, layout const& l, Report& report) {
  moetric::v0::detail::rules(m, l.sizes, report);
  bool const positive = l.sizes.tensor != 0 && l.sizes.expert != 0 && l.sizes.pipeline != 0 && l.sizes.context != 0 &&
                        l.sizes.expert_tensor != 0 && l.virtual_stages != 0;
  if (l.virtual_stages == 0)
    report.broken_rule("moetric: virtual stages of a pipeline rank must be positive", l.virtual_stages);
  if (!positive) return;  // the rules below divide
  pipeline_rules(m, l, report);
  device_rules(l, report);
}

}  // namespace detail

/// Every rule that a model breaks on a layout; nothing is thrown.
constexpr diagnosis diagnose(model const& m, layout const& l) {
  diagnosis report;
  detail::rules(m, l, report);
  return report;
}

/// The same as a check, at run time and in constant expressions.
/// \throws std::invalid_argument with every broken rule
constexpr void validate(model const& m, layout const& l) {
  detail::enforce([&](auto& report) { detail::rules(m, l, report); });
}

}  // namespace moetric::v0::cluster
