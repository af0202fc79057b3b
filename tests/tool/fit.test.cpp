// `moetric fit` as a user runs it: it reads a table of runs and saves a law that other commands use.
#include <cmath>
#include <filesystem>
#include <set>

#include "catch.hpp"
#include "data.hpp"
#include "run.hpp"

namespace {

using Catch::Matchers::ContainsSubstring;
using Catch::Matchers::WithinAbs;
using Catch::Matchers::WithinRel;
using tool_test::folder;
using tool_test::run;

std::string text_of(double value) {
  char text[32];
  std::snprintf(text, sizeof text, "%.17g", value);
  return text;
}

// Besiroglu's law at 8 x 8 sizes and lengths, with an error of .2 % that has no pattern.
std::string const& runs() {
  static std::string const path = [] {
    std::string text = "Model Size,tokens,loss\n";
    for (int i = 0; i != 64; ++i) {
      double const n = 6e7 * std::pow(2.1, i / 8), d = 1e9 * std::pow(2.4, i % 8);
      double const loss = 1.81686 + 482.00572 * std::pow(n, -.34781) + 2085.4342 * std::pow(d, -.36585);
      text += text_of(n) + "," + text_of(d) + "," + text_of(loss * (1 + .002 * std::sin(12.9898 * i * i))) + "\n";
    }
    return folder().file("runs.csv", text);
  }();
  return path;
}
std::string const size = " --column total_parameters='Model Size' ";

}  // namespace

TEST_CASE("a fit finds the law behind the runs, and other commands accept its file") {
  std::string const saved = folder().path("FIT.json");
  auto const fitted = run("fit chinchilla " + runs() + size + "--json --bootstrap 60 --compute 1e21 --save " + saved);
  REQUIRE(fitted.status == 0);
  CHECK(fitted.error.empty());
  auto const object = fitted.json();
  auto const& k = object["coefficients"];
  double const expected[] = {1.81686, 482.00572, .34781, 2085.4342, .36585};
  char const* const names[] = {"E", "A", "alpha", "B", "beta"};
  for (int i = 0; i != 5; ++i) {
    CAPTURE(names[i]);
    CHECK(k[names[i]]["low"] < expected[i]);
    CHECK(k[names[i]]["high"] > expected[i]);
    CHECK(k[names[i]]["identified"] == true);
    CHECK(object["bootstrap"]["coefficients"][names[i]]["standard_error"] > 0);
  }
  CHECK(object["warnings"].empty());
  CHECK(object["runs"] == 64);
  CHECK_THAT(object["rmse"].get<double>(), WithinAbs(.0014, 2e-4));  // of .002·sin
  CHECK(object["budgets"].size() == 1);
  auto const beyond = run("fit chinchilla " + runs() + size + "--compute 1e21,1e26");
  CHECK_THAT(beyond.out, ContainsSubstring("EXTRAPOLATED, beyond the compute of the runs: 1e26\n"));
  CHECK(object["optimum"]["total_parameters"]["low"] < 2.782e9);  // 21.5 tokens a parameter at 1e21, as published
  CHECK(object["optimum"]["total_parameters"]["high"] > 2.782e9);

  auto const compared = run("compare --compute 1e21 --law besiroglu --law " + saved + " --interval 0.8 --json");
  REQUIRE(compared.status == 0);
  auto const verdicts = compared.json()["verdicts"];
  CHECK(verdicts[1]["law"] == saved);  // by its file, since several fits may be of one form
  CHECK_THAT(verdicts[1]["loss"].get<double>(), WithinRel(verdicts[0]["loss"].get<double>(), 2e-3));
  CHECK(compared.json()["regret"]["besiroglu"][saved] < 1e-3);
  auto const within = compared.json()["sampled"]["plans"][saved]["tokens"];  // by the bootstrap of the fit
  CHECK(within["low"] <= verdicts[1]["plan"]["tokens"]);
  CHECK(within["high"] >= verdicts[1]["plan"]["tokens"]);
  CHECK(within["failed_samples"] == 0);

  auto const loss = run("loss " + saved + " total_parameters=1e9 tokens=2e10 --json").json();
  CHECK(loss["law"] == "fitted-chinchilla");
  CHECK_THAT(loss["loss"].get<double>(),
             WithinRel(1.81686 + 482.00572 * std::pow(1e9, -.34781) + 2085.4342 * std::pow(2e10, -.36585), 1e-3));
  CHECK(loss["extrapolated"] == false);
  auto const best = run("optimum " + saved + " --compute 1e21 --interval 0.95 --json").json();
  CHECK_THAT(best["total_parameters"].get<double>(),
             WithinRel(object["optimum"]["total_parameters"]["value"].get<double>(), 1e-9));
  CHECK(best["total_parameters_low"] < 2.782e9);
  CHECK(best["total_parameters_high"] > 2.782e9);
  // The file brings the bootstrap's refits: the same draws, the same interval.
  CHECK(best["total_parameters_low"] == object["optimum"]["total_parameters"]["low"]);
  CHECK(best["total_parameters_high"] == object["optimum"]["total_parameters"]["high"]);
  auto const plan = run("plan --compute 1e21 --verbose --source " + saved);
  CHECK_THAT(plan.out, ContainsSubstring("the fit comes from its bootstrap"));
  CHECK_THAT(plan.out, ContainsSubstring("Expected loss by fitted-chinchilla") &&
                           ContainsSubstring("nats per token, not a prediction") &&
                           ContainsSubstring("FIT.json read as the plan reads it: its parameters are N_a"));
  auto const planned = run("plan --compute 1e21 --source " + saved + " --json").json();
  auto const& said_of_plan = planned["losses"]["fitted-chinchilla"];
  double const n = planned["triad"]["active_non_embedding_parameters"].get<double>(),
               d = planned["tokens"].get<double>();
  CHECK_THAT(
      run("loss " + saved + " total_parameters=" + text_of(n) + " tokens=" + text_of(d) + " --json").json()["loss"],
      WithinRel(said_of_plan["loss"].get<double>(), 1e-9));
  CHECK_THAT(said_of_plan["compute"].get<double>(), WithinRel(6 * n * d, 1e-9));
  CHECK(said_of_plan["optimum_loss"] <= said_of_plan["loss"]);
  CHECK(said_of_plan["regret_of_reducible_loss"] < .02);  // M and tokens are the fit's own optimum but for rounding
  CHECK(said_of_plan["is_prediction"] == false);
  CHECK(planned["losses"].contains("fine-grained"));
  CHECK(best["extrapolated"] == false);  // of runs up to 1.1e10 parameters and 4.6e11 tokens

  std::string const text = run("fit chinchilla " + runs() + size + "--hold-out tokens=0.25 --residuals --verbose").out;
  for (char const* const words : {"Huber's function, delta 1e-3, of ln loss", "intervals of 95 %", "root mean square",
                                  "condition of the design", "without the 16 runs of tokens", "residual"})
    CHECK_THAT(text, ContainsSubstring(words));
}

