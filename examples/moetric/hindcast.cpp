#include "moetric/report/plot/hindcast.hpp"
#include "command.hpp"
#include "moetric/io/named_law.hpp"
#include "moetric/report/hindcast_answer.hpp"

namespace tool {
namespace hindcast_command {

using namespace moetric;

struct options {
  std::vector<std::string> laws;
  output_options output;
};

report::answer answer_of(std::vector<std::string> const& names) {
  if (names.empty()) return report::hindcast_answer(optimum::hindcast_plans(), optimum::hindcast_rates());
  std::vector<optimum::hindcast_law> laws;
  for (io::named_law const& law : io::find_laws(names)) {
    tell_shadowed_law(law.name);
    if (law.row != nullptr && law.row->divides != nullptr)
      laws.push_back({law.name, std::nullopt, law.row->divides});
    else if (law.loss && law.loss->counts_compute())
      laws.push_back({law.name, laws::readable(*law.loss)});
    else
      io::refuse_law(law, "an optimum");
  }
  return report::hindcast_answer(optimum::hindcast_plans(laws), {});
}

}  // namespace hindcast_command

void add_hindcast(command_line& line) {
  using namespace hindcast_command;
  command& to = line.add("hindcast", "What would each law have planned for the budgets of published runs?",
                         {"laws", "published", "runs", "history", "overtraining", "check", "plot"},
                         {"moetric hindcast", "moetric hindcast chinchilla-tex llama-3"});
  auto& chosen = to.state<options>();
  to.add("LAWS", chosen.laws,
         "Laws to ask, ids or the files of fits; by default one of each paper, and all that divide a budget");
  chosen.output.declare(to, "tokens of runs over planned tokens");
  to.run = [&chosen] { print(answer_of(chosen.laws), chosen.output, report::hindcast_picture); };
}

}  // namespace tool
