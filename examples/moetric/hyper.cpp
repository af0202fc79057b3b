#include "moetric/io/hyper_answer.hpp"

#include "command.hpp"

namespace tool {

void add_hyper(command_line& line) {
  struct options {
    moetric::io::hyper_request asked;
    output_options output;
  };
  command& to =
      line.add("hyper", "Which learning rate and batch does every published law give a run?",
               {"learning-rate", "lr", "batch", "batch-size", "hyperparameters", "critical-batch"},
               {"moetric hyper deepseek-v3 --tokens 14.8e12",
                "moetric hyper compute=1e20 active_non_embedding_parameters=1e9 tokens=1e10 expansion_rate=8"});
  auto& chosen = to.state<options>();
  moetric::io::hyper_request& asked = chosen.asked;
  to.add("MODEL", asked.run.model, "A name of `moetric models`, a config.json or a plan; or the first name=value");
  to.add("VALUES", asked.run.values,
         "In the place of a model: compute, active_non_embedding_parameters, tokens, expansion_rate");
  to.add("--tokens", asked.run.tokens, "Training tokens, such as 2e12");
  to.add("--sequence-length", asked.run.sequence_length, "Tokens of a training sequence; 4096 by default");
  to.add("--loss", asked.loss, "Loss of the run, for Kaplan's critical batch").without("--critical-batch");
  to.add("--critical-batch", asked.critical_batch, "In tokens, such as `moetric noise-scale` reports");
  to.add("--batch-tokens", asked.batch_tokens, "A batch to weigh: its steps, tokens and learning rate")
      .with({"--critical-batch", "--loss"});
  to.add("--kappa", asked.kappa, "Exponent of the learning rate in the batch; 1 by default").with({"--batch-tokens"});
  to.add("--law", asked.laws, "The file of a fit: fit power-law --save; several times").one_value_each();
  chosen.output.declare(to);
  to.run = [&chosen] { print(moetric::io::hyper_answer(chosen.asked, find_model), chosen.output); };
}

}  // namespace tool
