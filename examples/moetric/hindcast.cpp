#include "moetric/io/hindcast_answer.hpp"

#include "command.hpp"
#include "moetric/report/plot/hindcast.hpp"

namespace tool {

void add_hindcast(command_line& line) {
  struct options {
    std::vector<std::string> laws;
    output_options output;
  };
  command& to = line.add("hindcast", "What would each law have planned for the budgets of published runs?",
                         {"laws", "published", "runs", "history", "overtraining", "check", "plot"},
                         {"moetric hindcast", "moetric hindcast chinchilla-tex llama-3"});
  auto& chosen = to.state<options>();
  to.add("LAWS", chosen.laws,
         "Laws to ask, ids or the files of fits; by default one of each paper, and all that divide a budget");
  chosen.output.declare(to, "tokens of runs over planned tokens");
  to.run = [&chosen] {
    for (std::string const& each : chosen.laws) tell_shadowed_law(each);
    print(moetric::io::hindcast_answer(chosen.laws), chosen.output, moetric::report::hindcast_picture);
  };
}

}  // namespace tool
