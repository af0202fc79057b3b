#include "catch.hpp"

#include <fstream>
#include <limits>
#include <map>
#include <set>

#include "moetric/plan/design.hpp"
#include "moetric/plan/design_groups.hpp"
#include "moetric/plan/design_size.hpp"
#include "moetric/plan/iteration.hpp"

using namespace moetric;
using Catch::Matchers::ContainsSubstring;

namespace {

double real(count value) {
  return static_cast<double>(value);
}

/// A row of tests/data/holistic-rows.csv.
struct csv_row {
  double compute, d_model, n_dense_layers, n_moe_layers, d_expert;
};
std::vector<csv_row> rows_of_table(std::string const& table) {
  std::ifstream file(std::string(MOETRIC_SOURCE_DIR) + "/tests/data/holistic-rows.csv");
  std::vector<csv_row> rows;
  for (std::string line; std::getline(file, line);) {
    std::vector<std::string> cells(1);
    for (char const c : line)
      if (c == ',')
        cells.emplace_back();
      else
        cells.back() += c;
    if (cells[0] != table) continue;
    auto const at = [&](std::size_t i) { return std::stod(cells[i]); };  // table,C,d,Ld,dd,Lm,dm,L
    rows.push_back({at(1), at(2), at(3), at(5), at(6)});
  }
  return rows;
}

constexpr double unlimited = std::numeric_limits<double>::infinity();

}  // namespace

TEST_CASE("a choice of groups counts its starts, and ends at a stop with the best that it has") {
  std::vector<double> const candidates{1e18, 3e18, 1e19, 3e19};
  std::vector<std::uint64_t> seen;
  std::uint64_t starts = 0;
  stop_source stop;
  auto const choose = [&](run_control const& control) {
    return plan::choose_groups({}, candidates, 7, 1e21, 1e22, plan::most_groups_at_a_scale, control);
  };
  run_control const counting{.progress = [&](std::uint64_t done, std::uint64_t all) {
    seen.push_back(done);
    starts = all;
  }};
  plan::chosen_groups const whole = choose(counting);
  CHECK(starts == 1 + 4 + 10 + 20);  // none, one, two and three of four scales, with repetition
  CHECK(seen.size() == starts);
  CHECK(std::is_sorted(seen.begin(), seen.end()));
  stop.request_stop();
  plan::chosen_groups const stopped = choose({.stop = stop.token()});
  CHECK(std::isfinite(stopped.half_width));
  CHECK(stopped.half_width >= whole.half_width);
}

TEST_CASE("the grid of phase 1 is the paper's 216 runs, each a whole shape with what it missed") {
  plan::design const grid = plan::design_grid({});
  CHECK(grid.runs.size() == 216);  // 2603.21862, Sec. 5.1: 6 scales x 6 M/N_a x 6 N/N_a
  CHECK(grid.left_out.empty());
  std::set<std::pair<double, double>> cells;
  for (plan::design_run const& each : grid.runs) {
    shape<> const& s = each.architecture;
    CHECK(s.d_ff == 3 * s.d_model);
    CHECK(remainder(s.d_model, 8) == 0);
    cells.emplace(each.targets.flops_per_active_parameter, each.targets.expansion_ratio);
    CHECK(std::fabs(real(each.triad.training_flops_per_token) / each.targets.training_flops_per_token - 1 -
                    each.missed.training_flops_per_token) < 1e-12);
    CHECK(std::fabs(each.expansion_ratio() / each.targets.expansion_ratio - 1 - each.missed.expansion_ratio) < 1e-12);
    CHECK(std::fabs(real(each.tokens * each.triad.training_flops_per_token) / each.compute - 1) < 1e-6);
    CHECK(each.missed.largest() < 0.25);
  }
  CHECK(cells.size() == 36);
}

