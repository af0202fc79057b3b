#include "moetric/io/noise_scale_answer.hpp"

#include "command.hpp"

namespace tool {

void add_noise_scale(command_line& line) {
  struct options {
    moetric::io::noise_request asked;
    output_options output;
  };
  command& to = line.add("noise-scale", "What is the gradient noise scale, from gradient norms at two batch sizes?",
                         {"batch", "batch-size", "critical-batch", "gradient", "norms"},
                         {"moetric noise-scale tests/data/answers/norms.csv --top-k 8 --n-experts 256",
                          "moetric noise-scale tests/data/answers/norms.csv --decay 0.9"});
  auto& chosen = to.state<options>();
  moetric::io::noise_request& asked = chosen.asked;
  to.add("FILE", asked.file,
         "A CSV file with one row per step and group: step, tokens, b_small, b_big, grad_norm_sq_small, "
         "grad_norm_sq_big, and optionally group, to separate router, experts and the rest")
      .required();
  to.add_share("--interval", asked.coverage, "Share of bootstrap samples between low and high; default 0.8");
  to.add("--samples", asked.samples, 1, 1'000'000, "Number of bootstrap samples; default 1000");
  to.add("--decay", asked.decay,
         "Also print a moving average whose weights decay by this factor per step, such as 0.99");
  to.add("--top-k", asked.top_k, "With --n-experts: group 'experts' sees top_k / n_experts of each batch");
  to.add("--n-experts", asked.n_experts, "Routed experts per layer");
  chosen.output.declare(to);
  to.run = [&chosen] { print(moetric::io::noise_scale_answer(chosen.asked), chosen.output); };
}

}  // namespace tool