TEST_CASE("a coefficient that went to 0 is shown as 0") {
  std::string text = "total_non_embedding_parameters,tokens,granularity,loss\n";  // finer experts lose more
  for (int i = 0; i != 96; ++i) {
    double const n = 6e7 * std::pow(2.1, i % 4) * std::pow(1.3, i % 3), d = 1e9 * std::pow(2.4, i / 4 % 6);
    double const loss = .47 + 18.1 * std::pow(n, -.115) + 30.8 * std::pow(d, -.147) + .05 * std::log(1 << i % 5);
    text += text_of(n) + "," + text_of(d) + "," + std::to_string(1 << i % 5) + "," + text_of(loss) + "\n";
  }
  std::string const saved = folder().path("zero.json");
  auto const fitted = run("fit fine-grained " + folder().file("zero.csv", text) + " --bootstrap 20 --save " + saved);
  REQUIRE(fitted.status == 0);
  CHECK_THAT(fitted.out, ContainsSubstring("g went to 0") && ContainsSubstring("at its bound"));
  auto const asked = run("loss " + saved + " tokens=1e10 total_non_embedding_parameters=5e8 granularity=4 --verbose");
  std::string row = asked.out.substr(asked.out.find("\n  g "));
  row.resize(row.find('\n', 1));
  CHECK_THAT(row + "  ", ContainsSubstring(" 0  "));
  for (std::string const& out : {fitted.out, asked.out}) CHECK(out.find("e-300") == std::string::npos);
}

TEST_CASE("every command that uses a fit repeats what the fit does not know") {
  std::string text = "total_parameters,tokens,loss\n";  // of one size alone
  for (int j = 0; j != 12; ++j) {
    double const d = 1e9 * std::pow(2, j);
    text += "1e9," + text_of(d) + "," + text_of(2.2 + 900 * std::pow(d, -.33)) + "\n";
  }
  std::string const saved = folder().path("vague.json");
  REQUIRE(run("fit chinchilla " + folder().file("vague.csv", text) + " --save " + saved).status == 0);
  std::string const space = folder().file("two.json", R"({"axes": [{"field": "d_model", "values": [512, 1024]}],
    "fixed": {"n_moe_layers": 8, "n_heads": 8, "head_dim": 64, "d_expert": 512, "n_experts": 32, "top_k": 4},
    "objective": {"law": "fine-grained", "compute": 1e20}})");
  std::string const words = "is not identified";
  for (std::string const& asked :
       {"loss " + saved + " total_parameters=1e9 tokens=2e10", "optimum " + saved + " --compute 1e21",
        "plan --compute 1e20 --verbose --source " + saved, "search " + space + " --law " + saved}) {
    CAPTURE(asked);
    CHECK_THAT(run(asked).out, ContainsSubstring(words));
    CHECK_THAT(run(asked + " --json").out, ContainsSubstring(words));
  }
  auto const too_wide = run("plan --compute 1e20 --d-model 65536 --source " + saved);
  CHECK(too_wide.status == 2);
  CHECK_THAT(too_wide.error, ContainsSubstring(words));
}

