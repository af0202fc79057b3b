#include "moetric/report/plot/hindcast.hpp"
#include "law_command.hpp"
#include "moetric/report/hindcast_answer.hpp"

namespace tool {
namespace hindcast_command {

using namespace moetric;

struct options {
  std::vector<std::string> laws;
  output_options output;
};

void run(options const& chosen) {
  std::vector<optimum::hindcast_law> laws;
  for (std::string const& each : chosen.laws) {
    if (std::count(chosen.laws.begin(), chosen.laws.end(), each) > 1)
      throw std::invalid_argument("moetric: law " + in_quotes(each) + " must be given once");
    chosen_law const law = find_law(each);
    if (law.row != nullptr && law.row->divides != nullptr)
      laws.push_back({each, std::nullopt, law.row->divides});
    else if (law.loss && law.loss->counts_compute())
      laws.push_back({each, laws::readable(*law.loss)});
    else
      refuse_law(law, "an optimum");
  }
  if (laws.empty())
    return print(report::hindcast_answer(optimum::hindcast_plans(), optimum::hindcast_rates()), chosen.output,
                 report::hindcast_picture);
  print(report::hindcast_answer(optimum::hindcast_plans(laws), {}), chosen.output, report::hindcast_picture);
}

}  // namespace hindcast_command

void add_hindcast(arguments app) {
  using namespace hindcast_command;
  auto chosen = std::make_shared<options>();
  auto command = app.add_subcommand("hindcast", "What would each law have planned for the budgets of published runs?",
                                    {"laws", "published", "runs", "history", "overtraining", "check", "plot"});
  command.examples("moetric hindcast", "moetric hindcast chinchilla-tex llama-3");
  command->add_option(
      "LAWS", chosen->laws,
      "Laws to ask, ids or the files of fits; by default one of each paper, and all that divide a budget");
  chosen->output.declare(command, "tokens of runs over planned tokens");
  command->callback([chosen] { run(*chosen); });
}

}  // namespace tool
