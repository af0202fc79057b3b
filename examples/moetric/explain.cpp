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
  auto command = app.add_subcommand("explain", "How the FLOPs and parameters of two models differ, by kind of layer");
  command->footer(
      "A model is one of the zoo, a config.json, a plan that `plan --json` wrote, or a shape by its numbers.\n"
      "Example: moetric explain mixtral-8x7b qwen3-30b-a3b --sequence-length 4096");
  command->add_option("first", chosen->first, "A model")->required();
  command->add_option("second", chosen->second, "Another one, of the same FLOPs per token or not")->required();
  command->add_option("--sequence-length", chosen->sequence_length, "Tokens of one sequence")->capture_default_str();
  chosen->output.declare(command);
  command->callback([chosen] { run(*chosen); });
}

}  // namespace tool
