#include "moetric/io/cluster_answer.hpp"

#include "moetric/io/module_names.hpp"
#include "moetric/report/plot/cluster.hpp"
#include "shared_options.hpp"

namespace tool {
namespace cluster_command {

using namespace moetric;

struct options {
  std::string model;
  io::cluster_request asked;
  output_options output;
};

template <class Rules>
std::string listed_rules(Rules const& rules) {
  std::string all;
  for (auto const& each : rules) all += "\n" + std::string(each.id) + ": " + std::string(each.summary);
  return all;
}

void declare_memory(command& to, io::cluster_request& asked) {
  cluster::training_setup& setup = asked.setup;
  std::string modules;
  for (std::string_view const each : names_of_first<cluster::module>(cluster::n_modules))
    modules += " " + std::string(each);
  auto const named = [](char const* field, cluster::module_set& value) {
    return [field, &value](std::string const& text) { value = io::modules_named(field, text); };
  };
  option& recompute = to.add("--recompute", named("recompute", setup.activations.recompute),
                             "none, selective, full, or modules of" + modules);
  recompute.default_text = "none";
  recompute.shows_default();
  to.add("--offload", named("offload", setup.activations.offload), "Modules whose activations are moved to the host")
      .further();
  option& optimizer = to.add(
      "--optimizer", [&setup](std::string const& text) { setup.states.rule = cluster::state_rule_named(text); },
      "States of each parameter, one of:" + listed_rules(cluster::state_rules));
  optimizer.default_text = "adam";
  optimizer.shows_default().further();
  to.add_choice("--shard-states", setup.states.sharding,
                {{"none", cluster::state_sharding::none},
                 {"optimizer", cluster::state_sharding::optimizer},
                 {"gradients", cluster::state_sharding::gradients},
                 {"weights", cluster::state_sharding::weights}},
                "What data ranks share: none, optimizer, gradients or weights (FSDP)")
      .shows_default()
      .further();
  to.add("--expert-load", setup.activations.expert_load,
         "Tokens of the most loaded expert rank over the mean, or the capacity factor, such as 1.2")
      .shows_default()
      .further();
  declare_precision(to, asked.on.precision,
                    "Format of matrix products: fp32, tf32, bf16, fp8 or fp4; it must be the device's")
      .shows_default();
  to.add("--rule", asked.rule, "Rule of memory: moetric, or a tool's:" + listed_rules(cluster::memory_conventions))
      .shows_default()
      .further();
  to.add("--framework-gib", asked.framework_gib, "GiB that no tensor takes: context, communicators, allocator")
      .shows_default()
      .further();
}

void declare_measured(command& to, io::measured_request& measured) {
  std::string_view const speed = "--measured-tokens-per-second", seconds = "--measured-step-seconds";
  to.add(std::string(speed), measured.tokens_per_second,
         "Tokens/s of one device that you measured: the estimate is scaled from it")
      .further();
  to.add(std::string(seconds), measured.step_seconds,
         "In its place: seconds of a step of --global-batch sequences on --devices")
      .with({"--global-batch"})
      .without(speed)
      .further();
  auto const with = [&](option& one) { one.with({speed, seconds}).further(); };
  with(to.add(
      "--measured-model", [&measured](std::string const& text) { measured.of = find_model(text).value; },
      "The model that you measured [MODEL]"));
  with(declare_device(to, measured.device, "The device that you measured on [--device]", "--measured-device"));
  with(declare_precision(to, measured.precision, "The format that you measured in [--precision]",
                         "--measured-precision"));
  with(to.add("--measured-micro-batch", measured.micro_batch, "Its micro batch [--micro-batch]"));
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
  io::cluster_request& asked = chosen.asked;
  cluster::layout& layout = asked.layout.layout;
  layout.sizes.sequence_length = 4096;
  to.add("MODEL", chosen.model, model_help).required();
  std::string devices;
  for (cluster::device const& each : cluster::devices) devices += " " + std::string(each.id);
  declare_device(to, asked.on.device, "A device such as h100-sxm or gb200, or what a driver calls it")
      .required()
      .more(", one of" + devices);
  to.add("--devices", layout.devices, "Devices of the run").required();
  declare_layout(to, asked.layout);
  to.add(
        "--schedule",
        [&asked](std::string const& text) {
          asked.schedule = io::choose_first_of<cluster::schedule>("schedule", text, cluster::n_schedules);
        },
        "1f1b, interleaved, zero-bubble, dual-pipe or dual-pipe-v [interleaved with virtual stages, else 1f1b]")
      .further();
  to.add("--stage-layers", asked.stage_layers, "Layers of each stage, such as 3,4,4,4 [as even as possible]").further();
  to.add("--micro-batch", layout.micro_batch, "Sequences of one forward pass").shows_default();
  to.add("--global-batch", layout.global_batch, "Sequences of one step [as many as fill the pipeline]");
  to.add("--sequence-length", layout.sizes.sequence_length, "Tokens per sequence").shows_default();
  declare_memory(to, asked);
  to.add("--tokens", asked.tokens, "Tokens of the whole run, for days, device hours and energy");
  auto const [price, currency] =
      declare_price(to, asked.on, "Your price of a device for an hour; there is no built-in one");
  price.with({"--tokens"});
  currency.with({"--tokens"});
  to.add("--inference-tokens", asked.inference_tokens,
         "Tokens that the model generates over its life: adds what serving costs")
      .with({"--price-per-device-hour"})
      .further();
  declare_serving(to, asked.serving, "--inference-tokens", true);
  declare_measured(to, asked.measured);
  to.add("--lora", asked.lora, "Train adapters only, all else is frozen: " + std::string(lora_help))
      .one_value_each()
      .further();
  to.add_flag("--unfused-activation", asked.fused_activation,
              "Gate and product of feed-forwards are separate kernels, which keep the activation's output too")
      .further();
  to.add_flag(
        "--pytorch-buffers", asked.pytorch_buffers,
        "Count what PyTorch's parallel modules keep (torchtitan) and Megatron-LM frees: gathered inputs, repeated "
        "keys, buffers of stages")
      .further();
  declare_balanced(to, asked.on.balanced, "routers for benchmarks force");
  to.add_flag("--mtp", asked.mtp, "Include multi-token-prediction modules").further();
  to.add_flag("--no-sequence-parallel", asked.sequence_parallel,
              "Every tensor rank keeps all tokens of norms and residuals")
      .further();
  chosen.output.declare(to, "memory by pipeline rank, and MFU beside published runs");
  to.run = [&chosen] {
    print(io::cluster_answer(find_model(chosen.model), chosen.asked), chosen.output, report::cluster_picture);
  };
}

}  // namespace tool
