#include "moetric/report/loss_answer.hpp"

#include "law_command.hpp"
#include "moetric/fit/prediction.hpp"
#include "moetric/io/fitted_law.hpp"
#include "moetric/report/prediction_answer.hpp"

namespace tool {
namespace loss_command {

using namespace moetric;

struct options {
  std::string law;
  std::vector<std::string> values;
  std::optional<double> interval;
  std::string task;
  output_options output;
};

void run(options chosen) {
  chosen_law const found = find_law(chosen.law, chosen.values);
  if (!found.loss) refuse_law(found, "a loss");
  std::vector<std::string_view> names;
  for (laws::input const& each : found.about->inputs) names.push_back(each.name);
  auto const values =
      laws::in_order(*found.about, read_values("law " + chosen.law + " must get", names, chosen.values));
  report::answer made = report::loss_answer(*found.about, values, laws::evaluate(*found.loss, values));
  if (chosen.interval) {
    if (!found.fit && chosen.task.empty())
      throw std::invalid_argument("moetric: --interval must be given with the file of a fit, but got law " +
                                  chosen.law);
    if (found.fit) report::add_prediction(made, fit::predict(*found.fit, values, *chosen.interval), *chosen.interval);
  }
  if (!chosen.task.empty()) {
    fit::fitted_law const task = io::read_fitted_law(chosen.task);
    double const loss = laws::evaluate(*found.loss, values).loss;
    report::add_task(made, fit::predict_task(task, loss, found.fit.get(), values, chosen.interval.value_or(0)),
                     chosen.task, task.form);
  }
  print(made, chosen.output);
}

}  // namespace loss_command

void add_loss(arguments app) {
  using namespace loss_command;
  auto chosen = std::make_shared<options>();
  auto command = app.add_subcommand("loss", "The loss that a scaling law predicts for given counts");
  command->footer("Example: moetric loss fine-grained total_non_embedding_parameters=4.3e9 tokens=2e10 granularity=8\n"
                  "         moetric loss FIT.json total_parameters=1e9 tokens=2e10 --interval 0.95\n"
                  "         moetric loss FIT.json total_parameters=1e9 tokens=2e10 --task ACCURACY.json");
  command->add_option("LAW", chosen->law, "An id that `moetric laws` lists, or the file of a fit")->required();
  command->add_option("VALUES", chosen->values, "The law's inputs, name=value, such as tokens=2e10");
  command->add_option("--interval", chosen->interval,
                      "Of a fit: also the intervals of one further run, and of the mean, with this probability");
  command->add_option("--task", chosen->task,
                      "The file of a fit of accuracy or task-error: also the task's number at this loss");
  chosen->output.declare(command);
  command->callback([chosen] { run(*chosen); });
}

}  // namespace tool
