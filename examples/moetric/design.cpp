#include <algorithm>
#include <iostream>

#include "moetric/io/design_csv.hpp"
#include "moetric/io/optima_file.hpp"
#include "moetric/io/plan_source.hpp"
#include "moetric/plan/design_groups.hpp"
#include "moetric/plan/design_size.hpp"
#include "moetric/plan/iteration.hpp"
#include "plan_command.hpp"
#include "printing.hpp"

namespace tool {
namespace {

using namespace moetric;

struct options {
  request_options request;
  std::string phase = "all";
  std::string scales, densities, expansions, d_models, flops;
  std::string isoflop_sizes, isoflop_stride, widths, pilot_triads, pilot_widths, decay;
  std::string budget, target, next, iterate;
  bool alone = false;
  bool explain = false;
  bool as_json = false;
};

std::vector<double> numbers(std::string_view field, std::string const& text) {
  std::vector<double> values;
  for (std::string const& part : split(text, ',')) values.push_back(number(field, part));
  return values;
}

plan::design_request request_of(options const& chosen) {
  plan::design_request r;
  auto const list = [](std::string_view field, std::string const& text, std::vector<double>& values) {
    if (!text.empty()) values = numbers(field, text);
  };
  auto const size = [](std::string_view field, std::string const& text, std::size_t& value) {
    if (!text.empty()) value = static_cast<std::size_t>(whole(field, text));
  };
  auto const real = [](std::string_view field, std::string const& text, double& value) {
    if (!text.empty()) value = number(field, text);
  };
  list("scales", chosen.scales, r.scales);
  r.base = tool::request_of(chosen.request, r.scales.front());
  validate(r.base);
  r.base.source = io::find_source(chosen.request.source, r.base);
  if (!chosen.flops.empty()) r.base.training_flops_per_token = number("training_flops_per_token", chosen.flops);
  list("flops_per_active_parameter", chosen.densities, r.densities);
  list("expansion_ratio", chosen.expansions, r.expansions);
  if (chosen.phase == "2") {  // for phase 2 they are the chosen triads, one for all scales or one each
    auto const each_scale = [&r](std::vector<double> values) {
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

std::vector<plan::design> parts_of(std::string const& phase, plan::design_request const& r) {
  using part_of = plan::design (*)(plan::design_request const&);
  auto const chosen = choose<std::vector<part_of>>(
      "phase", phase,
      {{"all",
        {plan::design_pilot, plan::design_isoflop, plan::design_rate_batch, plan::design_grid, plan::design_width}},
       {"pilot", {plan::design_pilot}},
       {"0", {plan::design_isoflop, plan::design_rate_batch}},
       {"isoflop", {plan::design_isoflop}},
       {"rate-batch", {plan::design_rate_batch}},
       {"1", {plan::design_grid}},
       {"2", {plan::design_width}}});
  std::vector<plan::design> parts;
  for (part_of const each : chosen) parts.push_back(each(r));
  return parts;
}

double target_of(options const& chosen, plan::design_request const& r) {
  if (!chosen.target.empty()) return number("target", chosen.target);
  return 10 * *std::max_element(r.scales.begin(), r.scales.end());
}

void print_explanation(plan::design_request const& r, std::vector<plan::design> const& parts) {
  std::cout << "From sixteen dimensions to two sweeps (arXiv 2603.21862)\n";
  table steps;
  for (plan::reduction_step const& each : plan::reduction_steps(plan::experts_of(r.base)))
    steps.row({std::to_string(each.dimensions), each.why});
  steps.print();
  plan::design_size const size = plan::size_of(r, parts);
  auto const n = [](std::size_t value) { return std::to_string(value); };
  std::size_t const widths = r.d_models.empty() ? r.widths : r.d_models.size();
  std::cout << "\nWith " << r.scales.size() << " scales, " << r.densities.size() << " M/N_a, " << r.expansions.size()
            << " N/N_a and " << widths << " widths\n";
  table rows;
  rows.row({"full grid M x M/N_a x N/N_a x d", brief(size.full_grid_runs, 9), "runs"});
  for (plan::design const& part : parts)
    if (!part.runs.empty()) rows.row({std::string(name(part.runs.front().phase)), n(part.runs.size()), "runs"});
  rows.row({"this design", n(size.runs), "runs (the paper about 670)"});
  rows.row({"fitted coefficients", n(size.coefficients), "of the laws over C"});
  rows.row({"runs per coefficient", brief(size.runs_per_coefficient, 3), "(Hoffmann et al. 400 runs for 5: 80)"});
  rows.print();
}

void print_costs(std::ostream& out, plan::design_request const& r, std::vector<plan::design> const& parts,
                 double target) {
  double to_pay = 0;
  std::size_t runs = 0;
  for (plan::design const& part : parts) {
    if (!part.runs.empty())
      out << "  " << name(part.runs.front().phase) << ": " << part.runs.size() << " runs, " << brief(part.flops(), 3)
          << " FLOPs"
          << (part.flops_to_pay() < part.flops() ? ", " + brief(part.flops_to_pay(), 3) + " with each stem trained once"
                                                 : "")
          << '\n';
    for (std::string const& each : part.left_out) out << "  left out: " << each << '\n';
    to_pay += part.flops_to_pay(), runs += part.runs.size();
  }
  out << "design: " << runs << " runs, " << brief(to_pay, 3)
      << " FLOPs to pay in the paper's count (output head and router come on top)\n";
  if (r.scales.size() < 3) {
    out << "fewer than 3 scales give no interval\n";
    return;
  }
  out << "Interval of a law at " << brief(target, 3) << " FLOPs, in units of one scale's scatter\n";
  auto const smaller = plan::smaller_designs(r.scales, target);
  for (plan::smaller_design const& each : smaller)
    out << "  " << each.scales << " scales, up to " << brief(each.largest, 3) << ": " << brief(100 * each.part, 3)
        << " % of the cost, half-width " << brief(each.half_width, 3) << " ("
        << brief(each.half_width / smaller.front().half_width, 3) << " times)\n";
}

json run_json(plan::design_run const& run) {
  json row = json::object();
  for (auto const& [column, value] : io::design_columns(run))
    row[std::string(column)] = column == "phase" ? json(value) : json::parse(value);
  return row;
}

void print_design(options const& chosen, plan::design_request const& r, std::vector<plan::design> const& parts) {
  double const target = target_of(chosen, r);
  std::vector<plan::design_run> runs;
  for (plan::design const& part : parts) runs.insert(runs.end(), part.runs.begin(), part.runs.end());
  if (!chosen.as_json) {
    std::cout << io::write_design(runs);
    return print_costs(std::cerr, r, parts, target);
  }
  json all = json::array(), left_out = json::array(), smaller = json::array();
  double alone = 0, to_pay = 0;
  for (plan::design const& part : parts) {
    alone += part.flops(), to_pay += part.flops_to_pay();
    for (std::string const& each : part.left_out) left_out.push_back(each);
  }
  for (plan::design_run const& each : runs) all.push_back(run_json(each));
  for (plan::smaller_design const& each : plan::smaller_designs(r.scales, target))
    smaller.push_back({{"scales", each.scales},
                       {"largest", each.largest},
                       {"part_of_cost", each.part},
                       {"half_width_in_scatters", std::isfinite(each.half_width) ? json(each.half_width) : json()}});
  plan::design_size const size = plan::size_of(r, parts);
  print({{"runs", all},
         {"left_out", left_out},
         {"flops", alone},
         {"flops_to_pay", to_pay},
         {"full_grid_runs", size.full_grid_runs},
         {"fitted_coefficients", size.coefficients},
         {"target", target},
         {"smaller_designs", smaller}});
}

// Phase 0 at the scales that narrow M_opt at the target most for the budget.
void print_within_budget(options const& chosen, plan::design_request r) {
  if (chosen.target.empty()) throw std::invalid_argument("moetric: target must be given with a budget, but is missing");
  double const budget = number("budget", chosen.budget), target = number("target", chosen.target);
  double const full = static_cast<double>(r.isoflop_sizes);
  std::vector<plan::scale_group> before;
  if (!chosen.next.empty()) before = io::groups_of_runs(io::read_csv(chosen.next), full);
  double const smallest = *std::min_element(r.scales.begin(), r.scales.end());
  plan::chosen_groups const groups =
      plan::choose_groups(before, plan::candidate_scales(smallest, full, budget, target), full, budget, target);
  plan::design const all = plan::design_of_groups(r, groups.groups);
  std::cout << io::write_design(all.runs);
  std::cerr << "The " << groups.groups.size() << " groups of " << r.isoflop_sizes << " runs that narrow M_opt at "
            << brief(target, 3) << " FLOPs most for " << brief(budget, 3) << " (c-optimal, greedy)\n";
  for (std::size_t i = 0; i != groups.groups.size();) {
    std::size_t end = i;
    while (end != groups.groups.size() && groups.groups[end].compute == groups.groups[i].compute) ++end;
    std::cerr << "  " << brief(groups.groups[i].compute, 3) << " FLOPs: " << end - i
              << (end - i == 1 ? " group\n" : " groups, of other seeds\n");
    i = end;
  }
  std::cerr << "cost " << brief(all.flops(), 3) << " FLOPs";
  if (!before.empty()) {
    double const was = plan::half_width_at(before, target);
    std::cerr << "; half-width of the 95 % interval before " << (std::isfinite(was) ? brief(was, 3) : "unbounded")
              << ", then " << brief(groups.half_width, 3);
  } else {
    std::cerr << "; half-width of the 95 % interval " << brief(groups.half_width, 3);
  }
  std::cerr
      << " times the scatter of one group's optimum, if one power law holds from the smallest scale to the target\n";
  for (std::string const& each : all.left_out) std::cerr << "left out: " << each << '\n';
}

// Phase 0 again with the shapes of a fit, unless M_opt stayed inside its band at every scale.
void print_iteration(options const& chosen, plan::design_request r) {
  plan::recipe_source const before = r.base.source, after = io::read_source(chosen.iterate, r.base);
  plan::iteration const round = plan::compare_rounds(before, after, r.scales);
  std::cerr << "M_opt by " << before.id << " and by " << after.id << "; band: " << round.band << '\n';
  for (plan::iteration_step const& each : round.steps)
    std::cerr << "  " << brief(each.compute, 3) << " FLOPs: " << brief(each.before, 4) << " then "
              << brief(each.after, 4) << " (" << brief(100 * (each.after / each.before - 1), 3) << " %), band "
              << brief(each.low, 4) << " to " << brief(each.high, 4) << (each.inside() ? ", inside\n" : ", outside\n");
  r.base.source = after;
  std::vector<plan::design> parts;
  if (round.ended())
    std::cerr << "every scale stayed inside the band: the iteration ends, and no runs are needed\n";
  else
    parts.push_back(plan::design_isoflop(r));
  print_design(chosen, r, parts);
}

}  // namespace

void add_design(arguments app) {
  auto chosen = std::make_shared<options>();
  chosen->request.rounding = "paper";
  auto command = app.add_subcommand(
      "design", "Experiments that fit the laws of a plan to your own data, as CSV; costs go to stderr");
  command->footer("Examples:\n"
                  "  moetric design --phase 1 --scales 1e18,1e19,1e20 > runs.csv\n"
                  "  moetric design --explain\n"
                  "  moetric design --budget 1e21 --target 1e23 --next runs.csv\n"
                  "  moetric design --iterate fit.json");
  auto const option = [&](char const* name, std::string& field, char const* help) {
    return command->add_option(name, field, help);
  };
  option("--phase", chosen->phase, "all, pilot, 0 (isoflop and rate-batch), isoflop, rate-batch, 1 or 2")
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
  command->add_flag("--json", chosen->as_json, "Print JSON");
  command->callback([chosen] {
    plan::design_request const r = request_of(*chosen);
    if (!chosen->iterate.empty()) return print_iteration(*chosen, r);
    if (!chosen->next.empty() && chosen->budget.empty())
      throw std::invalid_argument("moetric: budget must be given for the next runs, but is missing");
    if (!chosen->budget.empty()) return print_within_budget(*chosen, r);
    std::vector<plan::design> const parts = parts_of(chosen->phase, r);
    if (chosen->explain) return print_explanation(r, parts);
    print_design(*chosen, r, parts);
  });
}

}  // namespace tool
