#include "moetric/report/plot/cluster.hpp"
#include "command.hpp"
#include "moetric/report/cluster_answer.hpp"
#include "moetric/report/published_mfu.hpp"
#include "serving_options.hpp"

namespace tool {
namespace cluster_command {

using moetric::count;
using moetric::ratio;
namespace cluster = moetric::cluster;

struct options {
  std::string model, device, devices;
  std::string tensor = "1", context = "1", pipeline = "1", expert = "1", expert_tensor, virtual_stages = "1", schedule;
  std::string stage_layers, micro_batch = "1", global_batch, sequence_length = "4096";
  std::string recompute = "none", offload, optimizer = "adam", shard_states = "optimizer", expert_load = "1";
  std::string precision = "bf16", rule = "moetric", framework_gib = "6";
  std::string tokens, price, currency = "USD";
  std::string measured, measured_model, measured_device, measured_precision, measured_micro_batch;
  std::vector<std::string> lora;
  serving_options serving;
  bool mtp = false, without_sequence_parallelism = false, balanced = false, unfused = false, torchtitan = false;
  output_options output;
};

/// "none", "selective", "full", or modules such as "norm,activation_function".
cluster::module_set modules(std::string const& field, std::string const& text) {
  if (text.empty() || text == "none") return {};
  if (text == "selective") return cluster::modules_of(moetric::recomputation::selective);
  if (text == "full") return cluster::modules_of(moetric::recomputation::full);
  cluster::module_set chosen;
  for (std::string const& each : split(text, ',')) {
    bool known = false;
    for (std::size_t i = 0; i != cluster::n_modules; ++i)
      if (name(static_cast<cluster::module>(i)) == each)
        chosen = chosen | static_cast<cluster::module>(i), known = true;
    if (!known) {
      auto names = moetric::names_of_first<cluster::module>(cluster::n_modules);
      for (char const* const whole : {"none", "selective", "full"}) names.push_back(whole, "");
      moetric::refuse_name(field, each, names);
    }
  }
  return chosen;
}

template <class Enum>
Enum named(std::string const& field, std::string const& text, std::size_t n) {
  for (std::size_t i = 0; i != n; ++i)
    if (name(static_cast<Enum>(i)) == text) return static_cast<Enum>(i);
  moetric::refuse_name(field, text, moetric::names_of_first<Enum>(n));
}

cluster::layout layout_of(options const& chosen) {
  cluster::layout l;
  l.sizes = {.tensor = whole("tensor_parallel", chosen.tensor),
             .expert = whole("expert_parallel", chosen.expert),
             .pipeline = whole("pipeline_parallel", chosen.pipeline),
             .sequence_length = whole("sequence_length", chosen.sequence_length),
             .context = whole("context_parallel", chosen.context)};
  if (!chosen.expert_tensor.empty()) l.sizes.expert_tensor = whole("expert_tensor_parallel", chosen.expert_tensor);
  l.devices = whole("devices", chosen.devices);
  l.virtual_stages = whole("virtual_stages", chosen.virtual_stages);
  l.schedule = !chosen.schedule.empty() ? named<cluster::schedule>("schedule", chosen.schedule, cluster::n_schedules)
               : l.virtual_stages != 1  ? cluster::schedule::interleaved
                                        : cluster::schedule::one_forward_one_backward;
  l.micro_batch = whole("micro_batch", chosen.micro_batch);
  if (!chosen.global_batch.empty()) l.global_batch = whole("global_batch", chosen.global_batch);
  l.sequence_parallel = !chosen.without_sequence_parallelism;
  if (!chosen.stage_layers.empty())
    for (std::string const& each : split(chosen.stage_layers, ',')) {
      count const layers = whole("stage_layers", each);
      if (layers > 65535) throw std::invalid_argument("moetric: stage_layers must be below 65536, but got " + each);
      l.layers.push_back(static_cast<std::uint16_t>(layers), "moetric: stage_layers must hold at most 256 stages");
    }
  return l;
}

/// The user's measured run: of this model, device and layout where nothing else is said.
std::optional<cluster::measured_run> measured_of(options const& chosen, named_model const& m,
                                                 moetric::report::cluster_question const& asked) {
  if (chosen.measured.empty()) return {};
  cluster::device const& on =
      chosen.measured_device.empty() ? asked.device : cluster::device_named(chosen.measured_device);
  cluster::number_format const format =
      chosen.measured_precision.empty() ? asked.precision : cluster::format_named(chosen.measured_precision);
  cluster::training_setup setup = asked.setup;
  if (!chosen.measured_micro_batch.empty()) {
    setup.layout.micro_batch = whole("measured_micro_batch", chosen.measured_micro_batch);
    setup.layout.global_batch = 0;
  }
  moetric::model const other = chosen.measured_model.empty() ? m.value : find_model(chosen.measured_model).value;
  return cluster::measured_run{.work = cluster::work_of(other, setup),
                               .rates = cluster::rates_of(on, format),
                               .device = cluster::device_named(on.id).id,
                               .format = format,
                               .same_model = other == m.value,
                               .tokens_per_second = number("measured_tokens_per_second", chosen.measured)};
}

void run(arguments command, options const& chosen) {
  command.only_if(!chosen.tokens.empty(), {"--price-per-device-hour", "--currency"}, "with --tokens");
  bool const priced = !chosen.tokens.empty() && !chosen.price.empty();
  command.only_if(priced, {"--inference-tokens"}, "with --tokens and --price-per-device-hour");
  bool const serves = !chosen.serving.output_tokens.empty();
  bool const held = !chosen.serving.context.empty() || !chosen.serving.batch.empty();
  command.only_if(serves,
                  {"--inference-input-tokens", "--serving-tokens-per-second", "--serving-price-per-device-hour"},
                  "with --inference-tokens");
  command.only_if(held, {"--serving-weight-bytes", "--serving-cache-bytes"}, "with --serving-context");
  command.only_if(!chosen.measured.empty(),
                  {"--measured-model", "--measured-device", "--measured-precision", "--measured-micro-batch"},
                  "with --measured-tokens-per-second");
  named_model m = find_model(chosen.model);
  if (!chosen.mtp) m.value.mtp.modules = 0;
  moetric::report::cluster_question asked{.model_name = m.name,
                                          .device = cluster::device_named(chosen.device),
                                          .rule = chosen.rule,
                                          .precision = cluster::format_named(chosen.precision),
                                          .notes = m.notes};
  asked.setup.layout = layout_of(chosen);
  asked.setup.framework = whole("framework_gib", chosen.framework_gib) * 1024 * 1024 * 1024;
  asked.setup.states = {.rule = cluster::state_rule_named(chosen.optimizer),
                        .sharding = choose<cluster::state_sharding>("shard_states", chosen.shard_states,
                                                                    {{"none", cluster::state_sharding::none},
                                                                     {"optimizer", cluster::state_sharding::optimizer},
                                                                     {"gradients", cluster::state_sharding::gradients},
                                                                     {"weights", cluster::state_sharding::weights}})};
  asked.setup.activations = cluster::in_format({.recompute = modules("recompute", chosen.recompute),
                                                .offload = modules("offload", chosen.offload),
                                                .expert_load = decimal("expert_load", chosen.expert_load),
                                                .fused_activation = !chosen.unfused},
                                               asked.precision);
  if (chosen.torchtitan) asked.setup = cluster::as_torchtitan(asked.setup);
  for (std::string const& each : chosen.lora) add_adapters(asked.setup.states.lora, each, m.value);
  if (!chosen.lora.empty()) asked.setup.states.frozen = moetric::term_set::all();
  if (!chosen.tokens.empty()) asked.run.tokens = number("tokens", chosen.tokens);
  if (!chosen.price.empty())
    asked.run.price = {.per_device_hour = number("price_per_device_hour", chosen.price), .currency = chosen.currency};
  asked.run.balanced = chosen.balanced;
  if (held) asked.held = serving_of(chosen.serving);
  if (serves) {
    asked.run.serving = serving_of(chosen.serving);
    asked.run.serving_price = serving_price_of(chosen.serving, *asked.run.price);
  }
  asked.run.measured = measured_of(chosen, m, asked);
  moetric::report::answer made = moetric::report::cluster_answer(m.value, asked);
  made.values.set("published", moetric::report::published_mfu(asked.device.id));
  print(made, chosen.output, moetric::report::cluster_picture);
}

}  // namespace cluster_command

void add_cluster(arguments app) {
  using namespace cluster_command;
  auto chosen = std::make_shared<options>();
  auto command =
      app.add_subcommand("cluster", "What does a training run take on a cluster: memory, time and money?",
                         {"memory", "mfu", "time", "speed", "throughput", "cost", "money", "price", "days", "gpu",
                          "device", "hardware", "energy", "activations", "optimizer", "layout", "plot"});
  command.examples(
      "moetric cluster deepseek-v3 --device h100-sxm --devices 1024 --pipeline-parallel 16 --expert-parallel 64",
      "moetric cluster llama-3-8b --device gb200 --devices 8 --sequence-length 8192 --tokens 1e12 "
      "--price-per-device-hour 3");
  auto const text = [&](char const* name, std::string& value, std::string const& help) {
    return command->add_option(name, value, help);
  };
  std::string devices, optimizers, rules, modules;
  for (cluster::device const& each : cluster::devices) devices += " " + std::string(each.id);
  for (cluster::state_rule const& each : cluster::state_rules)
    optimizers += "\n" + std::string(each.id) + ": " + std::string(each.summary);
  for (cluster::memory_convention const& each : cluster::memory_conventions)
    rules += "\n" + std::string(each.id) + ": " + std::string(each.summary);
  for (std::size_t i = 0; i != cluster::n_modules; ++i)
    modules += " " + std::string(name(static_cast<cluster::module>(i)));
  text("MODEL", chosen->model, model_help)->required();
  text("--device", chosen->device, "A device such as h100-sxm or gb200, or what a driver calls it")
      ->required()
      .more(", one of" + devices);
  text("--devices", chosen->devices, "Devices of the run")->required();
  text("--tensor-parallel", chosen->tensor, "Devices that share each layer")->capture_default_str();
  text("--context-parallel", chosen->context, "Devices that share each sequence")->capture_default_str();
  text("--pipeline-parallel", chosen->pipeline, "Pipeline stages, which may be uneven")->capture_default_str();
  text("--expert-parallel", chosen->expert, "Devices that share the experts; may exceed the data ranks")
      ->capture_default_str();
  text("--expert-tensor-parallel", chosen->expert_tensor,
       "Devices that share each routed expert [the tensor-parallel size]");
  text("--virtual-stages", chosen->virtual_stages, "Chunks of layers on each pipeline rank")->capture_default_str();
  text("--schedule", chosen->schedule,
       "1f1b, interleaved, zero-bubble, dual-pipe or dual-pipe-v [interleaved with virtual stages, else 1f1b]");
  text("--stage-layers", chosen->stage_layers, "Layers of each stage, such as 3,4,4,4 [as even as possible]");
  text("--micro-batch", chosen->micro_batch, "Sequences of one forward pass")->capture_default_str();
  text("--global-batch", chosen->global_batch, "Sequences of one step [as many as fill the pipeline]");
  text("--sequence-length", chosen->sequence_length, "Tokens per sequence")->capture_default_str();
  text("--recompute", chosen->recompute, "none, selective, full, or modules of" + modules)->capture_default_str();
  text("--offload", chosen->offload, "Modules whose activations are moved to the host");
  text("--optimizer", chosen->optimizer, "States of each parameter, one of:" + optimizers)->capture_default_str();
  text("--shard-states", chosen->shard_states, "What data ranks share: none, optimizer, gradients or weights (FSDP)")
      ->capture_default_str();
  text("--expert-load", chosen->expert_load,
       "Tokens of the most loaded expert rank over the mean, or the capacity factor, such as 1.2")
      ->capture_default_str();
  text("--precision", chosen->precision,
       "Format of matrix products: fp32, tf32, bf16, fp8 or fp4; it must be the device's")
      ->capture_default_str();
  text("--rule", chosen->rule, "Rule of memory: moetric, or a tool's:" + rules)->capture_default_str();
  text("--framework-gib", chosen->framework_gib, "GiB that no tensor takes: context, communicators, allocator")
      ->capture_default_str();
  text("--tokens", chosen->tokens, "Tokens of the whole run, for days, device hours and energy");
  text("--price-per-device-hour", chosen->price, "Your price of a device for an hour; there is no built-in one");
  text("--currency", chosen->currency, "Of the price")->capture_default_str();
  text("--inference-tokens", chosen->serving.output_tokens,
       "Tokens that the model generates over its life: adds what serving costs");
  add_serving_options(command, std::shared_ptr<serving_options>(chosen, &chosen->serving));
  text("--measured-tokens-per-second", chosen->measured,
       "Tokens/s of one device that you measured: the estimate is scaled from it");
  text("--measured-model", chosen->measured_model, "The model that you measured [MODEL]");
  text("--measured-device", chosen->measured_device, "The device that you measured on [--device]");
  text("--measured-precision", chosen->measured_precision, "The format that you measured in [--precision]");
  text("--measured-micro-batch", chosen->measured_micro_batch, "Its micro batch [--micro-batch]");
  command->add_option("--lora", chosen->lora, "Train adapters only, all else is frozen: " + std::string(lora_help))
      ->one_value_each();
  command->add_flag("--unfused-activation", chosen->unfused,
                    "Gate and product of feed-forwards are separate kernels, which keep the activation's output too");
  command->add_flag("--torchtitan", chosen->torchtitan,
                    "Count what PyTorch's parallel modules keep and Megatron-LM frees: gathered inputs, repeated keys, "
                    "buffers of stages, the parts of the loss");
  command->add_flag("--balanced-experts", chosen->balanced,
                    "Experts have equal loads, as routers for benchmarks force; else real routing's loss is counted");
  command->add_flag("--mtp", chosen->mtp, "Include multi-token-prediction modules");
  command->add_flag("--no-sequence-parallel", chosen->without_sequence_parallelism,
                    "Every tensor rank keeps all tokens of norms and residuals");
  chosen->output.declare(command, "memory by pipeline rank, and MFU beside published runs");
  command.further({"--context-parallel",
                   "--shard-states",
                   "--measured-tokens-per-second",
                   "--lora",
                   "--unfused-activation",
                   "--torchtitan",
                   "--inference-tokens",
                   "--expert-tensor-parallel",
                   "--virtual-stages",
                   "--schedule",
                   "--stage-layers",
                   "--offload",
                   "--optimizer",
                   "--expert-load",
                   "--rule",
                   "--framework-gib",
                   "--currency",
                   "--measured-model",
                   "--measured-device",
                   "--measured-precision",
                   "--measured-micro-batch",
                   "--balanced-experts",
                   "--mtp",
                   "--no-sequence-parallel"});
  command->callback([command, chosen] { run(command, *chosen); });
}

}  // namespace tool
