#include "moetric/report/plot/hindcast.hpp"
#include "command.hpp"
#include "moetric/report/hindcast_answer.hpp"

namespace tool {

void add_hindcast(arguments app) {
  auto output = std::make_shared<output_options>();
  auto command = app.add_subcommand("hindcast", "What would each law have planned for the budgets of published runs?",
                                    {"laws", "published", "runs", "history", "overtraining", "check", "plot"});
  command.examples("moetric hindcast", "moetric hindcast --json");
  output->declare(command, "tokens of runs over planned tokens");
  command->callback([output] {
    using namespace moetric;
    print(report::hindcast_answer(optimum::hindcast_plans(), optimum::hindcast_rates()), *output,
          report::hindcast_picture);
  });
}

}  // namespace tool
