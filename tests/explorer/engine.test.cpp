// The explorer's engine, as this compiler builds it. The page's command line and output stand in for
// the tool's, in front of the tool's own commands; so every command must answer with what the tool prints.

#include <sstream>
#include <string>
#include <vector>

#include "catch.hpp"
#include "data.hpp"
#include "engine.hpp"
#include "tool/run.hpp"

// The page's, which nothing here calls.
extern "C" void moetric_progress(double, double) {}

namespace {

using nlohmann::json;

std::vector<std::string> words_of(std::string const& command) {
  std::vector<std::string> words;
  std::istringstream text(command);
  for (std::string word; text >> word;) words.push_back(word);
  return words;
}

json asked(std::string const& command) {
  return json::parse(engine::answer_to(json(words_of(command)).dump()));
}

// What differs from run to run.
json without_times(json of) {
  if (!of.is_object()) return of;
  for (char const* const each : {"seconds", "configurations_per_second"}) of.erase(each);
  return of;
}

std::string path(std::string const& name) {
  return test_data::path(name);
}

}  // namespace

TEST_CASE("Every command answers the page with the tool's values") {
  std::string const answers = "answers/";
  std::vector<std::string> const commands{
      "account deepseek-v3 --context 4096 --documents 4096,2048",
      "check deepseek-v3 --tensor-parallel 8 --expert-parallel 64",
      "cluster deepseek-v3 --device h100-sxm --devices 1024 --pipeline-parallel 16 --expert-parallel 64 --mtp",
      "compare --compute 1e22 --law joint-moe --law chinchilla-tex",
      "conventions mixtral-8x7b --known-bugs",
      "explain mixtral-8x7b qwen3-30b-a3b",
      "fit power-law " + path(answers + "power.csv") + " --x compute --y learning_rate",
      "hyper deepseek-v3 --tokens 14.8e12",
      "identify deepseek-v3 --parameters 37B",
      "laws chinchilla-tex",
      "loss chinchilla-tex total_parameters=1e8..1e11 tokens=1e9..1e12",
      "models --runs",
      "noise-scale " + path(answers + "norms.csv") + " --decay 0.9",
      "optimum sardana loss=2.03 inference_tokens=5e12",
      "plan --compute 3e20",
      "search " + path(answers + "shapes.json") + " --pareto loss,total_parameters"};
  for (std::string const& command : commands) {
    INFO(command);
    json const page = asked(command);
    REQUIRE(page.count("error") == 0);
    CHECK(!page["screen"].empty());
    CHECK(without_times(page["answer"]) == without_times(tool_test::run(command + " --json").json()));
  }
  for (char const* const command : {"export mixtral-8x7b --format hf", "design --phase pilot --scales 1e18"}) {
    INFO(command);
    CHECK(asked(command)["file"] == tool_test::run(command).out);
  }
}

TEST_CASE("The page's command line refuses what the tool's refuses") {
  for (std::string const command :
       {"plan", "plan --compute", "plan --compute 1e20 --compute 1e21", "plan --compute 1e20 --colour red", "account",
        "account deepseek-v3 more", "loss no-such-law", "search",
        "loss chinchilla-tex tokens=", "plan --compute 1e20 --devices 8", "fit rank rank.csv --bootstrap 3"}) {
    INFO(command);
    CHECK(asked(command).value("error", "").starts_with("moetric: "));
    CHECK(tool_test::run(command).status != 0);
  }
  CHECK(json::parse(engine::answer_to("{")).value("error", "").starts_with("moetric: a request"));
  CHECK(json::parse(engine::answer_to("[1]")).value("error", "").starts_with("moetric: a request"));
}

TEST_CASE("The page has every command of the tool that answers without a terminal") {
  std::istringstream help(tool_test::run("--help").out);
  bool within = false;
  std::size_t found = 0;
  for (std::string line; std::getline(help, line);) {
    if (line.empty()) within = false;
    if (within && !line.starts_with("  help ")) {
      ++found;
      INFO(line);
      std::string const refused = asked(words_of(line)[0] + " --no-such-option").value("error", "");
      CHECK(refused.find("but got '--no-such-option'") != std::string::npos);
    }
    if (line == "Subcommands:") within = true;
  }
  CHECK(found >= 20);
}
