#include <algorithm>

#include "law_command.hpp"
#include "moetric/report/compare_path_answer.hpp"
#include "moetric/report/optimum_path_answer.hpp"
#include "moetric/report/plot/law.hpp"

namespace tool {
namespace compare_command {

using namespace moetric;

struct options {
  std::string compute;
  std::vector<std::string> laws;
  std::string sequence_length, expansion_rates, granularities;
  std::string convention = "matmul-causal-half";
  std::string interval;
  std::string samples = "200";
  output_options output;
};

void run(options const& chosen) {
  optimum::compare_options how{.convention = chosen.convention};
  if (!chosen.sequence_length.empty()) how.sequence_length = whole("sequence_length", chosen.sequence_length);
  auto const list = [](std::string_view field, std::string const& text, std::vector<count>& values) {
    if (text.empty()) return;
    values.clear();
    for (std::string const& part : split(text, ',')) values.push_back(whole(field, part));
  };
  list("expansion_rates", chosen.expansion_rates, how.expansion_rates);
  list("granularities", chosen.granularities, how.granularities);
  if (!chosen.laws.empty()) how.laws.clear();
  std::vector<optimum::own_samples> own;
  std::vector<std::string> fits;  // named by their files, since several may be of one form
  for (std::string const& each : chosen.laws) {
    chosen_law const law = find_law(each);
    if (std::count(chosen.laws.begin(), chosen.laws.end(), each) > 1)
      throw std::invalid_argument("moetric: law " + moetric::in_quotes(each) + " must be given once");
    if (!law.fit) {
      how.laws.push_back(law.about->id);
      continue;
    }
    fits.push_back(each);
    how.own_laws.push_back(laws::readable(*law.loss));
    own.push_back({how.own_laws.back(), [law](optimum::sampling const& of) { return drawn(law, of).laws; }});
  }
  report::compared asked{.convention = chosen.convention, .names = {how.laws.begin(), how.laws.end()}};
  asked.names.insert(asked.names.end(), fits.begin(), fits.end());
  if (is_range(chosen.compute)) {
    if (!chosen.interval.empty())
      throw std::invalid_argument("moetric: --interval must be given with one budget, not a range");
    auto const [low, high] = range_of("compute", chosen.compute);
    constexpr std::size_t budgets = 13;
    std::vector<optimum::comparison> all;
    for (double const each : report::budgets_between(low, high, budgets)) all.push_back(optimum::compare(each, how));
    return print(report::compare_path_answer(all, asked), chosen.output, report::compare_path_picture);
  }
  if (!chosen.output.plot.empty())
    throw std::invalid_argument("moetric: --plot must be given with a range of budgets, such as --compute 1e19..1e24");
  optimum::comparison const result = optimum::compare(number("compute", chosen.compute), how);
  optimum::sampled_comparison sampled;
  if (!chosen.interval.empty()) {
    count const samples = whole("samples", chosen.samples);
    if (samples < 1 || samples > 10000)
      throw std::invalid_argument("moetric: samples must be 1 to 10000, but got " + chosen.samples);
    asked.coverage = share("interval", chosen.interval);
    sampled =
        optimum::sample(result, {.samples = static_cast<std::size_t>(samples.bits), .coverage = asked.coverage}, own);
    asked.sampled = &sampled;
  }
  print(report::compare_answer(result, asked), chosen.output);
}

}  // namespace compare_command

void add_compare(arguments app) {
  using namespace compare_command;
  auto chosen = std::make_shared<options>();
  auto command = app.add_subcommand("compare", "What would several laws buy with one budget, and at which regret?",
                                    {"laws", "loss", "regret", "budget", "disagree", "plot"});
  command.examples("moetric compare --compute 1e22",
                   "moetric compare --compute 1e22 --law fine-grained --law chinchilla-tex --interval 0.8");
  command->add_option("--compute", chosen->compute, "Training FLOPs, in --convention, such as 1e22, or 1e19..1e24")
      ->required();
  command->add_option("--law", chosen->laws,
                      "A law to evaluate, an id or the file of a fit, several times; by default one of each paper");
  command->add_option("--sequence-length", chosen->sequence_length, "Tokens of a training sequence; 2048 by default");
  command->add_option("--expansion-rates", chosen->expansion_rates,
                      "Values of n_experts / top_k of the grid, 1 for dense: 1,8,16,64 by default");
  command->add_option("--granularities", chosen->granularities,
                      "Values of top_k of the grid: 1,2,4,8,16,32 by default");
  command->add_option("--convention", chosen->convention, "How FLOPs are counted; an id of `moetric conventions`");
  command->add_option("--interval", chosen->interval,
                      "Show between which values the published digits and standard errors leave plans and regrets, for "
                      "this share of samples, such as 0.8");
  command->add_option("--samples", chosen->samples, "Samples of each law's coefficients; 200 by default");
  chosen->output.declare(command, "loss, parameters and tokens of each law over a range of --compute");
  command->callback([chosen, command] {
    command.only_if(command.has("--interval"), {"--samples"}, "with --interval");
    run(*chosen);
  });
}

}  // namespace tool