TEST_CASE("phase 1 has the 49 runs of Table 15, M/N_a in small steps around its optimum") {
  plan::design const fine = plan::design_density({});
  CHECK(fine.left_out.empty());
  REQUIRE(fine.runs.size() == 49);
  std::map<double, std::vector<plan::design_run>> at;
  for (plan::design_run const& each : fine.runs) at[each.compute].push_back(each);
  CHECK(at[1e18].size() == 10);
  CHECK(at[3e19].size() == 7);
  // 2603.21862, Table 15 inverted: N/N_a 17 at 1e18 and 22 elsewhere; M/N_a 6.6 to 10 at 3e20.
  CHECK(at[1e18][0].targets.expansion_ratio == 17);
  CHECK(at[3e20][0].targets.expansion_ratio == 22);
  CHECK(at[3e20][0].targets.flops_per_active_parameter == 6.6);
  CHECK(at[3e20][7].targets.flops_per_active_parameter == 10);
  // With the widths that the table prints they are its rows.
  for (csv_row const& row : rows_of_table("15")) {
    CAPTURE(row.compute, row.d_model);
    bool found = false;
    for (plan::design_run const& each : at[row.compute]) {
      plan::design const one = plan::design_width({.scales = {row.compute},
                                                   .chosen_densities = {each.targets.flops_per_active_parameter},
                                                   .chosen_expansions = {each.targets.expansion_ratio},
                                                   .d_models = {row.d_model}});
      if (one.runs.empty()) continue;
      shape<> const& s = one.runs[0].architecture;
      found = found || (real(s.n_dense_layers) == row.n_dense_layers && real(s.n_moe_layers) == row.n_moe_layers &&
                        real(s.d_expert) == row.d_expert);
    }
    CHECK(found);
  }
  // The default design trains them, and another scale has steps around its own optimum.
  CHECK(plan::design_parts("1", {})[1].runs.size() == 49);
  plan::design const larger = plan::design_density({.scales = {1e21}});
  REQUIRE(larger.runs.size() == 8);
  double const optimum = laws::holistic::flops_per_active_parameter(1e21);
  CHECK(larger.runs.front().targets.flops_per_active_parameter < optimum);
  CHECK(larger.runs.back().targets.flops_per_active_parameter > optimum);
}

TEST_CASE("phase 2 at given widths is the paper's own sweep") {
  // 2603.21862 inverted: at 1e18, M/N_a 10.97, N/N_a 22, d 480: L_d 2, d_d 1440, L_m 8, d_m 168
  plan::design const sweep = plan::design_width({.scales = {1e18}, .d_models = {480}});
  REQUIRE(sweep.runs.size() == 1);
  shape<> const& s = sweep.runs[0].architecture;
  CHECK(s.n_dense_layers == 2);
  CHECK(s.d_ff == 1440);
  CHECK(s.n_moe_layers == 8);
  CHECK(s.d_expert == 168);
  // the ends of its sweeps, Tables 16-21, where a part of a dense layer is rounded up to one
  struct row {
    double compute, first, last;
  };
  for (row const& each :
       {row{1e18, 288, 744}, row{3e18, 456, 1000}, row{1e19, 648, 1272}, row{3e19, 832, 1736}, row{3e20, 1248, 2200}}) {
    CAPTURE(each.compute);
    CHECK(plan::design_width({.scales = {each.compute}, .d_models = {each.first, each.last}}).runs.size() == 2);
  }
  // a triad that was chosen by hand: Table 15 at 1e20, M/N_a 8.5, d 1384
  plan::design const chosen =
      plan::design_width({.scales = {1e20}, .chosen_densities = {8.5}, .chosen_expansions = {22}, .d_models = {1384}});
  CHECK(chosen.runs[0].architecture.n_moe_layers == 17);
  CHECK(chosen.runs[0].architecture.d_expert == 416);
}

