// Asked is done, or refused by name: every option of every command, with a value that nobody means.
#include <filesystem>
#include <map>

#include "catch.hpp"
#include "data.hpp"
#include "run.hpp"

namespace {

using tool_test::folder;
using tool_test::run;

// Options that the help of a command lists, and whether they take a value.
std::map<std::string, bool> options_of(std::string const& command) {
  std::map<std::string, bool> options;
  std::istringstream help(run(command + " --help --verbose").out);
  for (std::string line; std::getline(help, line);) {
    std::size_t const begin = line.find_first_not_of(' ');
    if (begin == std::string::npos || begin > 4 || line.compare(begin, 2, "--") != 0) continue;
    std::size_t const end = line.find_first_of(" ,", begin);
    std::string const rest = end == std::string::npos ? "" : line.substr(end);
    bool const takes = rest.find(" TEXT") == 0 || rest.find(" FLOAT") == 0 || rest.find(" [") == 0;
    options[line.substr(begin, end - begin)] = takes;
  }
  return options;
}

// A good command line for each form of each command.
std::string const forms[] = {
    "account llama-3-8b",
    "account llama-3-8b --context 10 --decode-batch 2",
    "conventions llama-3-8b",
    "identify llama-3-8b --parameters 8B",
    "identify llama-3-8b --training-flops-per-token 1T",
    "check llama-3-8b",
    "plan --compute 3e20",
    "design --phase pilot --scales 1e18",
    "design --phase rate-batch --scales 1e18",
    "design --explain",
    "explain mixtral-8x7b llama-3-8b",
    "export PLAN --format megatron",
    "export PLAN --format hf",
    "export PLAN --format cpp",
    "optimum fine-grained --compute 1e20",
    "optimum chinchilla-1 --compute 1e20",
    "compare --compute 1e22 --law chinchilla-tex",
    "compare --compute 1e22 --law chinchilla-tex --interval 0.8 --samples 10",
    "loss chinchilla-tex total_parameters=1e9 tokens=1e10",
    "hyper deepseek-v3 --tokens 1e12",
    "hyper deepseek-v3 --tokens 1e12 --critical-batch 1e6 --batch-tokens 1e6",
    "noise-scale norms.csv --samples 10",
    "noise-scale norms.csv --samples 10 --top-k 8 --n-experts 256",
    "hindcast",
    "search SPACE --top 1",
    "merge PART",
    "models",
    "laws",
    "fit chinchilla chinchilla.csv",
    "fit chinchilla chinchilla.csv chinchilla.csv --shared alpha",
    "fit power-law power.csv --x compute --y learning_rate",
    "fit isoflop iso.csv",
    "fit band band.csv --x d_model",
    "fit rank rank.csv",
};

void prepare() {
  std::filesystem::current_path(test_data::path("answers"));
  std::string const space = std::string(MOETRIC_SOURCE_DIR) + "/examples/space.json";
  folder().file("PLAN", run("plan --compute 3e20 --json").out);
  folder().file("SPACE", tool_test::text_of(space));
  folder().file("PART", run("search " + space + " --top 1 --json").out);
}

std::string with_files(std::string line) {
  for (std::string const name : {"PLAN", "SPACE", "PART"})
    if (std::size_t const at = line.find(name); at != std::string::npos)
      line.replace(at, name.size(), folder().path(name));
  return line;
}

}  // namespace

TEST_CASE("no option with a nonsense value, none empty, none twice, is accepted") {
  prepare();
  std::map<std::string, std::map<std::string, bool>> known;
  int tried = 0;
  for (std::string const& form : forms) {
    std::string const command = form.substr(0, form.find(' ')), line = with_files(form);
    CAPTURE(form);
    REQUIRE(run(line).status == 0);
    if (!known.contains(command)) known[command] = options_of(command);
    CHECK(known[command].contains(command == "export" ? "--format" : "--json"));
    for (auto const& [option, takes_value] : known[command]) {
      if (!takes_value || option == "--help") continue;
      bool const is_given = line.find(option + " ") != std::string::npos;
      // "nonsense" would be a good name for a file, a folder or a namespace
      std::string const value = option == "--save"     ? "/"
                                : option == "--report" ? "/dev/null"
                                : option == "--name"   ? "9"
                                                       : "nonsense";
      for (std::string const& given : {option + " " + value, option + "=", option + "=-1"}) {
        if (given == "--name=-1" || given == "--save=-1" || given == "--report=-1" ||
            (is_given && given != option + "="))
          continue;
        auto const got = run(line + " " + given);
        CAPTURE(line, given, got.error);
        CHECK(got.status != 0);
        CHECK(got.out.empty());
        CHECK(got.error.starts_with("moetric: "));
        CHECK(got.error.size() < 1500);
        CHECK(std::count(got.error.begin(), got.error.end(), '\n') == 1);
        ++tried;
      }
    }
  }
  CHECK(tried > 500);
}