TEST_CASE("threads change nothing, seeds do") {
  std::string const ask = "fit chinchilla " + runs() + size + "--json --bootstrap 40 ";
  std::string const one = run(ask).out;
  CHECK(run(ask + "--threads 2").out == one);
  CHECK(run(ask + "--seed 2").out != one);
  CHECK(run(ask + "--resample residuals").out != one);
}

TEST_CASE("held coefficients, squares, and early runs left out") {
  auto const held = run("fit chinchilla " + runs() + size + "--hold E=1.8 --huber 0 --json").json();
  CHECK(held["coefficients"]["E"]["value"] == 1.8);
  CHECK(held["coefficients"]["E"]["held"] == true);
  CHECK(held["fitted_coefficients"] == 4);
  CHECK(held["method"] == "squares of ln loss");
  CHECK(run("fit chinchilla " + runs() + size + "--exclude-highest-loss 5 --json").json()["runs"] == 59);
}

TEST_CASE("power laws, profiles, bands and ranks from CSV") {
  std::string const table = folder().file("rates.csv", "compute,lr\n1e18,1.20e-3\n3e18,1.00e-3\n1e19,8.28e-4\n3e19,"
                                                       "6.95e-4\n1e20,5.74e-4\n3e20,4.82e-4\n");
  auto const rate = run("fit power-law " + table + " --x compute --y lr --json").json();
  CHECK_THAT(rate["exponent"]["value"].get<double>(), WithinAbs(-.1595, 5e-5));
  CHECK_THAT(rate["coefficient"]["value"].get<double>(), WithinAbs(.888, 5e-4));

  std::string profiles = "total_parameters,compute,loss,d_model\n";
  for (double const c : {1e19, 1e20, 1e21})
    for (int i = -4; i <= 4; ++i) {
      double const n = std::sqrt(c / 6) * std::pow(10, i / 8.0);
      double const loss = 1.8 + 400 * std::pow(n, -.34) + 400 * std::pow(c / 6 / n, -.34);
      profiles += text_of(n) + "," + text_of(c) + "," + text_of(loss) + "," + text_of(std::log10(c) * (40 + i)) + "\n";
    }
  std::string const file = folder().file("profiles.csv", profiles);
  auto const isoflop = run("fit chinchilla-2 " + file + " --json").json();
  CHECK_THAT(isoflop["parameters"]["exponent"]["value"].get<double>(), WithinAbs(.5, 1e-6));
  CHECK(isoflop["warnings"].empty());
  // A held exponent has no interval, which is no lack of scatter.
  auto const held = run("fit isoflop " + file + " --hold exponent=.5");
  CHECK_THAT(held.out, ContainsSubstring("held"));
  CHECK(held.out.find("scatter less") == std::string::npos);
  CHECK(run("fit isoflop " + file + " --hold exponent=.5 --json").json()["parameters"]["exponent"]["low"].is_null());
  auto const band = run("fit band " + file + " --x d_model --json").json();
  CHECK_THAT(band["scales"][2]["best"]["value"].get<double>(), WithinRel(840, 1e-3));
  CHECK(band["laws"].contains("high"));
  // A scale whose losses have no least inside is left out and told; the others keep their curves.
  std::string const bent_down =
      "1e9,1e22,2.0,880\n1e9,1e22,2.1,924\n1e9,1e22,2.0,968\n1e9,1e22,1.8,1012\n1e9,1e22,1.5,1056\n";
  auto const others = run("fit band " + folder().file("bent.csv", profiles + bent_down) + " --x d_model --json").json();
  CHECK(others["scales"] == band["scales"]);
  CHECK(others["laws"] == band["laws"]);
  CHECK_THAT(others["warnings"].dump(), ContainsSubstring("compute 1e+22 is left out: losses must bend upwards"));
  CHECK_THAT(run("fit band " + folder().file("only.csv", "total_parameters,compute,loss,d_model\n" + bent_down) +
                 " --x d_model")
                 .error,
             ContainsSubstring("compute 1e+22 is left out: losses must bend upwards"));

  std::string ranks = "proxy_loss,loss\n";
  int const order[] = {2, 1, 3, 4, 5, 7, 6, 8, 9, 10};
  for (int i = 0; i != 10; ++i) ranks += text_of(3 + .001 * i) + "," + text_of(2 + .0001 * order[i]) + "\n";
  auto const rank = run("fit rank " + folder().file("ranks.csv", ranks) + " --json").json();
  CHECK_THAT(rank["spearman"]["value"].get<double>(), WithinAbs(.9758, 5e-5));
  CHECK_THAT(rank["kendall"]["p"].get<double>(), WithinRel(2.98e-5, 2e-3));
  CHECK(rank["preserved"] == true);
}

