#include "command.hpp"
#include "moetric/report/laws_answer.hpp"

namespace tool {

void tell_shadowed_law(std::string const& name) {
  if (moetric::laws::find(name) != nullptr) tell_shadowed(name);
}

void add_laws(command_line& line) {
  struct options {
    std::string law;
    output_options output;
  };
  command& to = line.add("laws", "Which scaling laws are there, with which ranges and sources?",
                         {"law", "papers", "coefficients", "sources", "range", "chinchilla", "kaplan"},
                         {"moetric laws", "moetric laws fine-grained"});
  auto& chosen = to.state<options>();
  to.add("LAW", chosen.law, "The id of one law, to show all of it");
  chosen.output.declare(to);
  to.run = [&chosen] {
    using namespace moetric;
    print(chosen.law.empty() ? report::laws_answer() : report::law_answer(laws::require(chosen.law)), chosen.output);
  };
}

}  // namespace tool
