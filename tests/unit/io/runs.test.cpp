// Tables of runs as people keep them.
#include "moetric/io/runs.hpp"

#include <cmath>

#include "catch.hpp"
#include "data.hpp"
#include "moetric/io/run_condition.hpp"
#include "moetric/laws/chinchilla.hpp"

namespace {

using namespace moetric;
using Catch::Matchers::ContainsSubstring;

laws::description const& about = *laws::chinchilla::tex.about;

io::run_table table(std::string const& text, std::vector<io::column_name> names = {}) {
  return {io::parse_csv(text, "runs"), std::move(names)};
}
std::string notes_of(io::run_table const& of) {
  std::string all;
  for (fit::warning const& each : of.notes) all += each.sentence + "\n";
  return all;
}

}  // namespace

TEST_CASE("letters of papers are read as keys, and told") {
  io::run_table of = table("N,D,L\n1e8,2e9,3.1\n2e8,4e9,2.9\n");
  fit::runs const runs = io::runs_of(of, about);
  CHECK(runs.names == std::vector<std::string>{"total_parameters", "tokens"});
  CHECK(runs.columns[1] == std::vector{2e9, 4e9});
  CHECK(notes_of(of) == "column N is read as total_parameters\ncolumn D is read as tokens\ncolumn L is read as loss\n");
  io::run_table both = table("N,D,T,loss\n1e8,2e9,2e9,3.1\n");
  CHECK_THROWS_WITH(io::runs_of(both, about), "moetric: runs must have one column for tokens, but has D and T; name it "
                                              "with --column tokens=D");
}

TEST_CASE("tokens come from compute and parameters") {
  io::run_table of = table("total_parameters,C,loss\n1e8,1.2e18,3.1\n2e8,2.4e18,2.9\n");
  CHECK(io::runs_of(of, about).columns[1] == std::vector{2e9, 2e9});
  CHECK_THAT(notes_of(of), ContainsSubstring("tokens are compute / (6 total_parameters)"));
}

TEST_CASE("a missing column names the likeliest") {
  io::run_table of = table("Model Size,Training Tokens,loss\n1e8,2e9,3.1\n");
  CHECK_THROWS_WITH(io::runs_of(of, about),
                    "moetric: runs must have a column total_parameters, but has 'Model Size', 'Training Tokens', "
                    "'loss'; did you mean --column total_parameters='Model Size'?");
  io::run_table named = table("Model Size,Training Tokens,loss\n1e8,2e9,3.1\n", {{"total_parameters", "Model Size"}});
  CHECK_THROWS_WITH(io::runs_of(named, about), ContainsSubstring("did you mean --column tokens='Training Tokens'?"));
}

TEST_CASE("decimal commas of a whole file, and JSON lines") {
  io::run_table of = table("total_parameters;tokens;loss\n1e8;2e9;3,25\n2e8;4e9;2,5\n");
  CHECK(io::runs_of(of, about).loss == std::vector{3.25, 2.5});
  CHECK_THAT(notes_of(of), ContainsSubstring("have decimal commas, read as points"));
  // three digits after a comma may be thousands, and a file with points has no decimal commas
  io::run_table thousands = table("total_parameters;tokens;loss\n100000000;2e9;3,250\n200000000;4e9;2,500\n");
  CHECK_THROWS_WITH(io::runs_of(thousands, about), ContainsSubstring("must be a finite number with a decimal point"));
  io::run_table mixed = table("total_parameters;tokens;loss\n1e8;2e9;3,25\n2e8;4e9;2.5\n");
  CHECK_THROWS_WITH(io::runs_of(mixed, about), ContainsSubstring("with a decimal point, but got '3,25'"));

  io::run_table lines(
      io::detail::parse_json_lines("{\"tokens\": 2e9, \"total_parameters\": 100000000, \"loss\": 3.25}\n\n"
                                   "{\"loss\": 2.5, \"total_parameters\": 2e8, \"tokens\": 4e9, \"set\": \"c4\"}\n",
                                   "runs"));
  fit::runs const runs = io::runs_of(lines, about);
  CHECK(runs.loss == std::vector{3.25, 2.5});
  CHECK(runs.columns[0] == std::vector{1e8, 2e8});
  CHECK(lines.table.records[1].line == 3);
  CHECK_THROWS_WITH(io::detail::parse_json_lines("{}\n{\n", "runs"), ContainsSubstring("line 2 of runs must"));

  std::string const nested = "{\"config\": {\"tokens\": 2e9, \"n\": {\"total_parameters\": 1e8}}, \"loss\": 3.25}\n"
                             "{\"config\": {\"tokens\": 4e9, \"n\": {\"total_parameters\": 2e8}}, \"loss\": 2.5}\n";
  io::run_table inner(io::detail::parse_json_lines(nested, "runs"));
  CHECK_THROWS_WITH(io::runs_of(inner, about),
                    ContainsSubstring("did you mean --column total_parameters='config.n.total_parameters'?"));
  io::run_table named(io::detail::parse_json_lines(nested, "runs"),
                      {{"total_parameters", "config.n.total_parameters"}, {"tokens", "config.tokens"}});
  CHECK(io::runs_of(named, about).columns[1] == std::vector{2e9, 4e9});
}