TEST_CASE("two families are tested for shared exponents") {
  auto const same = run("fit chinchilla " + runs() + " " + runs() + size + "--shared alpha,beta --json").json();
  CHECK(same["differences"]["alpha"]["difference"] == 0);
  CHECK(same["verdict"] != "separate");
  CHECK_THAT(run("fit chinchilla " + runs() + size + "--shared alpha").error,
             ContainsSubstring("moetric: --shared must get two files, but got 1"));
}

TEST_CASE("runs as people keep them, and fits as they ask for them") {
  std::string letters = "N;D;L;name\n", lines;
  for (int i = 0; i != 36; ++i) {
    double const n = 6e7 * std::pow(2.1, i / 6), d = 1e9 * std::pow(2.4, i % 6);
    double const loss = (1.8 + 480 * std::pow(n, -.35) + 2000 * std::pow(d, -.35)) * (1 + .002 * std::sin(7. * i * i));
    std::string text = text_of(i == 20 ? loss * 1.05 : loss);
    lines += "{\"total_parameters\": " + text_of(n) + ", \"tokens\": " + text_of(d) + ", \"loss\": " + text + "}\n";
    text[text.find('.')] = ',';
    letters += std::to_string(static_cast<long long>(n)) + ";" + std::to_string(static_cast<long long>(d)) + ";" +
               text + ";run" + std::to_string(i) + "\n";
  }
  std::string const file = folder().file("letters.csv", letters), saved = folder().path("tied.json");
  auto const tied = run("fit chinchilla " + file + " --tie beta=alpha --save " + saved + " --json").json();
  CHECK(tied["coefficients"]["alpha"]["value"] == tied["coefficients"]["beta"]["value"]);
  CHECK(tied["exponents"]["parameters"]["value"] == .5);
  CHECK(tied["budgets"].size() == 3);
  std::string kinds;
  for (auto const& each : tied["warnings"]) kinds += each["kind"].get<std::string>() + " ";
  CHECK_THAT(kinds, ContainsSubstring("outlier") && ContainsSubstring("reading"));
  CHECK(tied["warnings"][0]["rows"] == nlohmann::json({21}));
  CHECK_THAT(tied["warnings"][0]["sentence"].get<std::string>(), ContainsSubstring("run 21 (run20) is an outlier"));
  auto const loss = run("loss " + saved + " total_parameters=1e9 tokens=2e10 --interval 0.9 --json").json();
  CHECK(loss["interval"]["low"] < loss["mean_interval"]["low"]);
  CHECK(loss["mean_interval"]["low"] < loss["loss"]);
  CHECK(loss["loss"] < loss["mean_interval"]["high"]);
  CHECK_THAT(run("loss besiroglu total_parameters=1e9 tokens=2e10 --interval 0.9").error,
             ContainsSubstring("--interval must be given with the file of a fit"));
  auto const held = run("fit chinchilla " + folder().file("runs.jsonl", lines) +
                        " --where 'tokens/total_parameters>2' --hold-out 'tokens>5e10' --bound E=1:3 --json")
                        .json();
  CHECK(held["runs"] < 36);
  CHECK(held["hold_out"]["column"] == "tokens>5e10");
  CHECK(held["hold_out"]["held_runs"].size() == held["hold_out"]["runs"]);
  CHECK(run("fit chinchilla,joined " + file + " --choose --json").json()["forms"].size() == 2);
  CHECK_THAT(run("fit chinchilla " + file + " --merge-within 2").error,
             ContainsSubstring("moetric: --merge-within must be given to fit isoflop, but got a fit of one law"));
  std::string const help = run("fit isoflop --help").out;
  CHECK_THAT(help, ContainsSubstring("--merge-within"));
  CHECK(help.find("--huber ") == std::string::npos);
}

