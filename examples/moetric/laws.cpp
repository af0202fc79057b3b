#include "command.hpp"
#include "moetric/report/laws_answer.hpp"

namespace tool {

void add_laws(arguments app) {
  struct options {
    std::string law;
    output_options output;
  };
  auto chosen = std::make_shared<options>();
  auto command = app.add_subcommand("laws", "Which scaling laws are there, with which ranges and sources?",
                                    {"law", "papers", "coefficients", "sources", "range", "chinchilla", "kaplan"});
  command.examples("moetric laws", "moetric laws fine-grained");
  command->add_option("LAW", chosen->law, "The id of one law, to show all of it");
  chosen->output.declare(command);
  command->callback([chosen] {
    using namespace moetric;
    print(chosen->law.empty() ? report::laws_answer() : report::law_answer(laws::require(chosen->law)), chosen->output);
  });
}

}  // namespace tool
