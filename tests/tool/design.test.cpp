#include "catch.hpp"

#include <cmath>
#include <map>
#include <sstream>

#include "tool/run.hpp"

using Catch::Matchers::ContainsSubstring;
using tool_test::folder;
using tool_test::run;

namespace {

std::vector<std::vector<std::string>> table(std::string const& csv) {
  std::vector<std::vector<std::string>> rows;
  std::istringstream lines(csv);
  for (std::string line; std::getline(lines, line);) {
    std::istringstream cells(line);
    rows.emplace_back();
    for (std::string cell; std::getline(cells, cell, ',');) rows.back().push_back(cell);
  }
  return rows;
}

std::string cell(std::vector<std::vector<std::string>> const& rows, std::size_t row, std::string const& column) {
  for (std::size_t i = 0; i != rows[0].size(); ++i)
    if (rows[0][i] == column) return rows.at(row).at(i);
  FAIL("no column " << column);
  return {};
}

}  // namespace

TEST_CASE("a phase is a CSV of whole configurations, its cost on stderr") {
  auto const got = run("design --phase grid --scales 1e18,1e20");
  REQUIRE(got.status == 0);
  auto const rows = table(got.out);
  REQUIRE(rows.size() == 1 + 72);
  CHECK(cell(rows, 1, "phase") == "grid");
  for (auto const* column : {"d_model", "n_layers", "n_heads", "d_expert", "tokens", "learning_rate", "batch_sequences",
                             "training_flops_per_token", "missed_expansion_ratio", "flops"})
    CHECK_FALSE(cell(rows, 40, column).empty());
  CHECK_THAT(got.error, ContainsSubstring("72 runs"));
  CHECK_THAT(got.error, ContainsSubstring("FLOPs to pay"));
}

TEST_CASE("the pilot that a design writes is what the test of ranks reads") {
  // Losses with a column each: a level by triad and a parabola in d_model around the proxy's.
  std::string const pilot = run("design --phase pilot").out;
  auto const rows = table(pilot);
  std::map<std::string, double> middle;
  for (std::size_t i = 1; i != rows.size(); ++i)
    if (cell(rows, i, "proxy") == "1")
      middle[cell(rows, i, "target_flops_per_active_parameter") + "/" + cell(rows, i, "target_expansion_ratio")] =
          std::stod(cell(rows, i, "d_model"));
  REQUIRE(middle.size() == 10);
  std::string text;
  std::istringstream lines(pilot);
  std::size_t i = 0;
  for (std::string line; std::getline(lines, line); ++i) {
    if (i == 0) {
      text = line + ",loss\n";
      continue;
    }
    double const density = std::stod(cell(rows, i, "target_flops_per_active_parameter"));
    double const expansion = std::stod(cell(rows, i, "target_expansion_ratio"));
    double const off =
        std::stod(cell(rows, i, "d_model")) /
            middle[cell(rows, i, "target_flops_per_active_parameter") + "/" + cell(rows, i, "target_expansion_ratio")] -
        1.05;
    text +=
        line + "," + std::to_string(2.5 + 0.01 * std::fabs(density - 11) + 0.001 * expansion + 0.1 * off * off) + "\n";
  }
  auto const ranked = run("fit rank " + folder().file("pilot.csv", text) + " --json").json();
  CHECK(ranked["preserved"] == true);
  CHECK(ranked["triads"].size() == 10);
  CHECK(ranked["kendall"]["value"].get<double>() > 0.9);
  auto const missing = run("fit rank " + folder().file("pilot.csv", pilot));
  CHECK(missing.status == 2);
  CHECK_THAT(missing.error, ContainsSubstring("must have a column loss"));
}

TEST_CASE("phase 2 at the paper's widths gives its rows") {
  // 2603.21862, Table 15 at 1e20 with M/N_a 8.5, and the row at 1e18 of holistic d 480
  auto const rows = table(run("design --phase 2 --scales 1e20 --d-model 1384 --flops-per-active-parameter 8.5 "
                              "--expansion-ratio 22")
                              .out);
  REQUIRE(rows.size() == 2);
  CHECK(cell(rows, 1, "n_dense_layers") == "3");
  CHECK(cell(rows, 1, "d_ff") == "4152");
  CHECK(cell(rows, 1, "n_moe_layers") == "17");
  CHECK(cell(rows, 1, "d_expert") == "416");
}

