#include "law_command.hpp"
#include "moetric/io/file.hpp"
#include "moetric/io/hyper_file.hpp"
#include "moetric/laws/kaplan.hpp"
#include "moetric/optimum/holistic_run.hpp"
#include "moetric/report/hyper_answer.hpp"

namespace tool {
namespace hyper_command {

using namespace moetric;

struct options {
  std::string model;
  std::vector<std::string> values, laws;
  std::string tokens;
  std::string sequence_length = "4096";
  std::string loss;
  std::string critical_batch;
  std::string batch_tokens;
  std::string kappa = "1";
  output_options output;
};

optimum::run_facts run_of(options const& chosen) {
  bool const is_model = chosen.model.find('=') == std::string::npos || io::exists(chosen.model);
  if (!chosen.model.empty() && is_model) {
    if (!chosen.values.empty())
      throw std::invalid_argument("moetric: hyper must get a model with --tokens, or name=value, not both");
    if (chosen.tokens.empty()) throw std::invalid_argument("moetric: tokens must be given, such as --tokens 2e12");
    return optimum::holistic_run_of(find_model(chosen.model).value, whole("tokens", chosen.tokens),
                                    whole("sequence_length", chosen.sequence_length));
  }
  std::vector<std::string> arguments = chosen.values;
  if (!chosen.model.empty()) arguments.insert(arguments.begin(), chosen.model);
  if (!chosen.tokens.empty()) arguments.push_back("tokens=" + chosen.tokens);
  std::vector<std::string_view> const names{"compute", "active_non_embedding_parameters", "tokens", "expansion_rate"};
  auto const given = read_values("hyper must get", names, arguments);
  std::vector<std::string_view> missing;
  double values[4]{};
  for (std::size_t i = 0; i != names.size(); ++i)
    if (double const* const value = laws::find_value(given, names[i]))
      values[i] = *value;
    else
      missing.push_back(names[i]);
  if (!missing.empty())
    throw std::invalid_argument("moetric: hyper must get a MODEL and --tokens, or as name=value also " +
                                listed(missing));
  return {values[0], values[1], values[2], values[3]};
}

std::optional<report::weighed_batch> batch_of(options const& chosen) {
  if (chosen.critical_batch.empty() && chosen.loss.empty()) return std::nullopt;
  bool const given = !chosen.critical_batch.empty();
  report::weighed_batch of{given ? number("critical_batch", chosen.critical_batch)
                                 : laws::kaplan::critical_batch_tokens(number("loss", chosen.loss)),
                           given ? "given" : "kaplan, of the loss"};
  if (!chosen.batch_tokens.empty()) of.batch_tokens = number("batch_tokens", chosen.batch_tokens);
  of.kappa = number("kappa", chosen.kappa);
  return of;
}

void run(options const& chosen) {
  std::vector<optimum::fitted_hyper> fits;
  for (std::string const& each : chosen.laws) fits.push_back(io::read_hyper(each));
  print(report::hyper_answer(run_of(chosen), static_cast<double>(whole("sequence_length", chosen.sequence_length)),
                             batch_of(chosen), fits),
        chosen.output);
}

}  // namespace hyper_command

void add_hyper(arguments app) {
  using namespace hyper_command;
  auto chosen = std::make_shared<options>();
  auto command =
      app.add_subcommand("hyper", "Which learning rate and batch does every published law give a run?",
                         {"learning-rate", "lr", "batch", "batch-size", "hyperparameters", "critical-batch"});
  command.examples("moetric hyper deepseek-v3 --tokens 14.8e12",
                   "moetric hyper compute=1e20 active_non_embedding_parameters=1e9 tokens=1e10 expansion_rate=8");
  command->add_option("MODEL", chosen->model,
                      "A name of `moetric models`, a config.json or a plan; or the first name=value");
  command->add_option("VALUES", chosen->values,
                      "In the place of a model: compute, active_non_embedding_parameters, tokens, expansion_rate");
  command->add_option("--tokens", chosen->tokens, "Training tokens, such as 2e12");
  command->add_option("--sequence-length", chosen->sequence_length, "Tokens of a training sequence; 4096 by default");
  command->add_option("--loss", chosen->loss, "Loss of the run, for Kaplan's critical batch");
  command->add_option("--critical-batch", chosen->critical_batch, "In tokens, such as `moetric noise-scale` reports");
  command->add_option("--batch-tokens", chosen->batch_tokens, "A batch to weigh: its steps, tokens and learning rate");
  command->add_option("--kappa", chosen->kappa, "Exponent of the learning rate in the batch; 1 by default");
  command->add_option("--law", chosen->laws, "The file of a fit: fit power-law --save; several times")
      ->one_value_each();
  chosen->output.declare(command);
  command->callback([chosen, command] {
    bool const critical = command.has("--critical-batch");
    command.only_if(!critical, {"--loss"}, "without --critical-batch");
    command.only_if(critical || command.has("--loss"), {"--batch-tokens"}, "with --critical-batch or --loss");
    command.only_if(command.has("--batch-tokens"), {"--kappa"}, "with --batch-tokens");
    run(*chosen);
  });
}

}  // namespace tool
