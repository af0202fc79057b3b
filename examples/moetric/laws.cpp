#include "command.hpp"
#include "moetric/report/laws_answer.hpp"

namespace tool {

void add_laws(arguments app) {
  struct options {
    std::string law;
    output_options output;
  };
  auto chosen = std::make_shared<options>();
  auto command = app.add_subcommand("laws", "The scaling laws: inputs, ranges, coefficients and their sources");
  command->footer("Examples:\n  moetric laws\n  moetric laws fine-grained");
  command->add_option("LAW", chosen->law, "The id of one law, to show all of it");
  chosen->output.declare(command);
  command->callback([chosen] {
    using namespace moetric;
    print(chosen->law.empty() ? report::laws_answer() : report::law_answer(laws::require(chosen->law)), chosen->output);
  });
}

}  // namespace tool