TEST_CASE("an unfittable input ends with one line and status 2") {
  auto const refused = [](std::string const& arguments, std::string const& words) {
    CAPTURE(arguments);
    auto const said = run("fit " + arguments);
    CHECK(said.status == 2);
    CHECK(said.out.empty());
    CHECK_THAT(said.error, ContainsSubstring(words));
    CHECK(said.error.find('\n') == said.error.size() - 1);
  };
  refused("kaplan-n " + runs(), "moetric: a form that can be fitted must be one of chinchilla, fine-grained");
  refused("chinchilla " + folder().path("none.csv"), "must be a file, but does not exist");
  refused("chinchilla " + runs(), "must have a column total_parameters, but has 'Model Size', 'tokens', 'loss'");
  refused("chinchilla " + runs() + " --column tokens", "moetric: column must be written as name=value, but got tokens");
  refused("chinchilla " + runs() + size + "--hold gamma=1",
          "moetric: a coefficient to hold must be one of E, A, alpha");
  refused("chinchilla " + runs() + size + "--hold A=-1", "moetric: A must be positive and finite, but got -1");
  refused("chinchilla " + runs() + size + "--huber x", "moetric: huber must be a number such as 3e20, but got x");
  refused("chinchilla " + runs() + size + "--confidence 1", "moetric: confidence must be above 0 and below 1");
  refused("chinchilla " + runs() + size + "--exclude-highest-loss 60",
          "moetric: a fit of 5 coefficients must have runs of at least 6 different inputs, but got 4");
  refused("chinchilla " + runs() + size + "--bootstrap 10 --resample rows",
          "moetric: resample must be one of pairs, clusters, residuals");
  refused("power-law " + runs() + " --x tokens", "moetric: y must be given as a column");
  refused("chinchilla " + folder().file("zero.csv", "total_parameters,tokens,loss\n1e9,2e10,0\n"),
          "moetric: loss on line 2 of ");
  refused("chinchilla " + runs() + size + "--hold alpha=.35 --tie beta=alpha",
          "moetric: beta and alpha must both be held, not tied, where alpha is held");
  refused("isoflop " + folder().file("days.csv", "total_parameters,compute,loss\n1e8,.1,3\n2e8,.1,2.9\n"),
          "must be counted in FLOPs, but reaches only 0.1");
  refused("isoflop " + folder().file("sizes.csv", "total_parameters,compute,loss\n100,1e19,3\n200,1e19,2.9\n"),
          "total_parameters of ");
  refused("band " + folder().file("band.csv", "d_model,compute,loss\n100,1,3\n200,1,2.9\n") + " --x d_model",
          "must be counted in FLOPs");
  CHECK(run("loss " + folder().path("none.json") + " tokens=1").status == 2);
  CHECK_THAT(run("loss " + folder().file("other.json", "{}") + " tokens=1").error,
             ContainsSubstring("must be present, but is missing"));
}

TEST_CASE("each faulty table gets its own sentence on the first screen, none a silent number") {
  std::istringstream lines(test_data::text("hostile/sentences.txt"));
  std::set<std::string> files;
  for (std::string line; std::getline(lines, line);) {
    std::size_t const colon = line.find(": ");
    std::string const file = line.substr(0, colon), sentence = line.substr(colon + 2);
    files.insert(file);
    auto const got = run("fit chinchilla " + file, {}, "cd " + test_data::path("hostile").string() + " && ");
    std::string said;  // without the breaks of lines
    for (char const c : got.out + got.error) said += c == '\n' ? ' ' : c;
    CAPTURE(file);
    CHECK_THAT(said, ContainsSubstring(sentence));
    CHECK((got.status == 0 || (got.status == 2 && got.out.empty())));
  }
  CHECK(files.size() >= 30);
  for (auto const& each : std::filesystem::directory_iterator(test_data::path("hostile")))
    CHECK((files.contains(each.path().filename().string()) || each.path().filename() == "sentences.txt"));
}

