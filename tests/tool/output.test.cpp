// What a command prints arrives whole, or the command fails; what it saves is a whole file that it reads itself.
#include <unistd.h>

#include <filesystem>
#include <set>

#include "catch.hpp"
#include "run.hpp"

namespace {

using Catch::Matchers::ContainsSubstring;
using tool_test::folder;
using tool_test::run;
using tool_test::text_of;
namespace fs = std::filesystem;

struct in_folder {
  fs::path before = fs::current_path();
  in_folder() { fs::current_path(folder().path(".")); }
  ~in_folder() { fs::current_path(before); }
};

std::string const power_law = "power.csv --x compute --y learning_rate";

void write_runs() {
  folder().file("power.csv", "compute,learning_rate,batch_tokens\n1e18,1e-3,1e5\n1e19,7e-4,2.1e5\n1e20,5.2e-4,4e5\n"
                             "1e21,3.4e-4,8.3e5\n");
  folder().file("runs.csv",
                "total_parameters,tokens,loss\n1e8,2e9,3.32\n1e8,8e9,2.99\n4e8,2e9,3.02\n4e8,8e9,2.68\n4e8,3e10,2.49\n"
                "1.6e9,8e9,2.49\n1.6e9,3e10,2.3\n1.6e9,1e11,2.16\n");
}

// The status of a command of the shell, and its stdout.
tool_test::outcome shell(std::string const& command) {
  std::string const out = folder().path("shell.out"), error = folder().path("shell.error");
  int const status = std::system(("( " + command + " ) >" + out + " 2>" + error).c_str());
  return {WIFEXITED(status) ? WEXITSTATUS(status) : -1, text_of(out), text_of(error)};
}

}  // namespace

TEST_CASE("help and version that cannot be written are an error") {
  std::string const commands = run("--help").out;
  std::set<std::string> names;
  for (std::size_t at = commands.find("Subcommands:"); (at = commands.find("\n  ", at)) != std::string::npos; ++at)
    if (std::string const name = commands.substr(at + 3, commands.find_first_of(" \n", at + 3) - at - 3);
        !name.empty() && name[0] >= 'a')
      names.insert(name);
  CHECK(names.size() == 19);
  for (std::string const target : {">/dev/full", ">&-"}) {
    CHECK(run("--help " + target).status == 74);
    CHECK(run("--version " + target).status == 74);
    for (std::string const& name : names) {
      CAPTURE(name, target);
      CHECK(run(name + " --help " + target).status == 74);
    }
  }
}

TEST_CASE("a pipe that breaks ends the command with an error") {
  auto const got = shell("{ " + std::string(MOETRIC_TOOL) + " laws --json; echo $? >&2; } | true");
  CHECK((got.error == "141\n" || got.error.ends_with("74\n")));
}

TEST_CASE("what is closed is not a file that the command opens later") {
  in_folder const here;
  write_runs();
  auto const got = shell(std::string(MOETRIC_TOOL) + " fit power-law " + power_law + " --save optima.json >&- 2>&-");
  CHECK(got.status == 74);
  CHECK(nlohmann::json::parse(text_of("optima.json"))["optima"]["learning_rate"].size() == 4);
}

TEST_CASE("a command saves where a file may be, and nowhere else") {
  in_folder const here;
  write_runs();
  fs::create_directory("kept");
  fs::create_symlink("power.csv", "link");
  fs::create_hard_link("power.csv", "twin");
  fs::create_symlink("nowhere", "dangling");
  std::string const before = text_of("power.csv");
  for (auto const& [to, why] :
       std::initializer_list<std::pair<std::string, std::string>>{{"power.csv", "must not be a file that is read"},
                                                                  {"./power.csv", "must not be a file that is read"},
                                                                  {"link", "must not be a file that is read"},
                                                                  {"twin", "must not be a file that is read"},
                                                                  {"dangling", "is a link to nothing"},
                                                                  {"kept", "is a directory"},
                                                                  {"/dev/null", "of another kind"}}) {
    CAPTURE(to);
    auto const got = run("fit power-law " + power_law + " --save " + to);
    CHECK(got.status == 2);
    CHECK(got.out.empty());
    CHECK_THAT(got.error, ContainsSubstring(why));
  }
  CHECK(run("fit power-law " + power_law + " --save absent/optima.json").status == 74);
  CHECK(run("fit chinchilla runs.csv --save runs.csv").status == 2);
  CHECK(text_of("power.csv") == before);
  // before the work: such a bootstrap takes days
  CHECK(run("fit chinchilla runs.csv --bootstrap 100000000 --save kept").status == 2);
  auto const onto_stdout =
      shell(std::string(MOETRIC_TOOL) + " fit power-law " + power_law + " --save out.json >out.json");
  CHECK(onto_stdout.status == 2);
  CHECK_THAT(onto_stdout.error, ContainsSubstring("the file of the standard output"));
  CHECK(run("fit power-law " + power_law + " --save= --json").status == 2);
  CHECK_FALSE(fs::exists("--json"));
}

