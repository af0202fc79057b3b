#include <algorithm>
#include <initializer_list>

#include "interruption.hpp"
#include "moetric/io/design_csv.hpp"
#include "moetric/io/optima_file.hpp"
#include "moetric/io/plan_source.hpp"
#include "moetric/plan/design.hpp"
#include "moetric/report/design_answer.hpp"
#include "plan_command.hpp"

namespace tool {
namespace design_command {

using namespace moetric;

struct options {
  request_options request;
  std::string phase = "all";
  std::string scales, densities, expansions, d_models, flops;
  std::string isoflop_sizes, isoflop_stride, widths, pilot_triads, pilot_widths, decay;
  std::string budget, target, next, iterate;
  bool alone = false;
  bool explain = false;
  bool progress = false;
  output_options output;
};

plan::design_request request_of(options const& chosen) {
  plan::design_request r;
  auto const list = [](std::string_view field, std::string const& text, std::vector<double>& values) {
    if (text.empty()) return;
    values.clear();
    for (std::string const& part : split(text, ',')) values.push_back(number(field, part));
  };
  auto const size = [](std::string_view field, std::string const& text, std::size_t& value) {
    if (text.empty()) return;
    count const given = whole(field, text);
    if (given < 1 || given > 100000)
      throw std::invalid_argument("moetric: " + std::string(field) + " must be from 1 to 100000, but got " + text);
    value = static_cast<std::size_t>(given.bits);
  };
  auto const real = [](std::string_view field, std::string const& text, double& value) {
    if (!text.empty()) value = number(field, text);
  };
  list("scales", chosen.scales, r.scales);
  for (double const each : r.scales) moetric::detail::require_positive("scales", each);
  r.base = tool::request_of(chosen.request, r.scales.front());
  validate(r.base);
  r.base.source = io::find_source(chosen.request.source, r.base).recipe;
  if (!chosen.flops.empty()) r.base.training_flops_per_token = number("training_flops_per_token", chosen.flops);
  list("flops_per_active_parameter", chosen.densities, r.densities);
  list("expansion_ratio", chosen.expansions, r.expansions);
  if (chosen.phase == "2") {  // for phase 2 they are the chosen triads, one for all scales or one each
    auto const each_scale = [&r](std::vector<double> const& values) {
      return values.size() == 1 ? std::vector<double>(r.scales.size(), values.front()) : values;
    };
    if (!chosen.densities.empty()) r.chosen_densities = each_scale(r.densities);
    if (!chosen.expansions.empty()) r.chosen_expansions = each_scale(r.expansions);
  }
  list("d_model", chosen.d_models, r.d_models);
  size("isoflop_sizes", chosen.isoflop_sizes, r.isoflop_sizes);
  real("isoflop_stride", chosen.isoflop_stride, r.isoflop_stride);
  size("widths", chosen.widths, r.widths);
  size("pilot_triads", chosen.pilot_triads, r.pilot_triads);
  size("pilot_widths", chosen.pilot_widths, r.pilot_widths);
  real("decay", chosen.decay, r.decay);
  r.share_stems = !chosen.alone;
  return r;
}

report::answer answer_of(options const& chosen, run_control control) {
  plan::design_request r = request_of(chosen);
  r.control = std::move(control);
  double const target = chosen.target.empty() ? 10 * *std::max_element(r.scales.begin(), r.scales.end())
                                              : number("target", chosen.target);
  moetric::detail::require_positive("target", target);
  if (!chosen.iterate.empty()) {  // phase 0 again with the shapes of a fit
    plan::recipe_source const before = r.base.source, after = io::read_source(chosen.iterate, r.base);
    plan::iteration const round = plan::compare_rounds(before, after, r.scales);
    r.base.source = after;
    std::vector<plan::design> parts;
    if (!round.ended()) parts.push_back(plan::design_isoflop(r));
    return report::iteration_answer(round, before.id, after.id, r, parts, target);
  }
  if (!chosen.budget.empty()) {
    if (chosen.target.empty())
      throw std::invalid_argument("moetric: target must be given with a budget, but is missing");
    double const budget = number("budget", chosen.budget);
    std::vector<plan::scale_group> before;
    if (!chosen.next.empty())
      before = io::groups_of_runs(io::read_csv(chosen.next), static_cast<double>(r.isoflop_sizes));
    return report::budget_answer(plan::design_within_budget(r, before, budget, target), r.isoflop_sizes, budget,
                                 target);
  }
  std::vector<plan::design> const parts = plan::design_parts(chosen.phase, r);
  return chosen.explain ? report::design_size_answer(r, parts) : report::design_answer(r, parts, target);
}

// The options that each form of a design uses beside those of a shape.
void require_form(options const& chosen, arguments const& command) {
  using names = std::vector<std::string_view>;
  names const isoflop{"--isoflop-sizes", "--isoflop-stride", "--decay", "--alone"};
  names const triads{"--flops-per-active-parameter", "--expansion-ratio"}, widths{"--d-model", "--widths"};
  names const pilot{"--pilot-triads", "--pilot-widths"};
  auto const joined = [](names all, std::initializer_list<names> others) {
    for (names const& each : others) all.insert(all.end(), each.begin(), each.end());
    return all;
  };
  auto const require = [&](std::string const& form, names const& used) {
    command.require_used(form,
                         joined(used, {{"--source", "--n-experts", "--top-k", "--n-shared-experts", "--vocab-size",
                                        "--n-heads", "--n-kv-heads", "--head-dim", "--multiple-of", "--rounding"}}));
  };
  command.only_if(!command.has("--iterate"), {"--budget", "--next", "--explain"}, "without --iterate");
  if (command.has("--iterate"))
    return require("design --iterate", joined(isoflop, {{"--iterate", "--scales", "--target"}}));
  command.only_if(command.has("--budget"), {"--next", "--progress"}, "with --budget");
  if (command.has("--budget"))
    return require("design --budget", joined(isoflop, {{"--budget", "--target", "--next", "--scales", "--progress"}}));
  names const common{"--phase", "--scales", "--training-flops-per-token", chosen.explain ? "--explain" : "--target"};
  std::vector<std::pair<std::string_view, names>> const phases{{"all", joined(isoflop, {triads, widths, pilot})},
                                                               {"pilot", joined(triads, {pilot})},
                                                               {"0", isoflop},
                                                               {"isoflop", isoflop},
                                                               {"rate-batch", {}},
                                                               {"1", triads},
                                                               {"grid", triads},
                                                               {"density", {}},
                                                               {"2", joined(triads, {widths})},
                                                               {"width", joined(triads, {widths})}};
  for (auto const& [phase, used] : phases)
    if (phase == chosen.phase)
      require("design --phase " + chosen.phase + (chosen.explain ? " --explain" : ""), joined(common, {used}));
  command.only_if(!command.has("--d-model"), {"--widths"}, "without --d-model");
}

}  // namespace design_command

void add_design(arguments app) {
  using namespace design_command;
  auto chosen = std::make_shared<options>();
  chosen->request.rounding = "paper";
  auto command = app.add_subcommand("design", "Which experiments fit the laws of a plan to your own data?",
                                    {"experiment", "experiments", "runs", "sweep", "isoflop", "grid", "pilot"});
  command.examples("moetric design --explain", "moetric design --phase 1 --scales 1e18,1e19,1e20");
  auto const option = [&](char const* name, std::string& field, char const* help) {
    return command->add_option(name, field, help);
  };
  option("--phase", chosen->phase,
         "all, pilot, 0 (isoflop and rate-batch), isoflop, rate-batch, 1 (grid and density), grid, density or 2")
      ->capture_default_str();
  option("--scales", chosen->scales, "FLOPs of the budgets, as 1e18,1e19 (the paper's six)");
  option("--flops-per-active-parameter", chosen->densities, "M/N_a of the grid; with --phase 2 of the chosen triads");
  option("--expansion-ratio", chosen->expansions, "N/N_a of the grid; with --phase 2 of the chosen triads");
  option("--training-flops-per-token", chosen->flops, "M instead of M_opt, the same at every scale");
  option("--d-model", chosen->d_models, "Widths of phase 2, as 480,488 (evenly over the feasible ones)");
  option("--widths", chosen->widths, "Widths of phase 2 at each scale (9)");
  option("--isoflop-sizes", chosen->isoflop_sizes, "Sizes M at each budget (7)");
  option("--isoflop-stride", chosen->isoflop_stride, "Ratio of neighbouring M (1.414)");
  option("--pilot-triads", chosen->pilot_triads, "Triads whose ranking is tested (10)");
  option("--pilot-widths", chosen->pilot_widths, "Widths of each triad (14)");
  option("--decay", chosen->decay, "Fraction of a run that is its decay, with shared stems (0.2)");
  command->add_flag("--alone", chosen->alone, "Train every run from the start, without shared stems");
  option("--budget", chosen->budget, "FLOPs to spend on phase 0; chooses the scales");
  option("--target", chosen->target, "FLOPs of the planned run (10 times the largest scale)");
  option("--next", chosen->next, "CSV of completed runs with a column compute: proposes the next ones within --budget");
  option("--iterate", chosen->iterate, "A fit: phase 0 again with its shapes, unless M_opt stayed inside the band");
  add_shape_options(command, std::shared_ptr<request_options>(chosen, &chosen->request));
  command->add_flag("--explain", chosen->explain,
                    "How sixteen dimensions reduce to two sweeps, and the number of runs");
  command->add_flag("--progress", chosen->progress,
                    "With --budget, print progress to stderr also where that is no terminal");
  chosen->output.declare(command);
  command.further({"--flops-per-active-parameter", "--expansion-ratio", "--training-flops-per-token", "--widths",
                   "--isoflop-sizes", "--isoflop-stride", "--pilot-triads", "--pilot-widths", "--decay", "--alone",
                   "--n-heads", "--n-kv-heads", "--head-dim", "--multiple-of", "--rounding", "--vocab-size"});
  command->callback([chosen, command] {
    require_form(*chosen, command);
    interruption signals;
    report::answer const answer = answer_of(*chosen, signals.control("ways to start a design", chosen->progress));
    answer.values.find("runs") ? print_rows(report::design_csv(answer), answer, chosen->output)
                               : print(answer, chosen->output);
    signals.rethrow("the design has the runs that were found until then");
  });
}

}  // namespace tool