TEST_CASE("a report is a page with its series beside it") {
  std::string const to = folder().path("REPORT");
  auto const got = run("fit chinchilla " + runs() + size + "--hold-out tokens=0.2 --report " + to);
  CHECK(got.error.empty());
  CHECK_THAT(got.out, ContainsSubstring("report: " + to + "/report.md"));
  std::string const page = tool_test::text_of(to + "/report.md");
  for (char const* const part : {"# Fit of chinchilla to 64 runs", "## Findings", "## Coefficients", "| alpha | 0.3",
                                 "## Diagnosis", "Fitted without the", "## Optimum over compute", "(beyond the runs)",
                                 "## IsoFLOP curves", "## Residuals", "[residuals.csv](residuals.csv)"})
    CHECK_THAT(page, ContainsSubstring(part));
  auto const rows_of = [&](std::string const& name) {
    std::istringstream lines(tool_test::text_of(to + "/" + name));
    std::vector<std::string> rows;
    for (std::string line; std::getline(lines, line);) rows.push_back(line);
    return rows;
  };
  CHECK(rows_of("residuals.csv").size() == 65);
  CHECK(rows_of("residuals.csv")[0] == "row,total_parameters,tokens,loss,predicted,residual");
  CHECK(rows_of("coefficients.csv").size() == 6);
  CHECK(rows_of("isoflop.csv").size() == 1 + 5 * 33);
  CHECK(rows_of("isoflop.csv")[0] == "compute,parameters,tokens,loss");
  CHECK(rows_of("optimum.csv")[0].starts_with("compute,total_parameters,total_parameters_low,total_parameters_high,"));
  // The least loss of each curve is at the optimum of Besiroglu's law, about 20 tokens per parameter.
  double least = 1e9, parameters = 0, tokens = 0;
  for (std::string const& row : rows_of("isoflop.csv")) {
    double c = 0, n = 0, d = 0, loss = 0;
    if (std::sscanf(row.c_str(), "%lf,%lf,%lf,%lf", &c, &n, &d, &loss) == 4 && loss < least)
      least = loss, parameters = n, tokens = d;
  }
  CHECK_THAT(tokens / parameters, WithinAbs(20, 8));
  // Pictures of the same series beside the page, which shows each.
  for (char const* const name : {"residuals", "isoflop", "optimum"}) {
    CAPTURE(name);
    CHECK_THAT(page, ContainsSubstring("](" + std::string(name) + ".svg)"));
    CHECK(tool_test::text_of(to + "/" + name + ".svg").starts_with("<?xml"));
  }
  std::string const drawn = tool_test::text_of(to + "/optimum.svg");
  for (char const* const words :
       {"Optimum over compute", "total parameters", "tokens per parameter", "loss", "extrapolated"})
    CHECK_THAT(drawn, ContainsSubstring(words));
  std::string const plain = folder().path("WITHOUT");
  auto const without = run("fit chinchilla " + runs() + size + "--report " + plain, {}, "PATH=/nonexistent ");
  CHECK(without.status == 0);
  CHECK_THAT(without.out, ContainsSubstring("no pictures, since gnuplot was not found"));
  CHECK_THAT(tool_test::text_of(plain + "/report.md"), ContainsSubstring("no pictures, since gnuplot was not found"));
  CHECK_FALSE(std::filesystem::exists(plain + "/residuals.svg"));
  CHECK(run("fit chinchilla " + runs() + size + "--report " + runs()).status == 2);
  CHECK(run("fit isoflop " + runs() + " --report " + to).status == 2);
  // Runs of one size identify no optimum.
  std::string const one = "--where total_parameters=6e7 ";
  auto const unknown = run("fit chinchilla " + runs() + size + one + "--compute 1e21 --report " + plain);
  CHECK_THAT(unknown.out, ContainsSubstring("Optima without intervals: the runs do not identify every coefficient"));
  CHECK_THAT(tool_test::text_of(plain + "/report.md"),
             ContainsSubstring("None: the runs do not identify every coefficient."));
}

TEST_CASE("a form of one's own is read from a file") {
  std::string const text = R"({"loss": "E + A / N^alpha + B / D^beta",
  "inputs": [{"name": "N", "column": "total_parameters"}, {"name": "D", "column": "tokens"}],
  "coefficients": [{"name": "E", "role": "scale"}, {"name": "A", "role": "scale"},
                   {"name": "alpha", "role": "positive", "starts": [0.2, 0.4, 0.7], "low": 0.001, "high": 10},
                   {"name": "B", "role": "scale"},
                   {"name": "beta", "role": "positive", "starts": [0.2, 0.4, 0.7], "low": 0.001, "high": 10}]})";
  std::string const form = folder().file("FORM.json", text);
  auto const got = run("fit " + form + " " + runs() + size + "--json");
  if (got.status == 2) {  // a build without muParser says so, and how to get it
    CHECK_THAT(got.error, ContainsSubstring("built with muParser, which this one is not; on Debian: apt install"));
    return;
  }
  REQUIRE(got.status == 0);
  CHECK(got.error == "");
  auto const object = got.json();
  CHECK(object["fitted_form"] == "FORM.json");
  CHECK(object["equation"] == "loss = E + A / N^alpha + B / D^beta");
  auto const same = run("fit chinchilla " + runs() + size + "--json").json();  // derivatives by dual numbers
  double const planted[] = {1.81686, 482.00572, .34781, 2085.4342, .36585};
  int i = 0;
  for (char const* const name : {"E", "A", "alpha", "B", "beta"}) {
    CAPTURE(name);
    auto const& k = object["coefficients"][name];
    CHECK(k["low"] < planted[i]);
    CHECK(k["high"] > planted[i++]);
    CHECK_THAT(k["value"].get<double>(), WithinRel(same["coefficients"][name]["value"].get<double>(), 1e-4));
  }
  std::string const options = "fit " + form + " " + runs() + size;
  // Other threads, other parsers, the same numbers.
  CHECK(run(options + "--json --bootstrap 20 --threads 1").out ==
        run(options + "--json --bootstrap 20 --threads 3").out);
  CHECK(run(options + "--hold E=1.8 --tie beta=alpha --hold-out tokens=0.2").status == 0);
  CHECK_THAT(run(options + "--save " + folder().path("OWN.json")).error, ContainsSubstring("--save must be left out"));
  CHECK_THAT(run(options + "--compute 1e21").error, ContainsSubstring("--compute must be left out"));
  auto const compared = run("fit chinchilla," + form + " " + runs() + size + "--choose --json");
  REQUIRE(compared.status == 0);
  auto const forms = compared.json()["forms"];
  CHECK_THAT(forms[0]["rmse"].get<double>(), WithinRel(forms[1]["rmse"].get<double>(), 1e-4));

  auto const refused = [&](std::string const& from, std::string const& to, std::string const& sentence) {
    std::string changed = text;
    changed.replace(changed.find(from), from.size(), to);
    auto const wrong = run("fit " + folder().file("WRONG.json", changed) + " " + runs() + size);
    CAPTURE(changed);
    CHECK(wrong.status == 2);
    CHECK(wrong.out == "");
    CHECK_THAT(wrong.error, ContainsSubstring(sentence));
  };
  refused("B / D^beta", "B / D^beta + x", "loss must be an expression of the named inputs and coefficients");
  refused("B / D^beta", "B / D", "it does not use beta");
  refused("E + A", "E = A", "it has a =");
  refused("E + A", "E , A", "it has a comma outside of a function");
  refused("N^alpha", "log(N)^alpha", "loss must be an expression");  // of which base?
  refused("A / N", "A * A / N", "the loss must be linear in A");
  refused("\"tokens\"", "\"token\"", "must have a column token");
}