TEST_CASE("an answer is printed although it cannot be saved") {
  in_folder const here;
  write_runs();
  folder().file("saved.json", "old");
  // a limit of 0 blocks on what the command writes to files; its stdout is a pipe
  auto const got = shell("(ulimit -f 0; " + std::string(MOETRIC_TOOL) +
                         " fit chinchilla runs.csv --json --save saved.json; echo $? >&2) | cat");
  CHECK(nlohmann::json::parse(got.out)["coefficients"].contains("alpha"));
  CHECK_FALSE(nlohmann::json::parse(got.out).contains("saved_as"));
  CHECK_THAT(
      got.error,
      ContainsSubstring("'saved.json' must be a file that can be written, but the system says: File too large\n74\n"));
  CHECK(text_of("saved.json") == "old");
  CHECK_FALSE(fs::exists(".saved.json.saving"));
}

TEST_CASE("optima are added to, and what cannot be read back is not saved") {
  in_folder const here;
  write_runs();
  fs::remove("team");
  REQUIRE(run("fit power-law " + power_law + " --save team").status == 0);
  REQUIRE(run("fit power-law power.csv --x compute --y batch_tokens --save team").status == 0);
  std::string const text = text_of("team");
  CHECK(nlohmann::json::parse(text)["optima"].size() == 2);
  auto const fitted = run("fit chinchilla runs.csv --huber inf --save FIT");
  CHECK(fitted.status == 2);
  CHECK_THAT(fitted.error, ContainsSubstring("huber must be finite"));
  CHECK_FALSE(fs::exists("FIT"));
  folder().file("other", "{\"optima\": 3}");
  CHECK(run("fit power-law " + power_law + " --save other").status == 2);
  CHECK(text_of("other") == "{\"optima\": 3}");
}

TEST_CASE("a file of any name that a command wrote is taken for a file") {
  in_folder const here;
  write_runs();
  REQUIRE(run("fit chinchilla runs.csv --save FIT").status == 0);
  REQUIRE(run("plan --compute 3e20 --json > PLAN").status == 0);
  CHECK(run("loss FIT total_parameters=1e9 tokens=2e10").status == 0);
  CHECK(run("optimum FIT --compute 1e21").status == 0);
  CHECK(run("compare --compute 1e21 --law FIT").status == 0);
  CHECK(run("plan --compute 1e20 --source FIT").status == 0);
  CHECK(run("search " + std::string(MOETRIC_SOURCE_DIR) + "/examples/space.json --top 1 --law FIT").status == 0);
  CHECK(run("account PLAN").status == 0);
  CHECK(run("hyper PLAN --tokens 1e12").status == 0);
  CHECK(run("export PLAN --format megatron").status == 0);
  auto space = nlohmann::json::parse(text_of(std::string(MOETRIC_SOURCE_DIR) + "/examples/space.json"));
  space["objective"] = {{"law", "FIT"}, {"compute", 1e21}};
  CHECK(run("search " + folder().file("space", space.dump()) + " --top 1").status == 0);
}

TEST_CASE("a file that a published name hides is told") {
  in_folder const here;
  write_runs();
  REQUIRE(run("fit chinchilla runs.csv --save ling-moe").status == 0);
  folder().file("llama-3-8b", "{}");
  std::string const told = " is the published name here, not the file; ./";
  CHECK_THAT(run("account llama-3-8b").error, ContainsSubstring("note: 'llama-3-8b'" + told));
  CHECK_THAT(run("check llama-3-8b").error, ContainsSubstring(told));
  CHECK_THAT(run("optimum ling-moe --compute 1e21").error, ContainsSubstring("note: 'ling-moe'" + told));
  CHECK(run("loss ./ling-moe total_parameters=1e9 tokens=1e10").error.empty());
  CHECK(run("account llama-3-70b").error.empty());
  fs::remove("llama-3-8b");
  fs::remove("ling-moe");
}

TEST_CASE("names that are no UTF-8 give JSON, and sentences of ASCII") {
  in_folder const here;
  REQUIRE(run("plan --compute 3e20 --json > 'caf\xe9'").status == 0);
  auto const got = run("account 'caf\xe9' --json");
  REQUIRE(got.status == 0);
  CHECK(got.json()["model"] == "caf\xef\xbf\xbd");
  CHECK_THAT(run("account 'no\xe9\x1b[31m'").error, ContainsSubstring(R"(got 'no\xe9\x1b[31m')"));
}
