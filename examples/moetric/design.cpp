#include <algorithm>
#include <initializer_list>

#include "interruption.hpp"
#include "moetric/io/design_csv.hpp"
#include "moetric/io/optima_file.hpp"
#include "moetric/io/plan_source.hpp"
#include "moetric/plan/design.hpp"
#include "moetric/report/design_answer.hpp"
#include "shared_options.hpp"

namespace tool {
namespace design_command {

using namespace moetric;

struct options {
  plan::design_request request;
  std::string source = "holistic", phase = "all", next, iterate;
  std::vector<double> densities, expansions;
  std::optional<double> budget, target;
  bool alone = false, explain = false, progress = false;
  output_options output;
};

plan::design_request request_of(options const& chosen) {
  plan::design_request r = chosen.request;
  for (double const each : r.scales) moetric::detail::require_positive("scales", each);
  r.base.compute = r.scales.front();
  validate(r.base);
  if (chosen.source == "ling" || chosen.source == "fine-grained") tell_shadowed(chosen.source);
  r.base.source = io::find_source(chosen.source, r.base).recipe;
  // For phase 2 they are the chosen triads, one for all scales or one each.
  auto const each_scale = [&](std::vector<double> const& values) {
    return values.size() == 1 ? std::vector<double>(r.scales.size(), values.front()) : values;
  };
  if (!chosen.densities.empty()) r.densities = chosen.densities;
  if (!chosen.expansions.empty()) r.expansions = chosen.expansions;
  if (chosen.phase == "2") {
    r.chosen_densities = each_scale(chosen.densities);
    r.chosen_expansions = each_scale(chosen.expansions);
  }
  r.share_stems = !chosen.alone;
  return r;
}

report::answer answer_of(options const& chosen, run_control control) {
  plan::design_request r = request_of(chosen);
  r.control = std::move(control);
  double const target = chosen.target.value_or(10 * *std::max_element(r.scales.begin(), r.scales.end()));
  moetric::detail::require_positive("target", target);
  if (!chosen.iterate.empty()) {  // phase 0 again with the shapes of a fit
    plan::recipe_source const before = r.base.source, after = io::read_source(chosen.iterate, r.base);
    plan::iteration const round = plan::compare_rounds(before, after, r.scales);
    r.base.source = after;
    std::vector<plan::design> parts;
    if (!round.ended()) parts.push_back(plan::design_isoflop(r));
    return report::iteration_answer(round, before.id, after.id, r, parts, target);
  }
  if (chosen.budget) {
    if (!chosen.target) io::refuse("target must be given with a budget, but is missing");
    std::vector<plan::scale_group> before;
    if (!chosen.next.empty())
      before = io::groups_of_runs(io::read_csv(chosen.next), static_cast<double>(r.isoflop_sizes));
    return report::budget_answer(plan::design_within_budget(r, before, *chosen.budget, target), r.isoflop_sizes,
                                 *chosen.budget, target);
  }
  std::vector<plan::design> const parts = plan::design_parts(chosen.phase, r);
  return chosen.explain ? report::design_size_answer(r, parts) : report::design_answer(r, parts, target);
}

// The options that each form of a design uses beside those of a shape.
void require_form(options const& chosen, command const& from) {
  using names = std::vector<std::string_view>;
  names const isoflop{"--isoflop-sizes", "--isoflop-stride", "--decay", "--alone"};
  names const triads{"--flops-per-active-parameter", "--expansion-ratio"}, widths{"--d-model", "--widths"};
  names const pilot{"--pilot-triads", "--pilot-widths"};
  auto const joined = [](names all, std::initializer_list<names> others) {
    for (names const& each : others) all.insert(all.end(), each.begin(), each.end());
    return all;
  };
  auto const require = [&](std::string const& form, names const& used) {
    from.require_used(form, joined(used, {{"--source", "--n-experts", "--top-k", "--n-shared-experts", "--vocab-size",
                                           "--n-heads", "--n-kv-heads", "--head-dim", "--multiple-of", "--rounding"}}));
  };
  from.only_if(!from.has("--iterate"), {"--budget", "--next", "--explain"}, "without --iterate");
  if (from.has("--iterate"))
    return require("design --iterate", joined(isoflop, {{"--iterate", "--scales", "--target"}}));
  from.only_if(from.has("--budget"), {"--next", "--progress"}, "with --budget");
  if (from.has("--budget"))
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
  from.only_if(!from.has("--d-model"), {"--widths"}, "without --d-model");
}

}  // namespace design_command

void add_design(command_line& line) {
  using namespace design_command;
  command& to = line.add("design", "Which experiments fit the laws of a plan to your own data?",
                         {"experiment", "experiments", "runs", "sweep", "isoflop", "grid", "pilot"},
                         {"moetric design --explain", "moetric design --phase 1 --scales 1e18,1e19,1e20"});
  auto& chosen = to.state<options>();
  plan::design_request& r = chosen.request;
  to.add("--phase", chosen.phase,
         "all, pilot, 0 (isoflop and rate-batch), isoflop, rate-batch, 1 (grid and density), grid, density or 2")
      .shows_default();
  to.add("--scales", r.scales, "FLOPs of the budgets, as 1e18,1e19 (the paper's six)");
  to.add("--flops-per-active-parameter", chosen.densities, "M/N_a of the grid; with --phase 2 of the chosen triads")
      .further();
  to.add("--expansion-ratio", chosen.expansions, "N/N_a of the grid; with --phase 2 of the chosen triads").further();
  to.add("--training-flops-per-token", r.base.training_flops_per_token, "M instead of M_opt, the same at every scale")
      .further();
  to.add("--d-model", r.d_models, "Widths of phase 2, as 480,488 (evenly over the feasible ones)");
  constexpr std::size_t most = 100000;
  to.add("--widths", r.widths, 1, most, "Widths of phase 2 at each scale (9)").further();
  to.add("--isoflop-sizes", r.isoflop_sizes, 1, most, "Sizes M at each budget (7)").further();
  to.add("--isoflop-stride", r.isoflop_stride, "Ratio of neighbouring M (1.414)").further();
  to.add("--pilot-triads", r.pilot_triads, 1, most, "Triads whose ranking is tested (10)").further();
  to.add("--pilot-widths", r.pilot_widths, 1, most, "Widths of each triad (14)").further();
  to.add("--decay", r.decay, "Fraction of a run that is its decay, with shared stems (0.2)").further();
  to.add_flag("--alone", chosen.alone, "Train every run from the start, without shared stems").further();
  to.add("--budget", chosen.budget, "FLOPs to spend on phase 0; chooses the scales");
  to.add("--target", chosen.target, "FLOPs of the planned run (10 times the largest scale)");
  to.add("--next", chosen.next, "CSV of completed runs with a column compute: proposes the next ones within --budget");
  to.add("--iterate", chosen.iterate, "A fit: phase 0 again with its shapes, unless M_opt stayed inside the band");
  declare_shape(to, r.base, chosen.source);
  to.add_flag("--explain", chosen.explain, "How sixteen dimensions reduce to two sweeps, and the number of runs");
  to.add_flag("--progress", chosen.progress, "With --budget, print progress to stderr also where that is no terminal");
  chosen.output.declare(to);
  to.run = [&to, &chosen] {
    require_form(chosen, to);
    interruption signals;
    report::answer const answer = answer_of(chosen, signals.control("ways to start a design", chosen.progress));
    answer.values.find("runs") ? print_rows(report::design_csv(answer), answer, chosen.output)
                               : print(answer, chosen.output);
    signals.rethrow("the design has the runs that were found until then");
  };
}

}  // namespace tool
