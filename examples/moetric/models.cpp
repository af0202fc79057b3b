#include "command.hpp"
#include "moetric/report/models_answer.hpp"

namespace tool {

void add_models(command_line& line) {
  struct options {
    std::string containing;
    bool runs = false;
    output_options output;
  };
  command& to =
      line.add("models", "Which published models and training runs does the tool know by name?",
               {"zoo", "names", "list", "published", "runs"}, {"moetric models qwen3", "moetric models --runs"});
  auto& chosen = to.state<options>();
  to.add("TEXT", chosen.containing, "Only models whose name contains this");
  to.add_flag("--runs", chosen.runs,
              "List published training runs instead: tokens, learning rate, batch size, device hours");
  chosen.output.declare(to);
  to.run = [&chosen] {
    print(chosen.runs ? moetric::report::runs_answer(chosen.containing)
                      : moetric::report::models_answer(chosen.containing),
          chosen.output);
  };
}

}  // namespace tool