TEST_CASE("widths lie evenly inside what is feasible") {
  plan::design const sweep = plan::design_width({.scales = {1e19, 1e20}, .widths = 9});
  CHECK(sweep.runs.size() == 18);
  CHECK(sweep.left_out.empty());
  for (std::size_t i = 1; i != 9; ++i) {
    double const step = real(sweep.runs[i].architecture.d_model) - real(sweep.runs[i - 1].architecture.d_model);
    double const first = real(sweep.runs[1].architecture.d_model) - real(sweep.runs[0].architecture.d_model);
    CHECK(std::fabs(step - first) <= 16);
  }
  for (plan::design_run const& each : sweep.runs) CHECK(each.missed.largest() <= 0.12);
}

TEST_CASE("budgets share a ladder of sizes, and a stem is paid for once") {
  plan::design const plane = plan::design_isoflop({});
  CHECK(plane.runs.size() == 42);
  std::map<std::size_t, std::vector<plan::design_run>> stems;
  for (plan::design_run const& each : plane.runs) stems[each.stem].push_back(each);
  CHECK(stems.size() < plane.runs.size());
  double expected = 0;
  for (auto const& [stem, runs] : stems) {
    double longest = 0, all = 0;
    for (plan::design_run const& each : runs) {
      CHECK(each.architecture == runs.front().architecture);
      CHECK(each.learning_rate == runs.front().learning_rate);
      CHECK(each.batch_sequences == runs.front().batch_sequences);
      longest = std::max(longest, each.flops);
      all += each.flops;
    }
    expected += longest + 0.2 * (all - longest);
  }
  CHECK(std::fabs(plane.flops_to_pay() / expected - 1) < 1e-12);
  plan::design const alone = plan::design_isoflop({.share_stems = false});
  CHECK(alone.flops_to_pay() == alone.flops());
  CHECK(std::fabs(alone.flops() / (7 * 4.44e20) - 1) < 1e-6);  // seven runs at each of 1e18 .. 3e20
  // sizes stand around M_opt: as many below as above, to one
  for (double compute : {1e18, 1e20}) {
    int below = 0, above = 0;
    for (plan::design_run const& each : plane.runs)
      if (each.compute == compute)
        ++(each.targets.training_flops_per_token < laws::holistic::optimal_m(compute) ? below : above);
    CHECK(std::abs(below - above) <= 1);
  }
}

TEST_CASE("learning rates and batches form a grid around the law's") {
  plan::design const grid = plan::design_rate_batch({.scales = {3e20}});
  REQUIRE(grid.runs.size() == 25);
  std::set<double> rates;
  std::set<std::uint64_t> batches;
  for (plan::design_run const& each : grid.runs) {
    rates.insert(each.learning_rate);
    batches.insert(static_cast<std::uint64_t>(each.batch_sequences));
    CHECK(each.architecture == grid.runs[0].architecture);
  }
  CHECK(rates.size() == 5);
  CHECK(batches.size() == 5);
  CHECK(std::fabs(*rates.begin() / (0.5 * 4.82e-4) - 1) < 0.005);  // 2603.21862, Table 4
}

TEST_CASE("the pilot has one proxy a triad, at its middle width") {
  plan::design const pilot = plan::design_pilot({});
  std::map<std::pair<double, double>, std::vector<plan::design_run>> triads;
  for (plan::design_run const& each : pilot.runs) {
    CHECK(each.compute == 1e18);
    triads[{each.targets.flops_per_active_parameter, each.targets.expansion_ratio}].push_back(each);
  }
  CHECK(triads.size() == 10);  // 2603.21862, Sec. 4.3.1
  for (auto const& [targets, runs] : triads) {
    int proxies = 0;
    for (std::size_t i = 0; i != runs.size(); ++i)
      if (runs[i].proxy) {
        ++proxies;
        CHECK(i > 0);
        CHECK(i + 1 < runs.size());
      }
    CHECK(proxies == 1);
  }
}

