#include "command.hpp"
#include "moetric/report/explain_answer.hpp"

namespace tool {
namespace explain_command {

struct options {
  std::string first, second, sequence_length = "8192";
  output_options output;
};

void run(options const& chosen) {
  moetric::count const length = whole("sequence_length", chosen.sequence_length);
  named_model const first = find_model(chosen.first), second = find_model(chosen.second);
  print(moetric::report::explain_answer(first.name, first.value, second.name, second.value, length), chosen.output);
}

}  // namespace explain_command

void add_explain(arguments app) {
  using namespace explain_command;
  auto chosen = std::make_shared<options>();
  auto command =
      app.add_subcommand("explain", "How do the FLOPs and parameters of two models differ, by kind of layer?",
                         {"difference", "diff", "compare", "flops", "parameters", "layers"});
  command.examples("moetric explain mixtral-8x7b qwen3-30b-a3b --sequence-length 4096",
                   "moetric explain deepseek-v3 kimi-k2");
  command->add_option("first", chosen->first, "A model")->required();
  command->add_option("second", chosen->second, "Another one, of the same FLOPs per token or not")->required();
  command->add_option("--sequence-length", chosen->sequence_length, "Tokens of one sequence")->capture_default_str();
  chosen->output.declare(command);
  command->callback([chosen] { run(*chosen); });
}

}  // namespace tool
