// Commands on the pages of docs/ print what the pages show. To write what they print into the pages instead:
//   MOETRIC_WRITE_PAGES=1 build/test/tests/tool '[#pages.test]' --filenames-as-tags
#include <algorithm>
#include <cctype>
#include <cstdlib>
#include <filesystem>
#include <fstream>
#include <sstream>
#include <string>
#include <vector>

#include "catch.hpp"
#include "moetric/cluster/devices.hpp"
#include "moetric/zoo/runs.hpp"
#include "run.hpp"

namespace {

namespace fs = std::filesystem;

/// A command on a page: "$ moetric ...", on several lines where they end with a backslash, and what it prints.
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
      for (std::string& arguments = commands.back().arguments; arguments.ends_with('\\');) {
        arguments.pop_back();
        arguments += page[++i];
        commands.back().first_line = i + 1;
      }
      continue;
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

fs::path const root = MOETRIC_SOURCE_DIR;

std::vector<fs::path> pages_for_readers() {
  std::vector<fs::path> all{root / "README.md", root / "CONTRIBUTING.md", root / "SECURITY.md"};
  for (fs::directory_entry const& each : fs::directory_iterator(root / "docs"))
    if (each.path().extension() == ".md") all.push_back(each.path());
  return all;
}

/// The lines of a page outside of its code.
std::vector<std::string> prose_of(fs::path const& page) {
  std::vector<std::string> prose;
  bool inside = false;
  for (std::string const& line : lines_of(page)) {
    if (line.starts_with("```"))
      inside = !inside;
    else if (!inside)
      prose.push_back(line);
  }
  return prose;
}

/// A heading as the address of its place: "The MFU of a step" -> "the-mfu-of-a-step".
std::string address_of(std::string const& heading) {
  std::string address;
  for (char const c : heading) {
    if (c == ' ' || c == '-') address += '-';
    if (std::isalnum(static_cast<unsigned char>(c)) || c == '_') address += static_cast<char>(std::tolower(c));
  }
  return address;
}

/// The numbers of a text, as it prints them: 671,026,419,200 or 21.2.
std::vector<std::string> numbers_of(std::string const& text) {
  std::vector<std::string> all;
  for (std::size_t i = 0; i < text.size();) {
    std::size_t const begin = i;
    while (i != text.size() && (std::isdigit(static_cast<unsigned char>(text[i])) ||
                                (i != begin && (text[i] == ',' || text[i] == '.' || text[i] == 'e') &&
                                 i + 1 != text.size() && std::isdigit(static_cast<unsigned char>(text[i + 1])))))
      ++i;
    if (i != begin) all.push_back(text.substr(begin, i - begin));
    if (i == begin) ++i;
  }
  return all;
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

TEST_CASE("the answers that README.md shows under its commands have the numbers that the commands print") {
  fs::path const folder = tool_test::folder().path("readme");
  fs::create_directories(folder);
  fs::copy_file(root / "tests/data/answers/chinchilla.csv", folder / "runs.csv", fs::copy_options::overwrite_existing);
  std::string command, printed;
  std::size_t commands = 0, numbers = 0;
  for (std::string const& line : lines_of(root / "README.md")) {
    if (line.starts_with("## ")) break;  // the first screen
    if (line.starts_with("./quickstart ") || (!command.empty() && line.starts_with("  "))) {
      command += (command.empty() ? line.substr(13) : line.substr(1));
      bool const continues = command.ends_with("\\");
      if (continues) command.pop_back();
      if (continues) continue;
      command = command.substr(0, command.find("  #"));
      ++commands;
      tool_test::outcome const got = tool_test::run(command, {}, "cd " + folder.string() + "; ");
      CAPTURE(command, got.error);
      CHECK(got.status == 0);
      printed = got.out;
      std::replace(printed.begin(), printed.end(), '\n', ' ');
      command.clear();
    } else if (line.starts_with("# ") && !printed.empty()) {
      for (std::string const& number : numbers_of(line)) {
        CAPTURE(line, number);
        CHECK(printed.find(number) != std::string::npos);
        ++numbers;
      }
    } else {
      printed.clear();
    }
  }
  CHECK(commands >= 5);
  CHECK(numbers >= 20);
}

TEST_CASE("commands that the pages show without an output run") {
  fs::path const folder = tool_test::folder().path("shown");
  fs::create_directories(folder);
  fs::copy_file(root / "tests/data/answers/chinchilla.csv", folder / "runs.csv", fs::copy_options::overwrite_existing);
  fs::copy_file(root / "examples/space.json", folder / "space.json", fs::copy_options::overwrite_existing);
  if (!fs::exists(folder / "examples")) fs::create_directory_symlink(root / "examples", folder / "examples");
  std::size_t commands = 0;
  for (fs::directory_entry const& page : fs::directory_iterator(root / "docs")) {
    if (page.path().extension() != ".md") continue;
    std::vector<std::string> const lines = lines_of(page.path());
    std::string block = "none";
    for (std::size_t i = 0; i != lines.size(); ++i) {
      if (lines[i].starts_with("```")) block = block == "none" ? lines[i].substr(3) : "none";
      bool const of_script = lines[i].starts_with("./quickstart ");
      if ((block != "sh" && !block.empty()) || !(of_script || lines[i].starts_with("moetric "))) continue;
      std::string command = lines[i].substr(of_script ? 13 : 8);
      while (command.ends_with('\\')) {
        command.pop_back();
        command += lines[++i];
      }
      command = command.substr(0, command.find("  #"));
      // The explorer is no command of the tool; the parts of a search are all of them; forms need muParser.
      if (command.starts_with("explorer") || command.starts_with("merge") ||
          command.find("FORM.json") != std::string::npos)
        continue;
      std::size_t const to = command.find(" > ");
      std::string const target = to == std::string::npos ? "" : command.substr(to);
      tool_test::outcome const got = tool_test::run(command.substr(0, to), target, "cd " + folder.string() + "; ");
      CAPTURE(page.path().filename().string(), command, got.error);
      CHECK(got.status == 0);
      ++commands;
    }
  }
  CHECK(commands > 25);
}

TEST_CASE("pages count what the library has") {
  std::string const file = tool_test::folder().file("none.json", R"({"model_type": "none"})");
  std::string const types = tool_test::run("account " + file).error;  // "must be one of 171 types"
  std::size_t const models = tool_test::run("models --json").json().size(),
                    laws = tool_test::run("laws --json").json().size(),
                    rules = tool_test::run("conventions mixtral-8x7b --json").json()["training_flops_per_token"].size();
  struct {
    std::string what;
    std::size_t n, found = 0;
  } counted[] = {{"models are those", models},
                 {"published models", models},
                 {"published laws", laws},
                 {"laws in", laws},
                 {"tools", rules},
                 {"devices; sources", std::size(moetric::cluster::devices)},
                 {"published training runs", moetric::zoo::published_runs.size()},
                 {"values of `model_type`", std::stoul(types.substr(types.find("one of ") + 7))}};
  for (fs::path const& page : pages_for_readers()) {
    std::string text;
    for (std::string const& line : lines_of(page)) text += line + ' ';
    for (auto& [what, n, found] : counted)
      for (std::size_t at = text.find(' ' + what); at != std::string::npos; at = text.find(' ' + what, at + 1)) {
        std::size_t const begin = text.find_last_not_of("0123456789", at - 1) + 1;
        if (begin == at) continue;  // no number of them
        CAPTURE(page.string(), what);
        CHECK(text.substr(begin, at - begin) == std::to_string(n));
        ++found;
      }
  }
  for (auto const& each : counted) {
    CAPTURE(each.what);
    CHECK(each.found > 0);
  }
}

TEST_CASE("every page has its parts, and the navigation of the site") {
  std::string navigation;
  for (std::string const& line : lines_of(root / "mkdocs.yml")) navigation += line + '\n';
  for (fs::path const& page : pages_for_readers()) {
    CAPTURE(page.string());
    std::vector<std::string> const prose = prose_of(page), all = lines_of(page);
    REQUIRE(prose.size() > 3);
    CHECK(prose[0].starts_with("# "));
    CHECK(std::count_if(prose.begin(), prose.end(), [](std::string const& line) { return line.starts_with("# "); }) ==
          1);
    CHECK(std::count_if(all.begin(), all.end(), [](std::string const& line) { return line.starts_with("```"); }) % 2 ==
          0);
    bool const is_of_site = page.parent_path().filename() == "docs";
    if (!is_of_site) continue;
    CHECK(navigation.find(": " + page.filename().string() + "\n") != std::string::npos);
    // A page shows something: code, a table or a picture.
    CHECK(std::any_of(all.begin(), all.end(), [](std::string const& line) {
      return line.starts_with("```") || line.starts_with("|--") || line.starts_with("| --") || line.starts_with("![");
    }));
  }
}

TEST_CASE("no link of a page is broken") {
  std::string pictures;
  for (std::string const& line : lines_of(root / "docs/pictures")) pictures += line + '\n';
  std::size_t links = 0;
  for (fs::path const& page : pages_for_readers()) {
    std::string text;
    for (std::string const& line : prose_of(page)) text += line + '\n';
    for (std::size_t at = text.find("]("); at != std::string::npos; at = text.find("](", at + 2)) {
      std::string const link = text.substr(at + 2, text.find(')', at) - at - 2);
      CAPTURE(page.string(), link);
      if (link.starts_with("http")) continue;
      ++links;
      std::size_t const mark = link.find('#');
      std::string const file = link.substr(0, mark);
      if (file.starts_with("pictures/")) {
        std::string const name = file.substr(9, file.size() - 13);
        CHECK((pictures.find("draw " + name + " ") != std::string::npos ||
               (name.starts_with("account-") && pictures.find("account-$model") != std::string::npos) ||
               (name.starts_with("conventions-") && pictures.find("conventions-$model") != std::string::npos) ||
               (name.starts_with("optimum-") && pictures.find("optimum-$law") != std::string::npos)));
        continue;
      }
      // docs/pages.cpp writes these.
      if (file == "laws/index.md" || file == "conventions.md" || file == "models.md" || file == "devices.md") continue;
      fs::path const target = file.empty() ? page : page.parent_path() / file;
      CHECK(fs::exists(target));
      if (mark == std::string::npos || !fs::exists(target)) continue;
      std::vector<std::string> const headings = prose_of(target);
      CHECK(std::any_of(headings.begin(), headings.end(), [&](std::string const& line) {
        return line.starts_with("#") && address_of(line.substr(line.find(' ') + 1)) == link.substr(mark + 1);
      }));
    }
  }
  CHECK(links > 40);
}
