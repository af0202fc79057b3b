#include "command.hpp"
#include "moetric/report/check_answer.hpp"

namespace tool {
namespace check_command {

struct options {
  std::string model;
  std::string tensor = "1", expert = "1", expert_tensor, pipeline = "1", context = "1", sequence_length = "1";
  std::string virtual_stages = "1", devices;
  output_options output;
};

void run(options const& chosen) {
  named_model const m = find_model(chosen.model);
  moetric::cluster::layout l;
  moetric::parallel_sizes& sizes = l.sizes;
  sizes = {.tensor = whole("tensor_parallel", chosen.tensor),
           .expert = whole("expert_parallel", chosen.expert),
           .pipeline = whole("pipeline_parallel", chosen.pipeline),
           .sequence_length = whole("sequence_length", chosen.sequence_length),
           .context = whole("context_parallel", chosen.context)};
  if (sizes.sequence_length == 0) throw std::invalid_argument("moetric: sequence_length must be positive, but got 0");
  if (!chosen.expert_tensor.empty()) sizes.expert_tensor = whole("expert_tensor_parallel", chosen.expert_tensor);
  l.virtual_stages = whole("virtual_stages", chosen.virtual_stages);
  if (l.virtual_stages != 1) l.schedule = moetric::cluster::schedule::interleaved;
  l = on_fewest_devices(l);
  if (!chosen.devices.empty()) l.devices = whole("devices", chosen.devices);
  auto const answer = moetric::report::check_answer(m.name, m.value, l);
  print(answer, chosen.output);
  if (!answer.values["ok"].flag())
    throw std::invalid_argument("moetric: " + m.name + " must keep every rule of these parallel sizes, but breaks " +
                                std::to_string(answer.values["broken_rules"].size()));
}

}  // namespace check_command

void add_check(arguments app) {
  using namespace check_command;
  auto chosen = std::make_shared<options>();
  auto command =
      app.add_subcommand("check", "Can a model be laid out with these parallel sizes?",
                         {"layout", "parallel", "tensor-parallel", "expert-parallel", "pipeline", "shard", "config"});
  command.examples("moetric check deepseek-v3 --tensor-parallel 8 --expert-parallel 64",
                   "moetric check qwen3-30b-a3b --expert-parallel 8 --pipeline-parallel 4");
  command->add_option("MODEL", chosen->model, model_help)->required();
  command->add_option("--tensor-parallel", chosen->tensor, "Tensor-parallel size: devices that share each layer")
      ->capture_default_str();
  command->add_option("--expert-parallel", chosen->expert, "Expert-parallel size: devices that share the experts")
      ->capture_default_str();
  command->add_option("--expert-tensor-parallel", chosen->expert_tensor,
                      "Devices that share each routed expert [the tensor-parallel size]");
  command->add_option("--pipeline-parallel", chosen->pipeline, "Pipeline stages, which may be uneven")
      ->capture_default_str();
  command->add_option("--context-parallel", chosen->context, "Devices that share each sequence")->capture_default_str();
  command->add_option("--sequence-length", chosen->sequence_length, "Tokens per sequence; windows must not be longer");
  command->add_option("--virtual-stages", chosen->virtual_stages, "Chunks of layers on each pipeline rank")
      ->capture_default_str();
  command->add_option("--devices", chosen->devices, "Devices of the run [the fewest that the sizes fill]");
  chosen->output.declare(command);
  command->callback([chosen] { run(*chosen); });
}

}  // namespace tool
