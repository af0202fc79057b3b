#include "moetric/io/loss_answer.hpp"
#include "moetric/report/plot/law.hpp"
#include "shared_options.hpp"

namespace tool {

void add_loss(command_line& line) {
  struct options {
    moetric::io::loss_request asked;
    output_options output;
  };
  command& to = line.add("loss", "Which loss does a scaling law predict for given counts?",
                         {"predict", "law", "perplexity", "contour", "iso-loss", "extrapolate", "plot"},
                         {"moetric loss fine-grained total_non_embedding_parameters=4.3e9 tokens=2e10 granularity=8",
                          "moetric loss chinchilla-tex total_parameters=1e9..1e11 tokens=1e10..1e13"});
  auto& chosen = to.state<options>();
  declare_law(to, chosen.asked.law);
  to.add("VALUES", chosen.asked.values,
         "The law's inputs, name=value, such as tokens=2e10, or name=low..high for a curve, two of them for lines of "
         "equal loss");
  to.add(
      "--interval", chosen.asked.interval,
      "Of a fit: also the intervals of one further run, and of the mean, with this probability; of a curve by any law: "
      "between which losses this share of samples of its coefficients lies");
  to.add("--task", chosen.asked.task,
         "The file of a fit of accuracy or task-error: also the task's number at this loss");
  chosen.output.declare(to, "the loss over a range of one or two inputs");
  to.run = [&chosen] {
    tell_shadowed_law(chosen.asked.law);
    if (!chosen.asked.has_range())
      chosen.output.require_no_plot("with a range of one or two inputs, such as tokens=1e9..1e12");
    print(moetric::io::loss_answer(chosen.asked), chosen.output, moetric::report::loss_picture);
  };
}

}  // namespace tool
