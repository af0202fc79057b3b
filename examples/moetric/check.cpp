#include "moetric/report/check_answer.hpp"
#include "shared_options.hpp"

namespace tool {

void add_check(command_line& line) {
  using namespace moetric;
  struct options {
    std::string model;
    io::parallel_request layout;
    std::optional<count> devices;
    output_options output;
  };
  command& to = line.add("check", "Can a model be laid out with these parallel sizes?",
                         {"layout", "parallel", "tensor-parallel", "expert-parallel", "pipeline", "shard", "config"},
                         {"moetric check deepseek-v3 --tensor-parallel 8 --expert-parallel 64",
                          "moetric check qwen3-30b-a3b --expert-parallel 8 --pipeline-parallel 4"});
  auto& chosen = to.state<options>();
  to.add("MODEL", chosen.model, model_help).required();
  declare_layout(to, chosen.layout);
  to.add("--sequence-length", chosen.layout.layout.sizes.sequence_length,
         "Tokens per sequence; windows must not be longer")
      .positive();
  to.add("--devices", chosen.devices, "Devices of the run [the fewest that the sizes fill]");
  for (option& each : to.options) each.is_further = false;  // they are few
  chosen.output.declare(to);
  to.run = [&chosen] {
    named_model const m = find_model(chosen.model);
    cluster::layout l = on_fewest_devices(chosen.layout.made());
    if (chosen.devices) l.devices = *chosen.devices;
    auto const answer = report::check_answer(m.name, m.value, l);
    print(answer, chosen.output);
    if (!answer.values["ok"].flag())
      io::refuse(m.name + " must keep every rule of these parallel sizes, but breaks " +
                 std::to_string(answer.values["broken_rules"].size()));
  };
}

}  // namespace tool
