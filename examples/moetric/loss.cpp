#include <algorithm>

#include "moetric/report/loss_answer.hpp"

#include "law_command.hpp"
#include "moetric/fit/prediction.hpp"
#include "moetric/io/fitted_law.hpp"
#include "moetric/report/loss_curve_answer.hpp"
#include "moetric/report/plot/law.hpp"
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

/// The loss over the inputs that are given as name=low..high.
report::answer over_ranges(chosen_law const& law, std::string const& asks, std::vector<std::string_view> const& names,
                           std::vector<std::string> const& arguments, std::optional<double> interval) {
  std::vector<named_value> values;
  std::vector<report::varied_input> varied;
  for (auto const& [name, text] : read_names(asks, names, arguments)) {
    if (!is_range(text)) {
      values.push_back({name, number(name, text)});
      continue;
    }
    laws::range const within = range_of(name, text);
    values.push_back({name, within.low});
    varied.push_back({static_cast<std::size_t>(std::find(names.begin(), names.end(), name) - names.begin()), within});
  }
  auto const at = laws::in_order(*law.about, values);
  laws::input_values inputs;
  for (double const each : at) inputs.push_back(each, "moetric: a law must have at most 12 inputs");
  if (varied.size() == 1 && interval) {
    if (law.about->coefficients.empty())
      throw std::invalid_argument("moetric: an interval needs published coefficients");
    law_samples const samples = drawn(law, {.coverage = *interval});
    return report::loss_curve_answer(*law.loss, inputs, varied[0], {samples.laws, samples.source, *interval});
  }
  if (varied.size() == 1) return report::loss_curve_answer(*law.loss, inputs, varied[0]);
  if (interval) throw std::invalid_argument("moetric: --interval must be given with a range of one input, not of two");
  if (varied.size() == 2) return report::loss_contours_answer(*law.loss, inputs, varied[0], varied[1]);
  throw std::invalid_argument("moetric: " + asks + " a range for at most two inputs");
}

void run(options chosen) {
  chosen_law const found = find_law(chosen.law, chosen.values);
  if (!found.loss) refuse_law(found, "a loss");
  std::vector<std::string_view> names;
  for (laws::input const& each : found.about->inputs) names.push_back(each.name);
  std::string const asks = "law " + chosen.law + " must get";
  if (std::any_of(chosen.values.begin(), chosen.values.end(), is_range)) {
    return print(over_ranges(found, asks, names, chosen.values, chosen.interval), chosen.output, report::loss_picture);
  }
  if (!chosen.output.plot.empty())
    throw std::invalid_argument(
        "moetric: --plot must be given with a range of one or two inputs, such as tokens=1e9..1e12");
  auto const values = laws::in_order(*found.about, read_values(asks, names, chosen.values));
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
  auto command = app.add_subcommand("loss", "Which loss does a scaling law predict for given counts?",
                                    {"predict", "law", "perplexity", "contour", "iso-loss", "extrapolate", "plot"});
  command.examples("moetric loss fine-grained total_non_embedding_parameters=4.3e9 tokens=2e10 granularity=8",
                   "moetric loss chinchilla-tex total_parameters=1e9..1e11 tokens=1e10..1e13");
  command->add_option("LAW", chosen->law, "An id that `moetric laws` lists, or the file of a fit")->required();
  command->add_option(
      "VALUES", chosen->values,
      "The law's inputs, name=value, such as tokens=2e10, or name=low..high for a curve, two of them for "
      "lines of equal loss");
  command->add_option("--interval", chosen->interval,
                      "Of a fit: also the intervals of one further run, and of the mean, with this probability; of a "
                      "curve by any law: between which losses this share of samples of its coefficients lies");
  command->add_option("--task", chosen->task,
                      "The file of a fit of accuracy or task-error: also the task's number at this loss");
  chosen->output.declare(command, "the loss over a range of one or two inputs");
  command->callback([chosen] { run(*chosen); });
}

}  // namespace tool