TEST_CASE("sizes too small for a shape are left out of an IsoFLOP design and listed") {
  plan::design const wide = plan::design_isoflop({.isoflop_stride = 8});
  CHECK(wide.runs.size() + wide.left_out.size() == 42);
  CHECK(wide.runs.size() > 20);
  REQUIRE(!wide.left_out.empty());
  CHECK_THAT(wide.left_out[0], ContainsSubstring("isoflop at 1e+18 FLOPs, M 5.22e+05"));
  CHECK_THAT(wide.left_out[0], ContainsSubstring("n_heads must be given where the rule leaves fewer than 3 layers"));
}

TEST_CASE("cells without a shape are listed, and bad sizes are refused by name") {
  plan::design const grid = plan::design_grid({.scales = {1e18}, .densities = {6.01, 11}, .expansions = {22, 40}});
  CHECK(grid.runs.size() == 1);
  REQUIRE(grid.left_out.size() == 3);
  CHECK_THAT(grid.left_out[0], ContainsSubstring("n_heads x head_dim must be small enough"));
  CHECK_THROWS_WITH(plan::design_grid({.scales = {}}), ContainsSubstring("scales must hold at least one number"));
  CHECK_THROWS_WITH(plan::design_grid({.scales = {-1e18}}), ContainsSubstring("scales must be positive"));
  CHECK_THROWS_WITH(plan::design_grid({.scales = {1e10}}), ContainsSubstring("compute must be from 1e15"));
  CHECK_THROWS_WITH(plan::design_isoflop({.isoflop_sizes = 2}), ContainsSubstring("isoflop_sizes must be from 3"));
  CHECK_THROWS_WITH(plan::design_isoflop({.isoflop_stride = 1}), ContainsSubstring("isoflop_stride must exceed 1"));
  CHECK_THROWS_WITH(plan::design_isoflop({.decay = 0}), ContainsSubstring("decay must exceed 0"));
  CHECK_THROWS_WITH(plan::design_width({.scales = {1e18, 1e19}, .chosen_densities = {8}}),
                    ContainsSubstring("one for each of 2 scales, but got 1"));
}

TEST_CASE("sixteen dimensions become seven, four, three and two") {
  std::vector<plan::reduction_step> const steps = plan::reduction_steps(plan::paper_sparsity);
  std::vector<std::size_t> numbers;
  for (plan::reduction_step const& each : steps) numbers.push_back(each.dimensions);
  CHECK(numbers == std::vector<std::size_t>{16, 7, 4, 3, 2});
  std::vector<plan::design> const parts{plan::design_grid({}), plan::design_width({})};
  plan::design_size const size = plan::size_of({}, parts);
  CHECK(size.full_grid_runs == 6 * 6 * 6 * 9);
  CHECK(size.runs == 216 + 54);
  CHECK(size.coefficients == 8);  // two of M/N_a over C, and of the best d and its two edges
}

TEST_CASE("the interval at a target, as another program has it") {
  // t(n-2)·sqrt(1/n + (x - mean)²/S) at 1e22 with the paper's scales, and without the largest ones
  std::vector<plan::smaller_design> const designs = plan::smaller_designs({1e18, 3e18, 1e19, 3e19, 1e20, 3e20}, 1e22);
  REQUIRE(designs.size() == 4);
  double const expected[] = {3.8502712459804367, 6.220919270356431, 12.846533909101943, 63.43318099048002};
  for (std::size_t i = 0; i != 4; ++i) {
    CHECK(designs[i].scales == 6 - i);
    CHECK(std::fabs(designs[i].half_width / expected[i] - 1) < 1e-7);
  }
  CHECK(std::fabs(designs[1].part - 1.44 / 4.44) < 1e-12);
  CHECK_FALSE(std::isfinite(plan::half_width_at(std::vector<plan::scale_group>{{1e18}, {1e19}}, 1e20)));
  CHECK_FALSE(std::isfinite(plan::half_width_at(std::vector<plan::scale_group>{{1e18}, {1e18}, {1e18}}, 1e20)));
}

