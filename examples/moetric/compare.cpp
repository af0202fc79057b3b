#include "command.hpp"
#include "moetric/io/compare_answer.hpp"
#include "moetric/report/plot/law.hpp"

namespace tool {

void add_compare(command_line& line) {
  struct options {
    moetric::io::compare_request asked;
    std::string convention = "matmul-causal-half";
    output_options output;
  };
  command& to = line.add("compare", "What would several laws buy with one budget, and at which regret?",
                         {"laws", "loss", "regret", "budget", "disagree", "plot"},
                         {"moetric compare --compute 1e22",
                          "moetric compare --compute 1e22 --law fine-grained --law chinchilla-tex --interval 0.8"});
  auto& chosen = to.state<options>();
  moetric::io::compare_request& asked = chosen.asked;
  to.add_one_or_range("--compute", asked.compute, asked.budgets,
                      "Training FLOPs, in --convention, such as 1e22, or 1e19..1e24")
      .required();
  to.add("--law", asked.laws,
         "A law to evaluate, an id or the file of a fit, several times; by default one of each paper");
  to.add("--sequence-length", asked.how.sequence_length, "Tokens of a training sequence; 2048 by default");
  to.add("--expansion-rates", asked.how.expansion_rates,
         "Values of n_experts / top_k of the grid, 1 for dense: 1,8,16,64 by default");
  to.add("--granularities", asked.how.granularities, "Values of top_k of the grid: 1,2,4,8,16,32 by default");
  to.add("--convention", chosen.convention, "How FLOPs are counted; an id of `moetric conventions`");
  to.add_share("--interval", asked.interval,
               "Show between which values the published digits and standard errors leave plans and regrets, for this "
               "share of samples, such as 0.8");
  to.add("--samples", asked.samples, 1, 10000, "Samples of each law's coefficients; 200 by default")
      .with({"--interval"});
  chosen.output.declare(to, "loss, parameters and tokens of each law over a range of --compute");
  to.run = [&chosen] {
    for (std::string const& each : chosen.asked.laws) tell_shadowed_law(each);
    if (!chosen.asked.budgets) chosen.output.require_no_plot("with a range of budgets, such as --compute 1e19..1e24");
    chosen.asked.how.convention = chosen.convention;
    print(moetric::io::compare_answer(chosen.asked), chosen.output, moetric::report::compare_path_picture);
  };
}

}  // namespace tool