TEST_CASE("forms are compared on the same runs") {
  std::string rows = "total_parameters,tokens,width,depth,loss\n";
  for (int i = 0; i != 64; ++i) {
    double const n = 6e7 * std::pow(2.1, i / 8), d = 1e9 * std::pow(2.4, i % 8);
    double const loss = 1.81686 + 482.00572 * std::pow(n, -.34781) + 2085.4342 * std::pow(d, -.36585);
    rows += text_of(n) + "," + text_of(d) + "," + std::to_string(512 + 128 * (i / 8)) + "," +
            (i % 5 == 0 ? "" : std::to_string(12 + 4 * (i % 7))) + "," +
            text_of(loss * (1 + .002 * std::sin(12.9898 * i * i))) + "\n";
  }
  std::string const file = folder().file("depth.csv", rows);
  // Runs without a depth are left out for both forms.
  auto const both = run("fit chinchilla,width-depth " + file + " --choose --skip-empty --json");
  REQUIRE(both.status == 0);
  CHECK_THAT(both.out, ContainsSubstring("13 runs with empty cells are left out"));
  std::string dense;
  std::istringstream lines(rows);
  std::getline(lines, dense);
  dense += "\n";
  for (std::string line; std::getline(lines, line);)
    if (line.find(",,") == std::string::npos) dense += line + "\n";
  auto const alone = run("fit chinchilla,joined " + folder().file("dense.csv", dense) + " --choose --json");
  CHECK(both.json()["forms"][0]["rmse"] == alone.json()["forms"][0]["rmse"]);
  // A form of one variable says which, and losses are not compared with accuracies.
  auto const by_tokens = run("fit chinchilla,floor " + runs() + size + "--choose --x tokens --json");
  REQUIRE(by_tokens.status == 0);
  CHECK(by_tokens.json()["chosen"] == "chinchilla");
}

TEST_CASE("a term is left out by holding it at 0") {
  std::string const saved = folder().path("NOFLOOR.json");
  auto const got = run("fit chinchilla " + runs() + size + "--hold E=0 --json --save " + saved);
  REQUIRE(got.status == 0);
  CHECK(got.json()["coefficients"]["E"]["value"] == 0);
  CHECK(run("loss " + saved + " total_parameters=1e9 tokens=2e10 --interval 0.9").status == 0);
}

TEST_CASE("two steps from parameters and tokens to a task") {
  std::string const saved = folder().path("STEP1.json"), task = folder().path("STEP2.json");
  REQUIRE(run("fit chinchilla " + runs() + size + "--save " + saved).status == 0);
  std::string text = "loss,accuracy\n";
  for (int i = 0; i != 20; ++i) {
    double const loss = 1.9 + .08 * i;
    text +=
        text_of(loss) + "," + text_of(.25 + .6 / (1 + std::exp(3 * (loss - 2.3))) + 2e-4 * std::sin(40. * i)) + "\n";
  }
  auto const fitted = run("fit accuracy " + folder().file("task.csv", text) + " --json --save " + task);
  REQUIRE(fitted.status == 0);
  CHECK_THAT(fitted.json()["coefficients"]["low"]["value"].get<double>(), WithinAbs(.25, .003));
  auto const got =
      run("loss " + saved + " total_parameters=1e9 tokens=2e10 --interval 0.95 --task " + task + " --json");
  REQUIRE(got.status == 0);
  auto const object = got.json();
  double const expected = .25 + .6 / (1 + std::exp(3 * (object["loss"].get<double>() - 2.3)));
  CHECK_THAT(object["task"]["value"].get<double>(), WithinAbs(expected, .002));
  CHECK(object["task"]["low"] < expected);
  CHECK(object["task"]["high"] > expected);
  CHECK(object["task"]["extrapolated"] == false);
  // Also at the loss of a published law, and only of a fit of a task.
  CHECK_THAT(run("loss chinchilla-tex total_parameters=1e9 tokens=2e10 --task " + task).out,
             ContainsSubstring("accuracy 0."));
  CHECK_THAT(run("loss chinchilla-tex total_parameters=1e9 tokens=2e10 --task " + saved).error,
             ContainsSubstring("must be a fit of accuracy or task-error, but is of chinchilla"));
}

