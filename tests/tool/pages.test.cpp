// Commands on the pages of docs/ print what the pages show. To write what they print into the pages instead:
//   MOETRIC_WRITE_PAGES=1 build/test/tests/tool '[#pages.test]' --filenames-as-tags
#include <algorithm>
#include <cstdlib>
#include <filesystem>
#include <fstream>
#include <sstream>
#include <string>
#include <vector>

#include "catch.hpp"
#include "run.hpp"

namespace {

namespace fs = std::filesystem;

/// A block of a page: "$ moetric ..." and what it prints.
struct shown_command {
  std::string arguments;
  std::size_t first_line, end_line;  // of the output
};

std::vector<std::string> lines_of(fs::path const& file) {
  std::vector<std::string> lines;
  std::ifstream in(file);
  for (std::string line; std::getline(in, line);) lines.push_back(line);
  return lines;
}

std::vector<shown_command> commands_of(std::vector<std::string> const& page) {
  std::vector<shown_command> commands;
  bool inside = false;
  for (std::size_t i = 0; i != page.size(); ++i) {
    if (!inside) {
      inside = page[i] == "```console";
      continue;
    }
    bool const begins = page[i].starts_with("$ ");
    if (!commands.empty() && commands.back().end_line == 0 && (begins || page[i] == "```"))
      commands.back().end_line = i;
    if (begins) {
      REQUIRE(page[i].starts_with("$ moetric "));
      commands.push_back({page[i].substr(10), i + 1, 0});
    }
    if (page[i] == "```") inside = false;
  }
  return commands;
}

/// What a reader of a terminal sees: the answer, then the error.
std::vector<std::string> output_of(std::string const& arguments) {
  fs::path const before = fs::current_path();
  fs::current_path(MOETRIC_SOURCE_DIR);
  tool_test::outcome const got = tool_test::run(arguments);
  fs::current_path(before);
  std::istringstream all(got.out + got.error);
  std::vector<std::string> lines;
  for (std::string line; std::getline(all, line);) lines.push_back(line);
  return lines;
}

}  // namespace

TEST_CASE("commands on the pages print what the pages show") {
  std::size_t commands = 0;
  for (fs::directory_entry const& each : fs::directory_iterator(fs::path(MOETRIC_SOURCE_DIR) / "docs")) {
    if (each.path().extension() != ".md") continue;
    std::vector<std::string> page = lines_of(each.path());
    std::vector<shown_command> const shown = commands_of(page);
    std::vector<std::string> written;
    std::size_t copied = 0;
    for (shown_command const& command : shown) {
      ++commands;
      CAPTURE(each.path().filename().string(), command.arguments);
      std::vector<std::string> const printed = output_of(command.arguments);
      std::vector<std::string> const expected(page.begin() + static_cast<std::ptrdiff_t>(command.first_line),
                                              page.begin() + static_cast<std::ptrdiff_t>(command.end_line));
      if (std::getenv("MOETRIC_WRITE_PAGES") == nullptr) CHECK(printed == expected);
      written.insert(written.end(), page.begin() + static_cast<std::ptrdiff_t>(copied),
                     page.begin() + static_cast<std::ptrdiff_t>(command.first_line));
      written.insert(written.end(), printed.begin(), printed.end());
      copied = command.end_line;
    }
    if (shown.empty() || std::getenv("MOETRIC_WRITE_PAGES") == nullptr) continue;
    written.insert(written.end(), page.begin() + static_cast<std::ptrdiff_t>(copied), page.end());
    std::ofstream out(each.path());
    for (std::string const& line : written) out << line << '\n';
  }
  CHECK(commands > 10);
}