TEST_CASE("design --explain counts the runs of the user's own grid") {
  auto const got = run("design --explain --scales 1e18,1e19,1e20 --flops-per-active-parameter 7,9,11 "
                       "--expansion-ratio 18,22 --widths 5");
  REQUIRE(got.status == 0);
  for (auto const* text : {"From sixteen dimensions", "full grid M x M/N_a x N/N_a x d", "runs per coefficient"})
    CHECK_THAT(got.out, ContainsSubstring(text));
  CHECK_THAT(got.out, ContainsSubstring(" 90  runs"));  // 3 x 3 x 2 x 5
  auto const j = run("design --explain --scales 1e18,1e19,1e20 --json").json();
  CHECK(j["steps"][0]["dimensions"] == 16);
  CHECK(j["full_grid_runs"] == 3 * 6 * 6 * 9);
}

TEST_CASE("a budget and a target choose the scales, and runs that were made choose the next") {
  auto const first = run("design --budget 1e21 --target 1e22");
  REQUIRE(first.status == 0);
  CHECK_THAT(first.error, ContainsSubstring("c-optimal"));
  auto const as_json = run("design --budget 1e21 --target 1e22 --json");
  CHECK(as_json.error.empty());
  CHECK(as_json.json()["flops"].get<double>() <= 1e21 * 1.000001);
  CHECK(as_json.json()["half_width"].get<double>() > 0);
  double flops = 0;
  auto const rows = table(first.out);
  for (std::size_t i = 1; i != rows.size(); ++i) flops += std::stod(cell(rows, i, "flops"));
  CHECK(flops <= 1e21 * 1.000001);
  CHECK(flops > 0.4e21);
  auto const next = run("design --budget 1e21 --target 1e22 --next " + folder().file("runs.csv", first.out));
  REQUIRE(next.status == 0);
  CHECK_THAT(next.error, ContainsSubstring("half-width of the 95 % interval before"));
  auto const refused = [](std::string const& arguments, char const* sentence) {
    auto const got = run("design " + arguments);
    CHECK(got.status == 2);
    CHECK(got.out.empty());
    CHECK_THAT(got.error, ContainsSubstring(sentence));
  };
  refused("--budget 1e21", "target must be given");
  refused("--budget 1e10 --target 1e22", "budget must buy at least three groups");
  refused("--next " + folder().path("runs.csv"), "--next must be given with --budget");
  refused("--budget 1e21 --target 1e22 --next " + folder().file("bad.csv", "a,b\n1,2\n"),
          "must have a column compute, or training_flops_per_token and tokens, but has neither");
  refused("--budget 1e21 --target 1e22 --next " + folder().file("bad.csv", "compute\nfast\n"),
          "must be a finite number");
  refused("--phase 1 --budget 1e21 --target 1e22", "--phase");
  refused("--phase 1 --iterate " + folder().file("any.json", "{}"), "--phase");
  refused("--phase 3", "phase must be one of all, pilot, 0");
  refused("--scales 1e18,fast", "scales must be a number");
}

TEST_CASE("a team's own optima are a source, with intervals, and end an iteration or not") {
  auto const optima = [](double factor) {
    std::string points;
    for (double compute : {1e18, 1e19, 1e20, 1e21}) {
      // 2603.21862, Eq. 2, with a scatter of 2 %
      double const m = factor * 0.04368 * std::pow(compute, 0.5437) * (compute == 1e19 ? 1.02 : 0.99);
      points += (points.empty() ? "" : ", ") + ("{\"compute\": " + std::to_string(compute)) +
                ", \"value\": " + std::to_string(m) + "}";
    }
    return "{\"optima\": {\"training_flops_per_token\": [" + points + "]}}";
  };
  std::string const same = folder().file("same.json", optima(1)), moved = folder().file("moved.json", optima(1.5));
  auto const ended = run("design --iterate " + same);
  CHECK(ended.status == 0);
  CHECK_THAT(ended.error, ContainsSubstring("the iteration ends"));
  CHECK(table(ended.out).size() == 1);
  auto const goes_on = run("design --iterate " + moved);
  CHECK(goes_on.status == 0);
  CHECK_THAT(goes_on.error, ContainsSubstring("outside"));
  CHECK(table(goes_on.out).size() > 10);
  auto const as_json = run("design --json --iterate " + moved).json();
  CHECK(as_json["iteration"]["ended"] == false);
  CHECK(as_json["runs"].size() > 10);

  auto const j = run("plan --compute 3e21 --source " + moved + " --json").json();
  CHECK(std::fabs(j["targets"]["training_flops_per_token"].get<double>() / (1.5 * 0.04368 * std::pow(3e21, 0.5437)) -
                  1) < 0.05);
  CHECK(j["intervals"]["tokens"]["low"].get<double>() < j["intervals"]["tokens"]["high"].get<double>());
  CHECK(std::fabs(j["decades_outside"]["training_flops_per_token"].get<double>() - std::log10(3.0)) < 1e-6);
  CHECK_THAT(j["provenance"]["training_flops_per_token"].get<std::string>(), ContainsSubstring("user"));
  for (auto const& [text, sentence] :
       {std::pair{"{\"optima\": {}}", "must hold the optima of at least one"},
        {"{\"optima\": {\"d\": [1]}}", "must be an object"},
        {"{\"optima\": {\"speed\": [{\"compute\": 1, \"value\": 1}]}}",
         "a number of optima must be one of training_flops_per_token, "},
        {"{\"optima\": {\"tokens\": [{\"compute\": 1e18, \"value\": 1e9}]}}", "must have at least 3 points"},
        {"{\"optima\": {\"tokens\": [{\"compute\": 1e18}]}}", "value"}}) {
    auto const got = run("plan --compute 1e20 --source " + folder().file("bad.json", text));
    CHECK(got.status == 2);
    CHECK_THAT(got.error, ContainsSubstring(sentence));
  }
  CHECK(run("plan --compute 1e20 --source nobody").status == 2);
}

