#include <algorithm>

#include "command.hpp"
#include "moetric/io/noise_groups.hpp"
#include "moetric/report/noise_scale_answer.hpp"

namespace tool {
namespace noise_scale_command {

using namespace moetric;

struct options {
  std::string file;
  std::optional<double> interval, decay;
  std::size_t samples = 1000;
  std::optional<count> top_k, n_experts;
  output_options output;
};

void run(options const& chosen) {
  if (chosen.top_k.has_value() != chosen.n_experts.has_value())
    io::refuse("top_k and n_experts must be given together");
  // An expert sees top_k of n_experts tokens.
  double const seen =
      chosen.top_k ? optimum::expert_share(static_cast<double>(*chosen.top_k), static_cast<double>(*chosen.n_experts))
                   : 1;
  auto const groups = io::read_noise_groups(chosen.file, seen);
  if (chosen.top_k && std::none_of(groups.begin(), groups.end(), [](auto& each) { return each.name == "experts"; }))
    io::refuse("--top-k and --n-experts must be given for a file with a group 'experts'");
  print(report::noise_scale_answer(groups, {.samples = chosen.samples, .coverage = chosen.interval.value_or(0.8)},
                                   chosen.decay),
        chosen.output);
}

}  // namespace noise_scale_command

void add_noise_scale(command_line& line) {
  using namespace noise_scale_command;
  command& to = line.add("noise-scale", "What is the gradient noise scale, from gradient norms at two batch sizes?",
                         {"batch", "batch-size", "critical-batch", "gradient", "norms"},
                         {"moetric noise-scale tests/data/answers/norms.csv --top-k 8 --n-experts 256",
                          "moetric noise-scale tests/data/answers/norms.csv --decay 0.9"});
  auto& chosen = to.state<options>();
  to.add("FILE", chosen.file,
         "A CSV file with one row per step and group: step, tokens, b_small, b_big, grad_norm_sq_small, "
         "grad_norm_sq_big, and optionally group, to separate router, experts and the rest")
      .required();
  to.add_share("--interval", chosen.interval, "Share of bootstrap samples between low and high; default 0.8");
  to.add("--samples", chosen.samples, 1, 1'000'000, "Number of bootstrap samples; default 1000");
  to.add("--decay", chosen.decay,
         "Also print a moving average whose weights decay by this factor per step, such as 0.99");
  to.add("--top-k", chosen.top_k, "With --n-experts: group 'experts' sees top_k / n_experts of each batch");
  to.add("--n-experts", chosen.n_experts, "Routed experts per layer");
  chosen.output.declare(to);
  to.run = [&chosen] { run(chosen); };
}

}  // namespace tool
