// --plot: files of every type, the terminal, and what goes wrong.

#include <algorithm>
#include <cmath>
#include <filesystem>
#include <fstream>
#include <sstream>
#include <string>
#include <vector>

#include "catch.hpp"
#include "data.hpp"
#include "tool/run.hpp"

namespace {

using tool_test::outcome;
using tool_test::run;

std::string in(std::string const& name) {
  return tool_test::folder().path(name);
}
std::size_t times(std::string const& text, std::string const& part) {
  std::size_t n = 0;
  for (std::size_t at = text.find(part); at != std::string::npos; at = text.find(part, at + 1)) ++n;
  return n;
}

void collect(nlohmann::json const& of, std::vector<double>& numbers) {
  if (of.is_number()) numbers.push_back(of.get<double>());
  if (of.is_structured())
    for (auto const& each : of) collect(each, numbers);
}

}  // namespace

TEST_CASE("--plot draws a file of the type that its name ends with, and the answer is printed as without") {
  outcome const plain = run("account mixtral-8x7b");
  for (auto const& [type, begins] : std::vector<std::pair<std::string, std::string>>{
           {"svg", "<?xml"}, {"png", "\x89PNG"}, {"pdf", "%PDF-"}, {"gp", "# gnuplot"}}) {
    CAPTURE(type);
    std::string const file = in("picture." + type);
    outcome const got = run("account mixtral-8x7b --plot " + file);
    CHECK(got.status == 0);
    CHECK(got.error == "");
    CHECK(got.out == plain.out);
    CHECK(tool_test::text_of(file).substr(0, begins.size()) == begins);
  }
  outcome const json = run("account mixtral-8x7b --json --plot " + in("picture.svg"));
  CHECK(json.out == run("account mixtral-8x7b --json").out);
}

TEST_CASE("--plot - draws letters in the place of the text") {
  outcome const got = run("loss kaplan-n total_non_embedding_parameters=1e6..1e10 --plot -");
  CHECK(got.status == 0);
  CHECK(got.out.find("loss (nats per token)") != std::string::npos);
  CHECK(got.out.find("Source: law kaplan-n") != std::string::npos);
  CHECK(got.out.find("fitted range  ") == std::string::npos);
}

TEST_CASE("the numbers of a script are those of the JSON, and every axis has its label") {
  std::string const file = in("numbers.gp");
  outcome const got = run("account mixtral-8x7b --json --plot " + file);
  std::string const script = tool_test::text_of(file);
  nlohmann::json const answer = got.json();
  for (char const* const key : {"parameters_by_term", "active_parameters_by_term", "forward_flops_by_term"})
    for (auto const& [term, amount] : answer[key].items()) {
      CAPTURE(key, term);
      if (amount.get<double>() > 1e9) CHECK(script.find(amount.dump()) != std::string::npos);
    }
  CHECK(times(script, "\nset xlabel '") == 2);
  CHECK(script.find("set xlabel 'parameters (10⁹)'") != std::string::npos);
  CHECK(script.find("set xlabel 'forward FLOPs (10⁹ FLOPs per token)'") != std::string::npos);
}

TEST_CASE("a legend has every entry, also where it is higher than its panel") {
  std::string const many = "compare --compute 1e19..1e25 --plot ";
  REQUIRE(run(many + in("many.gp")).status == 0);
  REQUIRE(run(many + in("many.svg")).status == 0);
  std::string const script = tool_test::text_of(in("many.gp")), drawn = tool_test::text_of(in("many.svg"));
  int entries = 0;
  for (std::size_t at = script.find("keyentry"); at != std::string::npos; at = script.find("keyentry", at + 1)) {
    std::size_t const from = script.find("title '", at) + 7;
    std::string const entry = script.substr(from, script.find('\'', from) - from);
    CAPTURE(entry);
    CHECK(drawn.find(entry + "<") != std::string::npos);
    ++entries;
  }
  CHECK(entries >= 8);
}

TEST_CASE("what is drawn are numbers of the answer") {
  std::string const space = test_data::path("answers/shapes.json").string();
  for (std::string const& command :
       {std::string("optimum besiroglu --compute 1e19..1e23 --interval 0.8"),
        std::string("optimum llama-3 --compute 1e19..1e23"),
        std::string("loss kaplan-n total_non_embedding_parameters=1e6..1e10"),
        std::string("loss chinchilla-tex total_parameters=1e8..1e11 tokens=1e9..1e12"),
        std::string("compare --compute 1e20..1e21 --law chinchilla-tex --law besiroglu"), std::string("hindcast"),
        "search " + space + " --pareto loss,training_flops_per_token"}) {
    CAPTURE(command);
    outcome const got = run(command + " --json --plot " + in("series.gp"));
    REQUIRE(got.status == 0);
    std::vector<double> numbers;
    collect(got.json(), numbers);
    std::sort(numbers.begin(), numbers.end());
    std::istringstream script(tool_test::text_of(in("series.gp")));
    std::size_t rows = 0;
    std::vector<std::string> block;
    bool inside = false;
    for (std::string line; std::getline(script, line);) {
      if (line.ends_with("<< EOD")) {
        inside = true;
        block.clear();
      } else if (line == "EOD") {
        inside = false;
        for (std::string const& row : block) {
          if (block.size() <= 2) break;  // the ends of a limit
          std::istringstream cells(row);
          for (std::string cell; cells >> cell;) {
            if (cell == "NaN") continue;
            double const number = std::stod(cell);
            bool const is_category = number < 100 && number == std::floor(number);
            CAPTURE(row);
            CHECK((is_category || std::binary_search(numbers.begin(), numbers.end(), number)));
            ++rows;
          }
        }
      } else if (inside && !line.empty()) {
        block.push_back(line);
      }
    }
    CHECK(rows > 10);
  }
}