TEST_CASE("a budget is spent about as well as the best of all ways to spend it") {
  double const candidates[] = {1e18, 1e19, 1e20};
  for (double budget : {1.3e20, 3.5e20, 6e20}) {
    plan::chosen_groups const chosen = plan::choose_groups({}, candidates, 1, budget, 1e22, unlimited);
    double flops = 0;
    for (plan::scale_group const& each : chosen.groups) flops += each.compute;
    CHECK(flops <= budget * (1 + 1e-9));
    CHECK(std::fabs(chosen.flops / flops - 1) < 1e-12);
    CHECK(std::fabs(chosen.half_width / plan::half_width_at(chosen.groups, 1e22) - 1) < 1e-12);
    double best = 1e30;  // over all numbers of groups, those of the smallest scale in steps of four
    for (int large = 0; large * 1e20 <= budget; ++large)
      for (int middle = 0; large * 1e20 + middle * 1e19 <= budget; ++middle)
        for (int small = 0; large * 1e20 + middle * 1e19 + small * 1e18 <= budget; small += 4) {
          std::vector<plan::scale_group> groups;
          for (int i = 0; i != large; ++i) groups.push_back({1e20});
          for (int i = 0; i != middle; ++i) groups.push_back({1e19});
          for (int i = 0; i != small; ++i) groups.push_back({1e18});
          if (!groups.empty()) best = std::min(best, plan::half_width_at(groups, 1e22));
        }
    CAPTURE(budget, best, chosen.half_width);
    CHECK(chosen.half_width < 1.1 * best);
  }
}

TEST_CASE("groups are chosen as a direct greedy search over every group chooses them") {
  // The definition, in quadratic time: each step evaluates the interval over all groups bought so far.
  std::vector<plan::scale_group> const before{{1e18}, {2e18, 0.5}, {1e19}};
  double const target = 1e23, budget = 1.5e21, runs = 7;
  std::vector<double> const candidates = plan::candidate_scales(1e18, runs, budget, target);
  std::vector<double> best;
  double best_width = std::numeric_limits<double>::infinity();
  auto const complete = [&](std::vector<double> bought) {
    double flops = 0;
    std::vector<plan::scale_group> all = before;
    for (double const compute : bought) all.push_back({compute}), flops += compute * runs;
    if (flops > budget) return;
    double width = plan::half_width_at(all, target);
    for (double next = 0; std::isfinite(width); next = 0) {
      double most = 0;
      for (double const compute : candidates) {
        if (flops + compute * runs > budget) continue;
        all.push_back({compute});
        double const gain = (width - plan::half_width_at(all, target)) / (compute * runs);
        all.pop_back();
        if (gain > most) next = compute, most = gain;
      }
      if (next == 0) break;
      all.push_back({next}), bought.push_back(next), flops += next * runs;
      width = plan::half_width_at(all, target);
    }
    if (width < best_width * (1 - 1e-9)) best = bought, best_width = width;
  };
  complete({});
  for (std::size_t i = 0; i != candidates.size(); ++i) {
    complete({candidates[i]});
    for (std::size_t j = i; j != candidates.size(); ++j) {
      complete({candidates[i], candidates[j]});
      for (std::size_t k = j; k != candidates.size(); ++k) complete({candidates[i], candidates[j], candidates[k]});
    }
  }
  std::sort(best.begin(), best.end());
  plan::chosen_groups const chosen = plan::choose_groups(before, candidates, runs, budget, target, unlimited);
  REQUIRE(chosen.groups.size() == best.size());
  for (std::size_t i = 0; i != best.size(); ++i) CHECK(chosen.groups[i].compute == best[i]);
  CHECK(chosen.half_width == plan::half_width_at(
                                 [&] {
                                   std::vector<plan::scale_group> all = before;
                                   for (double const compute : best) all.push_back({compute});
                                   return all;
                                 }(),
                                 target));
}

