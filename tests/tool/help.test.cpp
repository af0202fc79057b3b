// Help of every command: a question, one screen, two commands to try that print what they should.

#include <algorithm>
#include <cstdlib>
#include <filesystem>
#include <fstream>
#include <set>
#include <sstream>
#include <string>
#include <vector>

#include "catch.hpp"
#include "data.hpp"
#include "tool/run.hpp"

namespace {

namespace fs = std::filesystem;
using tool_test::outcome;
using tool_test::run;

std::vector<std::string> lines_of(std::string const& text) {
  std::vector<std::string> lines;
  std::istringstream in(text);
  for (std::string line; std::getline(in, line);) lines.push_back(line);
  return lines;
}

/// The commands that `moetric --help` lists.
std::vector<std::string> commands() {
  std::vector<std::string> all;
  bool inside = false;
  for (std::string const& line : lines_of(run("--help").out)) {
    if (line.starts_with("Subcommands:")) {
      inside = true;
    } else if (inside && line.starts_with("  ") && line[2] != ' ') {
      all.push_back(line.substr(2, line.find(' ', 2) - 2));
    } else if (line.empty()) {
      inside = false;
    }
  }
  REQUIRE(all.size() > 20);
  return all;
}

/// A folder in which the examples work: the checkout's own, and two shards.
std::string prepared_folder() {
  fs::path const folder = tool_test::folder().path("help");
  fs::create_directories(folder);
  for (char const* const each : {"examples", "tests"})
    if (!fs::exists(folder / each)) fs::create_directory_symlink(fs::path(MOETRIC_SOURCE_DIR) / each, folder / each);
  for (std::string const shard : {"0", "1"})
    run("search examples/space.json --top 5 --shard " + shard + "/2 --json", ">part." + shard,
        "cd " + folder.string() + "; ");
  return folder.string();
}

std::vector<std::string> examples_of(std::string const& help) {
  std::vector<std::string> all;
  bool inside = false;
  for (std::string const& line : lines_of(help)) {
    if (inside && line.starts_with("  moetric ")) all.push_back(line.substr(10));
    inside = inside ? line.starts_with("  ") : line == "Examples:";
  }
  return all;
}

}  // namespace

TEST_CASE("the help of every command is a question, one screen, and ends with two examples") {
  for (std::string const& command : commands()) {
    CAPTURE(command);
    outcome const got = run(command + " --help");
    CHECK(got.status == 0);
    std::vector<std::string> const lines = lines_of(got.out);
    REQUIRE(lines.size() > 5);
    CHECK(lines[0].find('?') != std::string::npos);
    CHECK(lines.size() <= 40);
    for (std::string const& line : lines) {
      CAPTURE(line);
      CHECK(line.size() <= 130);  // a long command is one line
      CHECK((line.size() <= 100 || line.starts_with("  moetric ")));
    }
    CHECK(examples_of(got.out).size() == 2);
    std::size_t const last = lines.back().starts_with("All options: ") ? 2 : 1;
    CHECK(lines[lines.size() - last].starts_with("  moetric "));
    // All options are in the long help.
    outcome const all = run(command + " --help --verbose");
    CHECK(all.status == 0);
    CHECK(all.out.size() >= got.out.size() - 60);
  }
}

TEST_CASE("the examples of the help print what tests/data/help.txt has as their first lines") {
  std::string const folder = prepared_folder();
  std::vector<std::string> printed;
  for (std::string const& command : commands())
    for (std::string const& example : examples_of(run(command + " --help").out)) {
      CAPTURE(example);
      outcome const got = run(example, {}, "cd " + folder + "; ");
      CHECK((got.status == 0 || (got.status == 2 && example == "merge part.0 --partial")));
      CHECK(!got.out.empty());
      std::vector<std::string> const lines = lines_of(got.out);
      printed.push_back(example + "|" + (lines.empty() ? "" : lines[0]));
    }
  CHECK(printed.size() == 2 * commands().size());
  if (std::getenv("MOETRIC_WRITE_HELP") != nullptr) {
    std::ofstream out(test_data::path("help.txt"));
    for (std::string const& line : printed) out << line << '\n';
  }
  CHECK(printed == lines_of(test_data::text("help.txt")));
}

TEST_CASE("help finds a command by a word of the question") {
  auto const found = [](std::string const& word) {
    outcome const got = run("help " + word);
    CHECK(got.status == 0);
    std::set<std::string> names;
    for (std::string const& line : lines_of(got.out))
      if (line.starts_with("  ") && line[2] != ' ') names.insert(line.substr(2, line.find(' ', 2) - 2));
    return names;
  };
  CHECK(found("memory") == std::set<std::string>{"account", "cluster"});
  CHECK(found("mfu") == std::set<std::string>{"cluster", "conventions", "identify"});
  CHECK(found("cost") == std::set<std::string>{"cluster", "plan"});
  CHECK(found("fit") == std::set<std::string>{"fit"});
  CHECK(found("learning-rate") == std::set<std::string>{"hyper", "plan"});
  CHECK(found("").size() == commands().size());
  // The keys of a MODEL by its shape are in one place: those of the paper's family (2603.21862, Table 1), and the width
  // of the vocabulary.
  outcome const shape = run("help shape");
  for (std::string const key : {"d_model", "n_dense_layers", "n_moe_layers", "n_heads", "n_kv_heads", "head_dim",
                                "d_ff", "d_expert", "n_experts", "top_k", "n_shared_experts", "vocab_size"})
    CHECK(shape.out.find("\n  " + key + " ") != std::string::npos);
  CHECK(lines_of(shape.out).size() <= 24);
  CHECK(run("help memry").error ==
        "moetric: a word of help must be one that `moetric help` lists, but got 'memry'; did you mean memory?\n");
}
