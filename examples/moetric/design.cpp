#include "moetric/io/design_answer.hpp"

#include <initializer_list>

#include "interruption.hpp"
#include "shared_options.hpp"

namespace tool {
namespace design_command {

using namespace moetric;

struct options {
  io::experiment_request asked;
  bool progress = false;
  output_options output;
};

// The options that each form of a design uses beside those of a shape.
void require_form(io::experiment_request const& asked, command const& from) {
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
  if (from.has("--iterate"))
    return require("design --iterate", joined(isoflop, {{"--iterate", "--scales", "--target"}}));
  if (from.has("--budget"))
    return require("design --budget", joined(isoflop, {{"--budget", "--target", "--next", "--scales", "--progress"}}));
  names const common{"--phase", "--scales", "--training-flops-per-token", asked.explain ? "--explain" : "--target"};
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
    if (phase == asked.phase)
      require("design --phase " + asked.phase + (asked.explain ? " --explain" : ""), joined(common, {used}));
}

}  // namespace design_command

void add_design(command_line& line) {
  using namespace design_command;
  command& to = line.add("design", "Which experiments fit the laws of a plan to your own data?",
                         {"experiment", "experiments", "runs", "sweep", "isoflop", "grid", "pilot"},
                         {"moetric design --explain", "moetric design --phase 1 --scales 1e18,1e19,1e20"});
  auto& chosen = to.state<options>();
  io::experiment_request& asked = chosen.asked;
  plan::design_request& r = asked.design;
  to.add("--phase", asked.phase,
         "all, pilot, 0 (isoflop and rate-batch), isoflop, rate-batch, 1 (grid and density), grid, density or 2")
      .shows_default();
  to.add("--scales", r.scales, "FLOPs of the budgets, as 1e18,1e19 (the paper's six)");
  to.add("--flops-per-active-parameter", asked.densities, "M/N_a of the grid; with --phase 2 of the chosen triads")
      .further();
  to.add("--expansion-ratio", asked.expansions, "N/N_a of the grid; with --phase 2 of the chosen triads").further();
  to.add("--training-flops-per-token", r.base.training_flops_per_token, "M instead of M_opt, the same at every scale")
      .further();
  to.add("--d-model", r.d_models, "Widths of phase 2, as 480,488 (evenly over the feasible ones)");
  constexpr std::size_t most = 100000;
  to.add("--widths", r.widths, 1, most, "Widths of phase 2 at each scale (9)").without("--d-model").further();
  to.add("--isoflop-sizes", r.isoflop_sizes, 1, most, "Sizes M at each budget (7)").further();
  to.add("--isoflop-stride", r.isoflop_stride, "Ratio of neighbouring M (1.414)").further();
  to.add("--pilot-triads", r.pilot_triads, 1, most, "Triads whose ranking is tested (10)").further();
  to.add("--pilot-widths", r.pilot_widths, 1, most, "Widths of each triad (14)").further();
  to.add("--decay", r.decay, "Fraction of a run that is its decay, with shared stems (0.2)").further();
  to.add_flag("--alone", r.share_stems, "Train every run from the start, without shared stems").further();
  to.add("--budget", asked.budget, "FLOPs to spend on phase 0; chooses the scales").without("--iterate");
  to.add("--target", asked.target, "FLOPs of the planned run (10 times the largest scale)");
  to.add("--next", asked.completed,
         "CSV of completed runs with a column compute: proposes the next ones within --budget")
      .without("--iterate")
      .with({"--budget"});
  to.add("--iterate", asked.iterate, "A fit: phase 0 again with its shapes, unless M_opt stayed inside the band");
  declare_shape(to, r.base, asked.source);
  to.add_flag("--explain", asked.explain, "How sixteen dimensions reduce to two sweeps, and the number of runs")
      .without("--iterate");
  to.add_flag("--progress", chosen.progress, "With --budget, print progress to stderr also where that is no terminal")
      .with({"--budget"});
  chosen.output.declare(to);
  to.run = [&to, &chosen, &asked] {
    require_form(asked, to);
    tell_shadowed_source(asked.source);
    interruption signals;
    asked.design.control = signals.control("ways to start a design", chosen.progress);
    report::answer const answer = io::design_answer(asked);
    answer.values.find("runs") ? print_rows(report::design_csv(answer), answer, chosen.output)
                               : print(answer, chosen.output);
    signals.rethrow("the design has the runs that were found until then");
  };
}

}  // namespace tool