TEST_CASE("losses of a design become optima, and the optima a plan") {
  // Parabolas in ln M and in d_model, with their vertices on power laws of compute.
  auto const m_of = [](double compute) { return 0.06 * std::pow(compute, 0.54); };
  auto const d_of = [](double compute) { return 0.21 * std::pow(compute, 0.19); };
  std::string const all = run("design --phase isoflop --scales 1e19,3e19,1e20").out +
                          run("design --phase 2 --scales 1e19,3e19,1e20 --widths 7").out;
  auto const rows = table(all);
  std::string text;
  std::istringstream lines(all);
  std::size_t row = 0;
  for (std::string line; std::getline(lines, line); ++row) {
    if (rows[row][0] == "phase") {
      if (row == 0) text = line + ",loss\n";
      continue;
    }
    double const compute = std::stod(cell(rows, row, "compute"));
    double const off = rows[row][0] == "isoflop"
                           ? std::log(std::stod(cell(rows, row, "training_flops_per_token")) / m_of(compute))
                           : (std::stod(cell(rows, row, "d_model")) - d_of(compute)) / 1000;
    text += line + "," + std::to_string(2.5 + 0.05 * off * off) + "\n";
  }
  std::string const runs = folder().file("losses.csv", text), optima = folder().path("optima.json");
  CHECK(run("fit isoflop " + runs + " --save " + optima).status == 0);
  auto const band = run("fit band " + runs + " --x d_model --save " + optima);
  CHECK(band.status == 0);
  CHECK_THAT(band.out, ContainsSubstring("moetric plan --source"));
  auto const saved = nlohmann::json::parse(tool_test::text_of(optima))["optima"];
  REQUIRE(saved.size() == 2);
  for (auto const& each : saved["training_flops_per_token"])
    CHECK(std::fabs(each["value"].get<double>() / m_of(each["compute"].get<double>()) - 1) < 0.02);
  for (auto const& each : saved["d_model"])
    CHECK(std::fabs(each["value"].get<double>() / d_of(each["compute"].get<double>()) - 1) < 0.02);
  auto const plan = run("plan --compute 3e20 --source " + optima + " --json").json();
  CHECK(std::fabs(plan["targets"]["training_flops_per_token"].get<double>() / m_of(3e20) - 1) < 0.03);
  CHECK(std::fabs(plan["architecture"]["d_model"].get<double>() / d_of(3e20) - 1) < 0.03);

  CHECK_THAT(run("fit power-law " + runs + " --x compute --y flops --save " + optima).error,
             ContainsSubstring("a quantity to save must be one of training_flops_per_token, "));
  CHECK_THAT(run("fit isoflop " + runs + " --save " + folder().file("not.json", "{}")).error,
             ContainsSubstring("must be a file of optima to add to"));
  CHECK_THAT(run("fit power-law " + runs + " --x tokens --y loss --save " + optima).error,
             ContainsSubstring("a law to save must be one of learning_rate, batch_tokens, but got 'loss'"));
}

TEST_CASE("a design that a signal ends has the runs that were found until then") {
  auto const got = run("design --phase isoflop --isoflop-sizes 10000 --isoflop-stride 1.0005", "",
                       "timeout --preserve-status -s TERM 1 ");
  CHECK(got.status == 143);
  CHECK_THAT(got.error, ContainsSubstring("moetric: interrupted by SIGTERM: the design has the runs that were found"));
  auto const rows = table(got.out);
  CHECK(rows.size() > 1);
  CHECK(rows.size() < 60001);
}

TEST_CASE("a budget buys a bounded number of runs") {
  // One scale for ever more seeds would not show a curve, so a scale gets three groups of runs at most.
  auto const got = run("design --budget 1e24 --target 3e18 --scales 1e18");
  CHECK(got.status == 0);
  CHECK_THAT(got.error, ContainsSubstring("with at most 3 groups of one scale"));
}
