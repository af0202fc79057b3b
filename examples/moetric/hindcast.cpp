#include "command.hpp"
#include "moetric/report/hindcast_answer.hpp"

namespace tool {

void add_hindcast(arguments app) {
  auto output = std::make_shared<output_options>();
  auto command = app.add_subcommand("hindcast", "What each law would have planned for the budgets of published runs");
  command->footer("Example: moetric hindcast --json");
  output->declare(command);
  command->callback([output] {
    using namespace moetric;
    print(report::hindcast_answer(optimum::hindcast_plans(), optimum::hindcast_rates()), *output);
  });
}

}  // namespace tool
