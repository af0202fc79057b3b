#include "moetric/report/plot/cluster.hpp"
#include "moetric/io/adapters.hpp"
#include "moetric/io/module_names.hpp"
#include "moetric/report/cluster_answer.hpp"
#include "moetric/report/published_mfu.hpp"
#include "shared_options.hpp"

namespace tool {
namespace cluster_command {

using namespace moetric;

struct options {
  std::string model, rule = "moetric", measured_model;
  layout_options layout;
  device_options devices, measured_on;
  serving_options serving;
  cluster::training_setup setup;
  std::optional<cluster::schedule> schedule;
  std::vector<count> stage_layers;
  count framework_gib = 6;
  std::optional<double> tokens, measured, inference_tokens;
  std::optional<count> measured_micro_batch;
  std::vector<std::string> lora;
  bool mtp = false, without_sequence_parallelism = false, unfused = false, pytorch_buffers = false;
  output_options output;
};

cluster::layout layout_of(options const& chosen) {
  cluster::layout l = chosen.layout.made();
  if (chosen.schedule) l.schedule = *chosen.schedule;
  l.sequence_parallel = !chosen.without_sequence_parallelism;
  for (count const each : chosen.stage_layers) {
    if (each > 65535) io::refuse("stage_layers must be below 65536, but got " + to_string(each));
    l.layers.push_back(static_cast<std::uint16_t>(each), "moetric: stage_layers must hold at most 256 stages");
  }
  return l;
}

/// The user's measured run: of this model, device and layout where nothing else is said.
cluster::measured_run measured_of(options const& chosen, model const& m, report::cluster_question const& asked) {
  cluster::device const on = chosen.measured_on.device.value_or(asked.device);
  cluster::number_format const format = chosen.measured_on.precision.value_or(asked.precision);
  cluster::training_setup setup = asked.setup;
  if (chosen.measured_micro_batch) {
    setup.layout.micro_batch = *chosen.measured_micro_batch;
    setup.layout.global_batch = 0;
  }
  model const other = chosen.measured_model.empty() ? m : find_model(chosen.measured_model).value;
  return {.work = cluster::work_of(other, setup),
          .rates = cluster::rates_of(on, format),
          .device = cluster::device_named(on.id).id,
          .format = format,
          .same_model = other == m,
          .tokens_per_second = *chosen.measured};
}

void run(options const& chosen) {
  named_model m = find_model(chosen.model);
  if (!chosen.mtp) m.value.mtp.modules = 0;
  report::cluster_question asked{
      .model_name = m.name,
      .device = *chosen.devices.device,
      .setup = chosen.setup,
      .rule = chosen.rule,
      .precision = chosen.devices.format(),
      .run = {.tokens = chosen.tokens, .price = chosen.devices.device_price(), .balanced = chosen.devices.balanced},
      .notes = m.notes};
  asked.setup.layout = layout_of(chosen);
  asked.setup.framework = chosen.framework_gib * 1024 * 1024 * 1024;
  asked.setup.states.lora = io::adapters_of(chosen.lora, m.value);
  if (!chosen.lora.empty()) asked.setup.states.frozen = term_set::all();
  asked.setup.activations.fused_activation = !chosen.unfused;
  if (chosen.pytorch_buffers) {
    cluster::activation_choice& kept = asked.setup.activations;
    kept.gathered_inputs = kept.repeated_keys = kept.pipeline_buffers = true;
  }
  asked.setup.activations = cluster::in_format(asked.setup.activations, asked.precision);
  if (chosen.serving.holds()) asked.held = chosen.serving.made(0);
  if (chosen.inference_tokens) {
    asked.run.serving = chosen.serving.made(*chosen.inference_tokens);
    asked.run.serving_price = chosen.serving.price_beside(*asked.run.price);
  }
  if (chosen.measured) asked.run.measured = measured_of(chosen, m.value, asked);
  report::answer made = report::cluster_answer(m.value, asked);
  made.values.set("published", report::published_mfu(asked.device.id));
  print(made, chosen.output, report::cluster_picture);
}

template <class Rules>
std::string listed_rules(Rules const& rules) {
  std::string all;
  for (auto const& each : rules) all += "\n" + std::string(each.id) + ": " + std::string(each.summary);
  return all;
}

void declare_memory(command& to, options& chosen) {
  std::string modules;
  for (std::string_view const each : names_of_first<cluster::module>(cluster::n_modules))
    modules += " " + std::string(each);
  auto const named = [](char const* field, cluster::module_set& value) {
    return [field, &value](std::string const& text) { value = io::modules_named(field, text); };
  };
  option& recompute = to.add("--recompute", named("recompute", chosen.setup.activations.recompute),
                             "none, selective, full, or modules of" + modules);
  recompute.default_text = "none";
  recompute.shows_default();
  to.add("--offload", named("offload", chosen.setup.activations.offload),
         "Modules whose activations are moved to the host")
      .further();
  option& optimizer = to.add(
      "--optimizer", [&chosen](std::string const& text) { chosen.setup.states.rule = cluster::state_rule_named(text); },
      "States of each parameter, one of:" + listed_rules(cluster::state_rules));
  optimizer.default_text = "adam";
  optimizer.shows_default().further();
  to.add_choice("--shard-states", chosen.setup.states.sharding,
                {{"none", cluster::state_sharding::none},
                 {"optimizer", cluster::state_sharding::optimizer},
                 {"gradients", cluster::state_sharding::gradients},
                 {"weights", cluster::state_sharding::weights}},
                "What data ranks share: none, optimizer, gradients or weights (FSDP)")
      .shows_default()
      .further();
  to.add("--expert-load", chosen.setup.activations.expert_load,
         "Tokens of the most loaded expert rank over the mean, or the capacity factor, such as 1.2")
      .shows_default()
      .further();
  chosen.devices
      .declare_precision(to, "Format of matrix products: fp32, tf32, bf16, fp8 or fp4; it must be the device's")
      .shows_default();
  to.add("--rule", chosen.rule, "Rule of memory: moetric, or a tool's:" + listed_rules(cluster::memory_conventions))
      .shows_default()
      .further();
  to.add("--framework-gib", chosen.framework_gib, "GiB that no tensor takes: context, communicators, allocator")
      .shows_default()
      .further();
}

void declare_measured(command& to, options& chosen) {
  to.add("--measured-tokens-per-second", chosen.measured,
         "Tokens/s of one device that you measured: the estimate is scaled from it")
      .further();
  auto const with = [](option& one) { one.with({"--measured-tokens-per-second"}).further(); };
  with(to.add("--measured-model", chosen.measured_model, "The model that you measured [MODEL]"));
  with(to.add(
      "--measured-device",
      [&chosen](std::string const& text) { chosen.measured_on.device = cluster::device_named(text); },
      "The device that you measured on [--device]"));
  with(to.add(
      "--measured-precision",
      [&chosen](std::string const& text) { chosen.measured_on.precision = cluster::format_named(text); },
      "The format that you measured in [--precision]"));
  with(to.add("--measured-micro-batch", chosen.measured_micro_batch, "Its micro batch [--micro-batch]"));
}

}  // namespace cluster_command

void add_cluster(command_line& line) {
  using namespace cluster_command;
  command& to = line.add(
      "cluster", "What does a training run take on a cluster: memory, time and money?",
      {"memory", "mfu", "time", "speed", "throughput", "cost", "money", "price", "days", "gpu", "device", "hardware",
       "energy", "activations", "optimizer", "layout", "plot"},
      {"moetric cluster deepseek-v3 --device h100-sxm --devices 1024 --pipeline-parallel 16 --expert-parallel 64",
       "moetric cluster llama-3-8b --device gb200 --devices 8 --sequence-length 8192 --tokens 1e12 "
       "--price-per-device-hour 3"});
  auto& chosen = to.state<options>();
  cluster::layout& layout = chosen.layout.layout;
  layout.sizes.sequence_length = 4096;
  to.add("MODEL", chosen.model, model_help).required();
  std::string devices;
  for (cluster::device const& each : cluster::devices) devices += " " + std::string(each.id);
  chosen.devices.declare_device(to, "A device such as h100-sxm or gb200, or what a driver calls it")
      .required()
      .more(", one of" + devices);
  to.add("--devices", layout.devices, "Devices of the run").required();
  chosen.layout.declare(to);
  to.add(
        "--schedule",
        [&chosen](std::string const& text) {
          chosen.schedule = io::choose_first_of<cluster::schedule>("schedule", text, cluster::n_schedules);
        },
        "1f1b, interleaved, zero-bubble, dual-pipe or dual-pipe-v [interleaved with virtual stages, else 1f1b]")
      .further();
  to.add("--stage-layers", chosen.stage_layers, "Layers of each stage, such as 3,4,4,4 [as even as possible]")
      .further();
  to.add("--micro-batch", layout.micro_batch, "Sequences of one forward pass").shows_default();
  to.add("--global-batch", layout.global_batch, "Sequences of one step [as many as fill the pipeline]");
  to.add("--sequence-length", layout.sizes.sequence_length, "Tokens per sequence").shows_default();
  declare_memory(to, chosen);
  to.add("--tokens", chosen.tokens, "Tokens of the whole run, for days, device hours and energy");
  auto const [price, currency] =
      chosen.devices.declare_price(to, "Your price of a device for an hour; there is no built-in one");
  price.with({"--tokens"});
  currency.with({"--tokens"});
  to.add("--inference-tokens", chosen.inference_tokens,
         "Tokens that the model generates over its life: adds what serving costs")
      .with({"--price-per-device-hour"})
      .further();
  chosen.serving.declare(to, "--inference-tokens", true);
  declare_measured(to, chosen);
  to.add("--lora", chosen.lora, "Train adapters only, all else is frozen: " + std::string(lora_help))
      .one_value_each()
      .further();
  to.add_flag("--unfused-activation", chosen.unfused,
              "Gate and product of feed-forwards are separate kernels, which keep the activation's output too")
      .further();
  to.add_flag(
        "--pytorch-buffers", chosen.pytorch_buffers,
        "Count what PyTorch's parallel modules keep (torchtitan) and Megatron-LM frees: gathered inputs, repeated "
        "keys, buffers of stages")
      .further();
  chosen.devices.declare_balanced(to, "routers for benchmarks force");
  to.add_flag("--mtp", chosen.mtp, "Include multi-token-prediction modules").further();
  to.add_flag("--no-sequence-parallel", chosen.without_sequence_parallelism,
              "Every tensor rank keeps all tokens of norms and residuals")
      .further();
  chosen.output.declare(to, "memory by pipeline rank, and MFU beside published runs");
  to.run = [&chosen] { run(chosen); };
}

}  // namespace tool