TEST_CASE("accuracies in percent are told") {
  std::string text = "loss,accuracy\n";
  for (int i = 0; i != 20; ++i) {
    double const loss = 2.2 + .08 * i;
    text += text_of(loss) + "," + text_of(25 + 60 / (1 + std::exp(4 * (loss - 2.8))) + .3 * std::sin(7. * i)) + "\n";
  }
  auto const got = run("fit accuracy " + folder().file("percent.csv", text));
  CHECK(got.status == 0);
  CHECK_THAT(got.out, ContainsSubstring("note: column accuracy reaches") && ContainsSubstring("is it in percent?"));
}

TEST_CASE("learning rates and batches of one's own sweep stand beside the published ones") {
  // On Step Law's own laws, 1.79 N^-.713 D^.307 and .58 D^.571.
  std::string text = "total_non_embedding_parameters,tokens,learning_rate,batch_tokens\n";
  for (double const n : {6e7, 2e8, 6e8, 1e9})
    for (double const d : {2e9, 1e10, 1e11})
      text += text_of(n) + "," + text_of(d) + "," + text_of(1.79 * std::pow(n, -.713) * std::pow(d, .307)) + "," +
              text_of(.58 * std::pow(d, .571)) + "\n";
  std::string const sweep = folder().file("sweep.csv", text), saved = folder().path("HYPER.json");
  REQUIRE(run("fit power-law " + sweep + " --x total_non_embedding_parameters,tokens --y learning_rate --save " + saved)
              .status == 0);
  REQUIRE(run("fit power-law " + sweep + " --x tokens --y batch_tokens --save " + saved).status == 0);
  auto const got = run("hyper compute=6e20 active_non_embedding_parameters=1e9 tokens=1e11 expansion_rate=1 --law " +
                       saved + " --json");
  REQUIRE(got.status == 0);
  auto const laws = got.json()["laws"];
  CHECK(laws[0]["law"] == "HYPER.json");
  CHECK_THAT(laws[0]["learning_rate"].get<double>(), WithinRel(1.6325e-3, 1e-4));
  CHECK_THAT(laws[0]["batch_tokens"].get<double>(), WithinRel(1.1077e6, 1e-4));
  CHECK(laws[0]["extrapolated"] == false);
  auto const refused = run("fit power-law " + sweep + " --x tokens --y loss --save " + saved);
  CHECK_THAT(refused.error, ContainsSubstring("loss"));
  CHECK(refused.out.empty());
  CHECK(run("hyper deepseek-v3 --tokens 1e12 --law " + runs()).status == 2);
}

TEST_CASE("hindcast asks the laws that it is given, also fits") {
  std::string const saved = folder().path("HIND.json");
  REQUIRE(run("fit chinchilla " + runs() + size + "--save " + saved).status == 0);
  auto const got = run("hindcast " + saved + " besiroglu minicpm --json");
  REQUIRE(got.status == 0);
  auto const object = got.json();
  REQUIRE(object["summary"].size() == 3);
  CHECK(object["summary"][0]["law"] == "HIND.json");
  // The runs lie on Besiroglu's law, so the fit plans as it does.
  CHECK_THAT(object["summary"][0]["median"].get<double>(), WithinRel(object["summary"][1]["median"].get<double>(), .1));
  CHECK_THAT(run("hindcast step-law").error, ContainsSubstring("step-law gives a learning rate or a batch"));
  CHECK(run("hindcast besiroglu besiroglu").status == 2);
}

TEST_CASE("a bootstrap that a signal ends has the refits that were drawn until then") {
  std::string const saved = folder().path("INTERRUPTED.json");
  auto const got = run("fit chinchilla " + runs() + size + "--json --bootstrap 1000000 --progress --save " + saved, "",
                       "timeout --preserve-status -s INT 5 ");
  CHECK(got.status == 130);
  CHECK_THAT(got.error, ContainsSubstring("moetric: interrupted by SIGINT: the bootstrap has the refits that were"));
  auto const j = got.json();
  CHECK_THAT(j["coefficients"]["alpha"]["value"].get<double>(), WithinAbs(.348, .03));
  if (j.contains("bootstrap"))  // the fit itself may take as long
    CHECK(j["bootstrap"]["samples"].get<int>() + j["bootstrap"]["failed"].get<int>() +
              j["bootstrap"]["not_drawn"].get<int>() ==
          1000000);
  CHECK(run("loss " + saved + " total_parameters=1e9 tokens=1e11").status == 0);
}
