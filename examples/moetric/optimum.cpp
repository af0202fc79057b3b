#include "moetric/io/optimum_answer.hpp"
#include "moetric/report/plot/law.hpp"
#include "shared_options.hpp"

namespace tool {

void add_optimum(command_line& line) {
  struct options {
    moetric::io::optimum_request asked;
    output_options output;
  };
  command& to =
      line.add("optimum", "Which parameters and tokens does a law buy with a budget?",
               {"budget", "compute", "compute-optimal", "tokens", "size", "law", "allocation", "granularity",
                "inference", "plot"},
               {"moetric optimum fine-grained --compute 1e20", "moetric optimum chinchilla-tex --compute 1e19..1e24"});
  auto& chosen = to.state<options>();
  declare_law(to, chosen.asked.law);
  to.add("VALUES", chosen.asked.values,
         "What to fix: name=value, name=a,b,c to choose from, name=low..high to find the best; an input of the law, "
         "loss in the place of --compute, or inference_tokens and what they cost");
  to.add_one_or_range("--compute", chosen.asked.compute, chosen.asked.budgets,
                      "Training FLOPs as the law counts them, such as 3e20, or 1e19..1e24");
  to.add_share("--interval", chosen.asked.interval,
               "Show between which values samples of the coefficients leave the optimum, for this share of them, such "
               "as 0.8; the first line says what the samples show");
  to.add("--against", chosen.asked.against,
         "Another law with what it fixes: its FLOPs for the same loss, its tokens for the same FLOPs");
  chosen.output.declare(to, "the optimum over a range of --compute");
  to.run = [&chosen] {
    tell_shadowed_law(chosen.asked.law);
    if (!chosen.asked.budgets) chosen.output.require_no_plot("with a range of budgets, such as --compute 1e19..1e24");
    print(moetric::io::optimum_answer(chosen.asked), chosen.output, moetric::report::optimum_path_picture);
  };
}

}  // namespace tool
