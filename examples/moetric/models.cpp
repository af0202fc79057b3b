#include "command.hpp"
#include "moetric/report/models_answer.hpp"

namespace tool {
namespace models_command {

struct options {
  std::string containing;
  bool runs = false;
  output_options output;
};

}  // namespace models_command

void add_models(arguments app) {
  using namespace models_command;
  auto chosen = std::make_shared<options>();
  auto command = app.add_subcommand("models", "Which published models and training runs does the tool know by name?",
                                    {"zoo", "names", "list", "published", "runs"});
  command.examples("moetric models qwen3", "moetric models --runs");
  command->add_option("TEXT", chosen->containing, "Only models whose name contains this");
  command->add_flag("--runs", chosen->runs,
                    "List published training runs instead: tokens, learning rate, batch size, device hours");
  chosen->output.declare(command);
  command->callback([chosen] {
    print(chosen->runs ? moetric::report::runs_answer(chosen->containing)
                       : moetric::report::models_answer(chosen->containing),
          chosen->output);
  });
}

}  // namespace tool