TEST_CASE("empty cells are refused, or skipped and told") {
  std::string const text = "total_parameters,tokens,loss\n1e8,2e9,3.1\n2e8,4e9,\n3e8,4e9,2.8\n";
  io::run_table of = table(text);
  CHECK_THROWS_WITH(io::runs_of(of, about), ContainsSubstring("--skip-empty leaves out such runs"));
  of.skip_empty({"total_parameters", "tokens", "loss"});
  fit::runs const runs = io::runs_of(of, about);
  CHECK(runs.row == std::vector<std::size_t>{1, 3});
  CHECK(of.notes[0].rows == std::vector<std::size_t>{2});
  CHECK(notes_of(of) == "1 runs with empty cells are left out\n");
}

TEST_CASE("conditions on columns, products and texts") {
  std::string const text = "total_parameters,tokens,loss,set\n1e8,2e9,3.1,a\n2e8,4e8,2.9,b\n3e8,6e9,2.8,a\n";
  auto const rows = [&](std::string const& condition) {
    io::run_table of = table(text);
    io::keep_where(of, io::run_condition(condition));
    return of.row;
  };
  using R = std::vector<std::size_t>;
  CHECK(rows("tokens/total_parameters>5") == R{1, 3});
  CHECK(rows("6*total_parameters*tokens <= 1.3e18") == R{1, 2});
  CHECK(rows("set=a") == R{1, 3});
  CHECK(rows("set!=a") == R{2});
  CHECK(rows("tokens=4e8") == R{2});
  CHECK_THROWS_WITH(rows("tokens>1e12"), "moetric: runs must have runs where tokens>1e12, but has none");
  CHECK_THROWS_WITH(rows("tokens"), ContainsSubstring("a condition must be written as"));
  CHECK_THROWS_WITH(rows("tokens/>2"), ContainsSubstring("a condition must be written as"));
  CHECK_THROWS_WITH(rows("set>2"), ContainsSubstring("must be a finite number, but got 'a'"));
  CHECK_THROWS_WITH(rows("tokens/0>5"),
                    "moetric: 'tokens/0' on line 2 of runs must be finite, but is not: it divides by 0");
}

TEST_CASE("counts in other units are refused, or told where they are only compared") {
  io::run_table millions = table("total_parameters,compute,loss\n100,1e18,3.1\n200,1e19,2.9\n");
  CHECK_THROWS_WITH(
      millions.counted("total_parameters"),
      "moetric: total_parameters of runs must be counted in units, not in millions or billions, but reach "
      "only 200");
  io::run_table days = table("total_parameters,compute,loss\n1e8,0.1,3.1\n2e8,2.5,2.9\n");  // petaflop/s-days
  CHECK_THROWS_WITH(days.counted("compute"), "moetric: compute of runs must be counted in FLOPs, but reaches only 2.5");
  CHECK_THROWS_WITH(io::runs_of(days, about), ContainsSubstring("must be counted in FLOPs"));
  // With tokens of its own a fit does not need the compute, by which runs are ordered and held out.
  io::run_table beside = table("total_parameters,tokens,compute,loss\n1e8,2e9,1.2e3,3.1\n2e8,4e9,4.8e3,2.9\n");
  CHECK(io::runs_of(beside, about).size() == 2);
  CHECK_THAT(notes_of(beside), ContainsSubstring("compute is 1e-15 times 6 total_parameters tokens: is it counted in "
                                                 "other units than FLOPs?"));
}

TEST_CASE("columns of runs, data sets and budgets are found") {
  io::run_table gemstones = io::read_run_table(test_data::path("runs/gemstones-100b.csv"));
  fit::runs const checkpoints = io::runs_of(gemstones, about);
  CHECK(checkpoints.cluster_name == "run_name");
  CHECK(*std::max_element(checkpoints.cluster.begin(), checkpoints.cluster.end()) == 21);
  CHECK(io::runs_of(gemstones, about, {.group = "none"}).cluster.empty());

  io::run_table gadre = io::read_run_table(test_data::path("runs/gadre.csv"), {{"loss", "loss_openlm"}});
  fit::runs const sets = io::runs_of(gadre, about);
  REQUIRE(sets.categories.size() == 1);
  CHECK(sets.categories[0].name == "training_data");
  CHECK(sets.cluster.empty());  // each run has a name of its own
  CHECK(sets.label[0] == "c4_original-d=1024_l=24_h=8-0.25");

  std::string text = "total_parameters,tokens,compute,loss\n";  // one run stopped at half of its budget
  for (int i = 1; i != 9; ++i)
    text += std::to_string(i) + "e8," + (i == 4 ? "1e9" : "2e9") + "," + std::to_string(1.2 * i) + "e18," +
            std::to_string(3 - .1 * i) + "\n";
  io::run_table stopped = table(text);
  fit::runs const planned = io::runs_of(stopped, about);
  REQUIRE(planned.planned_tokens.size() == 8);
  CHECK(std::fabs(planned.planned_tokens[3] / 2e9 - 1) < 1e-9);
}