TEST_CASE("a name in a picture is no command of gnuplot's") {
  std::filesystem::path const folder = in("a' `touch injected`; \"$(touch injected)");
  std::filesystem::create_directories(folder);
  std::ofstream(folder / "config.json") << run("export mixtral-8x7b --format hf").out;
  std::string quoted = "'";
  for (char const c : (folder / "config.json").string()) quoted += c == '\'' ? std::string("'\\''") : std::string(1, c);
  outcome const got =
      run("account " + quoted + "' --plot " + in("hostile.svg"), {}, "cd " + tool_test::folder().path("") + "; ");
  CHECK(got.error == "");
  CHECK(got.status == 0);
  CHECK_FALSE(std::filesystem::exists(in("injected")));
  CHECK(tool_test::text_of(in("hostile.svg")).find("touch injected") != std::string::npos);
}

TEST_CASE("what --plot cannot do is one sentence") {
  auto const error = [](std::string const& arguments, std::string const& before = {}) {
    outcome const got = run(arguments, {}, before);
    CHECK(got.status == 2);
    return got.error;
  };
  CHECK(error("account mixtral-8x7b --plot picture.jpg") ==
        "moetric: --plot must name a file that ends with .svg, .png, .pdf or .gp, or be -, but got 'picture.jpg'\n");
  CHECK(
      error("account mixtral-8x7b --plot " + in("x.svg"), "PATH=/nowhere ") ==
      "moetric: gnuplot must be installed for --plot, but it was not found; on Debian: apt install gnuplot-nox (--plot "
      "FILE.gp needs none: it writes the script)\n");
  CHECK(run("account mixtral-8x7b --plot " + in("x.gp"), {}, "PATH=/nowhere ").status == 0);
  std::filesystem::create_directories(in("bin"));
  std::ofstream(in("bin") + "/gnuplot") << "#!/bin/sh\necho 'line 3: no such terminal' >&2\necho 'more' >&2\nexit 1\n";
  std::filesystem::permissions(in("bin") + "/gnuplot", std::filesystem::perms::owner_all);
  CHECK(error("account mixtral-8x7b --plot " + in("x.svg"), "PATH=" + in("bin") + ":$PATH ") ==
        "moetric: gnuplot must draw the picture, but it says: line 3: no such terminal\n");
  CHECK_FALSE(std::filesystem::exists(in("x.svg")));
  CHECK(error("optimum chinchilla-tex --compute 1e20 --plot " + in("x.svg")) ==
        "moetric: --plot must be given with a range of budgets, such as --compute 1e19..1e24\n");
  CHECK(error("loss kaplan-n total_non_embedding_parameters=1e9 --plot " + in("x.svg")) ==
        "moetric: --plot must be given with a range of one or two inputs, such as tokens=1e9..1e12\n");
  outcome const hidden = run("account mixtral-8x7b --plot " + in("missing/x.svg"));
  CHECK(hidden.status != 0);
  CHECK(times(hidden.error, "\n") == 1);
}

TEST_CASE("a front and a histogram are those of the space") {
  std::ofstream(in("space.json"))
      << R"({"axes": [{"field": "d_model", "values": [1024, 1536, 2048]}, {"field": "n_experts", "values": [8, 16]}],
    "fixed": {"n_moe_layers": 12, "n_heads": 8, "n_kv_heads": 4, "head_dim": 128, "top_k": 2, "d_expert": 1024,
              "vocab_size": 50304},
    "objective": {"law": "joint-moe", "compute": 1e20}})";
  outcome const counted = run("search " + in("space.json") + " --histogram n_experts --json");
  CAPTURE(counted.error);
  REQUIRE(counted.status == 0);
  double sum = 0;
  auto const histogram = counted.json();
  for (auto const& each : histogram["histogram"]) sum += each["configurations"].get<double>();
  CHECK(sum == counted.json()["allowed"].get<double>());
  outcome const front = run("search " + in("space.json") + " --pareto loss,total_parameters --json");
  REQUIRE(front.status == 0);
  auto const all = front.json()["front"];
  for (std::size_t i = 1; i < all.size(); ++i) {
    CHECK(all[i]["values"]["loss"].get<double>() > all[i - 1]["values"]["loss"].get<double>());
    CHECK(all[i]["values"]["total_parameters"].get<double>() < all[i - 1]["values"]["total_parameters"].get<double>());
  }
  CHECK(run("search " + in("space.json") + " --histogram d_expert").error ==
        "moetric: a field of the histogram must be one of d_model, n_experts, but got 'd_expert'; did you mean "
        "n_experts?\n");
  CHECK(run("search " + in("space.json") + " --pareto loss").status == 2);
}
