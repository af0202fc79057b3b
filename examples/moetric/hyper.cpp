#include "command.hpp"
#include "moetric/io/hyper_file.hpp"
#include "moetric/io/hyper_request.hpp"
#include "moetric/laws/kaplan.hpp"
#include "moetric/report/hyper_answer.hpp"

namespace tool {
namespace hyper_command {

using namespace moetric;

struct options {
  io::run_request run;
  std::vector<std::string> laws;
  std::optional<double> loss, critical_batch, batch_tokens;
  double kappa = 1;
  output_options output;
};

std::optional<report::weighed_batch> batch_of(options const& chosen) {
  if (!chosen.critical_batch && !chosen.loss) return std::nullopt;
  report::weighed_batch of{chosen.critical_batch ? *chosen.critical_batch
                                                 : laws::kaplan::critical_batch_tokens(*chosen.loss),
                           chosen.critical_batch ? "given" : "kaplan, of the loss"};
  of.batch_tokens = chosen.batch_tokens;
  of.kappa = chosen.kappa;
  return of;
}

void run(options const& chosen) {
  std::vector<optimum::fitted_hyper> fits;
  for (std::string const& each : chosen.laws) fits.push_back(io::read_hyper(each));
  print(report::hyper_answer(io::run_of(chosen.run, find_model), static_cast<double>(chosen.run.sequence_length),
                             batch_of(chosen), fits),
        chosen.output);
}

}  // namespace hyper_command

void add_hyper(command_line& line) {
  using namespace hyper_command;
  command& to =
      line.add("hyper", "Which learning rate and batch does every published law give a run?",
               {"learning-rate", "lr", "batch", "batch-size", "hyperparameters", "critical-batch"},
               {"moetric hyper deepseek-v3 --tokens 14.8e12",
                "moetric hyper compute=1e20 active_non_embedding_parameters=1e9 tokens=1e10 expansion_rate=8"});
  auto& chosen = to.state<options>();
  to.add("MODEL", chosen.run.model, "A name of `moetric models`, a config.json or a plan; or the first name=value");
  to.add("VALUES", chosen.run.values,
         "In the place of a model: compute, active_non_embedding_parameters, tokens, expansion_rate");
  to.add("--tokens", chosen.run.tokens, "Training tokens, such as 2e12");
  to.add("--sequence-length", chosen.run.sequence_length, "Tokens of a training sequence; 4096 by default");
  to.add("--loss", chosen.loss, "Loss of the run, for Kaplan's critical batch").without("--critical-batch");
  to.add("--critical-batch", chosen.critical_batch, "In tokens, such as `moetric noise-scale` reports");
  to.add("--batch-tokens", chosen.batch_tokens, "A batch to weigh: its steps, tokens and learning rate")
      .with({"--critical-batch", "--loss"});
  to.add("--kappa", chosen.kappa, "Exponent of the learning rate in the batch; 1 by default").with({"--batch-tokens"});
  to.add("--law", chosen.laws, "The file of a fit: fit power-law --save; several times").one_value_each();
  chosen.output.declare(to);
  to.run = [&chosen] { run(chosen); };
}

}  // namespace tool
