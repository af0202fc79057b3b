#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <vector>

#include "moetric/io/adapters.hpp"
#include "moetric/io/hardware_request.hpp"
#include "moetric/io/named_model.hpp"
#include "moetric/report/cluster_answer.hpp"
#include "moetric/report/published_mfu.hpp"

namespace moetric::v0::io {

/// A run that the user measured: of the model, device, format and layout of a request where nothing else is said.
struct measured_request {
  std::optional<double> tokens_per_second{};  // of one device
  std::optional<double> step_seconds{};       // in its place: of one step of the request's global batch and devices
  std::optional<model> of{};
  std::optional<cluster::device> device{};
  std::optional<cluster::number_format> precision{};
  std::optional<count> micro_batch{};  // sequences of one forward pass
};

/// A training run on a cluster, as people type it.
struct cluster_request {
  parallel_request layout{};
  device_request on{};
  cluster::training_setup setup{};  // its layout is replaced
  std::string rule = "moetric";     // of memory: moetric's own account, or a tool's
  std::optional<cluster::schedule> schedule{};
  std::vector<count> stage_layers{};
  count framework_gib = 6;          // that no tensor takes
  std::vector<std::string> lora{};  // as `adapters_of` reads them; all else is then frozen
  bool mtp = false;                 // multi-token-prediction modules are included
  bool sequence_parallel = true, fused_activation = true, pytorch_buffers = false;
  std::optional<double> tokens{}, inference_tokens{};
  serving_request serving{};
  measured_request measured{};
};

namespace detail {

inline cluster::layout layout_of(cluster_request const& from) {
  cluster::layout l = from.layout.made();
  if (from.schedule) l.schedule = *from.schedule;
  l.sequence_parallel = from.sequence_parallel;
  for (count const each : from.stage_layers) {
    if (each > 65535) refuse("stage_layers must be below 65536, but got " + to_string(each));
    l.layers.push_back(static_cast<std::uint16_t>(each), "moetric: stage_layers must hold at most 256 stages");
  }
  return l;
}

inline cluster::measured_run measured_of(measured_request const& from, model const& m,
                                         report::cluster_question const& asked) {
  cluster::device const on = from.device.value_or(asked.device);
  cluster::number_format const format = from.precision.value_or(asked.precision);
  cluster::training_setup setup = asked.setup;
  double speed = from.tokens_per_second.value_or(0);
  if (from.step_seconds) {
    cluster::layout const& at = setup.layout;
    moetric::detail::require_positive("measured_step_seconds", *from.step_seconds);
    speed = static_cast<double>(at.sequences_per_step() * at.sizes.sequence_length) /
            (*from.step_seconds * static_cast<double>(at.devices));
  }
  if (from.micro_batch) {
    setup.layout.micro_batch = *from.micro_batch;
    setup.layout.global_batch = 0;
  }
  model const other = from.of.value_or(m);
  return {.work = cluster::work_of(other, setup),
          .rates = cluster::rates_of(on, format),
          .device = cluster::device_named(on.id).id,
          .format = format,
          .same_model = other == m,
          .tokens_per_second = speed};
}

}  // namespace detail

/// The answer to a request for a model. Keys: those of `report::cluster_answer`, and published[] as
/// `report::published_mfu`. \throws std::invalid_argument naming what is missing or wrong
inline report::answer cluster_answer(named_model m, cluster_request const& from) {
  if (!from.on.device) refuse("a run must have a device, but got none");
  if (!from.mtp) m.value.mtp.modules = 0;
  report::cluster_question asked{
      .model_name = m.name,
      .device = *from.on.device,
      .setup = from.setup,
      .rule = from.rule,
      .precision = from.on.format(),
      .run = {.tokens = from.tokens, .price = from.on.device_price(), .balanced = from.on.balanced},
      .notes = m.notes};
  asked.setup.layout = detail::layout_of(from);
  asked.setup.framework = from.framework_gib * 1024 * 1024 * 1024;
  asked.setup.states.lora = adapters_of(from.lora, m.value);
  if (!from.lora.empty()) asked.setup.states.frozen = term_set::all();
  cluster::activation_choice& kept = asked.setup.activations;
  kept.fused_activation = from.fused_activation;
  if (from.pytorch_buffers) kept.gathered_inputs = kept.repeated_keys = kept.pipeline_buffers = true;
  kept = cluster::in_format(kept, asked.precision);
  if (from.serving.holds()) asked.held = from.serving.made(0);
  if (from.inference_tokens) {
    if (!asked.run.price) refuse("inference_tokens must be given with a price, but there is none");
    asked.run.serving = from.serving.made(*from.inference_tokens);
    asked.run.serving_price = from.serving.price_beside(*asked.run.price);
  }
  if (from.measured.tokens_per_second || from.measured.step_seconds)
    asked.run.measured = detail::measured_of(from.measured, m.value, asked);
  report::answer made = report::cluster_answer(m.value, asked);
  made.values.set("published", report::published_mfu(asked.device.id));
  return made;
}

}  // namespace moetric::v0::io
