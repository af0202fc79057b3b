#include <algorithm>

#include "command.hpp"
#include "moetric/io/noise_groups.hpp"
#include "moetric/report/noise_scale_answer.hpp"

namespace tool {
namespace noise_scale_command {

using namespace moetric;

struct options {
  std::string file, interval = "0.8", samples = "1000", decay, top_k, n_experts;
  output_options output;
};

// An expert sees top_k of n_experts tokens.
double expert_share(options const& chosen) {
  if (chosen.top_k.empty() != chosen.n_experts.empty())
    throw std::invalid_argument("moetric: top_k and n_experts must be given together");
  if (chosen.top_k.empty()) return 1;
  return optimum::expert_share(static_cast<double>(whole("top_k", chosen.top_k)),
                               static_cast<double>(whole("n_experts", chosen.n_experts)));
}

void run(options const& chosen) {
  auto const groups = io::read_noise_groups(chosen.file, expert_share(chosen));
  bool const has_experts =
      std::any_of(groups.begin(), groups.end(), [](auto const& each) { return each.name == "experts"; });
  if (!chosen.top_k.empty() && !has_experts)
    throw std::invalid_argument("moetric: --top-k and --n-experts must be given for a file with a group 'experts'");
  count const samples = whole("samples", chosen.samples);
  if (samples == 0 || samples > 1'000'000)
    throw std::invalid_argument("moetric: samples must be 1 to 1000000, but got " + chosen.samples);
  print(report::noise_scale_answer(
            groups, {.samples = static_cast<std::size_t>(samples.bits), .coverage = share("interval", chosen.interval)},
            chosen.decay.empty() ? std::optional<double>() : number("decay", chosen.decay)),
        chosen.output);
}

}  // namespace noise_scale_command

void add_noise_scale(arguments app) {
  using namespace noise_scale_command;
  auto chosen = std::make_shared<options>();
  auto command =
      app.add_subcommand("noise-scale", "What is the gradient noise scale, from gradient norms at two batch sizes?",
                         {"batch", "batch-size", "critical-batch", "gradient", "norms"});
  command.examples("moetric noise-scale tests/data/answers/norms.csv --top-k 8 --n-experts 256",
                   "moetric noise-scale tests/data/answers/norms.csv --decay 0.9");
  command
      ->add_option("FILE", chosen->file,
                   "A CSV file with one row per step and group: step, tokens, b_small, b_big, grad_norm_sq_small, "
                   "grad_norm_sq_big, "
                   "and optionally group, to separate router, experts and the rest")
      ->required();
  command->add_option("--interval", chosen->interval, "Share of bootstrap samples between low and high; default 0.8");
  command->add_option("--samples", chosen->samples, "Number of bootstrap samples; default 1000");
  command->add_option("--decay", chosen->decay,
                      "Also print a moving average whose weights decay by this factor per step, such as 0.99");
  command->add_option("--top-k", chosen->top_k,
                      "With --n-experts: group 'experts' sees top_k / n_experts of each batch");
  command->add_option("--n-experts", chosen->n_experts, "Routed experts per layer");
  chosen->output.declare(command);
  command->callback([chosen] { run(*chosen); });
}

}  // namespace tool