TEST_CASE("a budget for thousands of groups is spent in time that grows with their number") {
  // With every pair of groups evaluated, this would take minutes.
  double const budget = 3e22;
  std::vector<double> const candidates = plan::candidate_scales(1e18, 7, budget, 1e23);
  plan::chosen_groups const chosen = plan::choose_groups({}, candidates, 7, budget, 1e23, unlimited);
  CHECK(chosen.groups.size() > 100);
  CHECK(chosen.flops <= budget * (1 + 1e-9));
  CHECK(chosen.flops > 0.9 * budget);
  plan::design const runs = plan::design_of_groups({.scales = {1e18}}, chosen.groups);
  CHECK(runs.runs.size() + runs.left_out.size() == 7 * chosen.groups.size());
}

TEST_CASE("a budget buys few seeds of one scale and more scales, since curvature is what is unknown") {
  for (double const budget : {1e20, 3e20, 1e21, 1e22}) {
    CAPTURE(budget);
    std::vector<double> const candidates = plan::candidate_scales(1e18, 7, budget, 1e23);
    plan::chosen_groups const chosen = plan::choose_groups({}, candidates, 7, budget, 1e23);
    std::map<double, int> at_scale;
    for (plan::scale_group const& each : chosen.groups) ++at_scale[each.compute];
    CHECK(at_scale.size() >= 3);
    for (auto const& [compute, n] : at_scale) CHECK(n <= 3);
    CHECK(chosen.flops <= budget * (1 + 1e-9));
    CHECK(chosen.flops > 0.4 * budget);
  }
  // Earlier groups count.
  std::vector<plan::scale_group> const before{{1e18}, {1e18}, {1e18}};
  for (plan::scale_group const& each :
       plan::choose_groups(before, plan::candidate_scales(1e18, 7, 1e21, 1e23), 7, 1e21, 1e23).groups)
    CHECK(each.compute > 1e18);
}

TEST_CASE("the next groups narrow what earlier ones left") {
  std::vector<plan::scale_group> const before{{1e18}, {1e19}, {1e20}};
  std::vector<double> const candidates = plan::candidate_scales(1e18, 7, 1e22, 1e23);
  CHECK(candidates.front() == 1e18);
  CHECK(candidates.back() * 7 <= 1e22);
  plan::chosen_groups const next = plan::choose_groups(before, candidates, 7, 1e22, 1e23);
  CHECK_FALSE(next.groups.empty());
  CHECK(next.flops <= 1e22 * (1 + 1e-9));
  CHECK(next.half_width < 0.5 * plan::half_width_at(before, 1e23));
  CHECK_THROWS_WITH(plan::choose_groups({}, candidates, 7, 1e19, 1e23),
                    ContainsSubstring("budget must buy at least three"));
  CHECK_THROWS_WITH(plan::choose_groups({}, candidates, 7, -1, 1e23), ContainsSubstring("budget must be positive"));
}

TEST_CASE("an iteration ends when every scale stays in the band") {
  plan::recipe_source before = plan::holistic_source(), after = plan::holistic_source();
  after.flops_band = [](double) { return laws::range{0.8, 1.25}; };
  CHECK(plan::compare_rounds(before, after, {1e18, 1e20}).ended());
  before.at = [](double compute) {
    plan::recipe r = plan::holistic_source().at(compute);
    if (compute > 1e19) r.training_flops_per_token *= 1.3;
    return r;
  };
  plan::iteration const moved = plan::compare_rounds(before, after, {1e18, 1e20});
  CHECK_FALSE(moved.ended());
  CHECK(moved.steps[0].inside());
  CHECK_FALSE(moved.steps[1].inside());
  CHECK(std::fabs(moved.steps[1].before / moved.steps[1].after / 1.3 - 1) < 1e-12);
  CHECK_THROWS_WITH(plan::compare_rounds(before, plan::holistic_source(), {1e18}),
                    ContainsSubstring("must have a law of loss or an error of M_opt"));
}
