#include "moetric/io/plan_source.hpp"
#include "moetric/report/plan_answer.hpp"
#include "plan_command.hpp"

namespace tool {
namespace plan_command {

struct options {
  std::string compute;
  request_options request;
  output_options output;
};

}  // namespace plan_command

void add_plan(arguments app) {
  using namespace plan_command;
  auto chosen = std::make_shared<options>();
  auto command = app.add_subcommand("plan", "The MoE and the run that a compute budget should buy");
  command->footer("Examples:\n"
                  "  moetric plan --compute 3e20 --n-experts 128 --top-k 8 --n-shared-experts 0 --json\n"
                  "  moetric plan --compute 1e22 --source ling --memory-limit 2e13 --tensor-parallel 4");
  command->add_option("--compute", chosen->compute, "Training FLOPs, or with --inference-tokens all of them")
      ->required();
  auto const request = std::shared_ptr<request_options>(chosen, &chosen->request);
  add_shape_options(command, request);
  add_run_options(command, request);
  chosen->output.declare(command);
  command->callback([chosen, command] {
    command.only_if(command.has("--memory-limit"), {"--bytes-per-parameter"}, "with --memory-limit");
    command.only_if(!command.has("--d-model"), {"--d-rule"}, "without --d-model, which it would choose");
    moetric::plan::request const asked = request_of(chosen->request, number("compute", chosen->compute));
    print(moetric::report::plan_answer(moetric::io::make_plan(asked, chosen->request.source)), chosen->output);
  });
}

}  // namespace tool
