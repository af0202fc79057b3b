// What holds for the answer of every command: keys that scripts rely on, text that shows nothing that its JSON lacks, a
// first screen, and units. Commands and the keys of an earlier version are data: tests/data/answers.

#include <algorithm>
#include <cctype>
#include <cmath>
#include <filesystem>
#include <fstream>
#include <map>
#include <set>
#include <sstream>
#include <string>
#include <vector>

#include "catch.hpp"
#include "data.hpp"
#include "tool/run.hpp"

namespace {

using nlohmann::json;
using tool_test::outcome;

std::vector<std::vector<std::string>> lines_of(std::string const& name) {
  std::vector<std::vector<std::string>> lines;
  std::istringstream text(test_data::text("answers/" + name));
  for (std::string line; std::getline(text, line);) {
    std::istringstream in(line);
    lines.emplace_back();
    for (std::string part; std::getline(in, part, '|');) lines.back().push_back(part);
  }
  REQUIRE(!lines.empty());
  return lines;
}

// Runs in the folder of the data, beside which a scratch folder has what other commands write.
outcome run(std::string const& arguments, std::string const& target = {}) {
  static bool const prepared = [] {
    std::filesystem::current_path(test_data::path("answers"));
    auto const in = [](std::string const& name) { return tool_test::folder().path(name); };
    std::string const space = "../../../examples/space.json";
    for (auto const& [command, file] :
         {std::pair{"search " + space + " --top 5 --shard 0/2 --json", "search_shard0.json"},
          {"search " + space + " --top 5 --shard 1/2 --json", "search_shard1.json"}})
      std::ofstream(in(file)) << tool_test::run(command).out;
    tool_test::run("fit chinchilla chinchilla.csv --bootstrap 20 --save " + in("chinchilla.json"));
    tool_test::run("fit accuracy accuracy.csv --save " + in("task.json"));
    tool_test::run("fit power-law power.csv --x compute --y learning_rate --save " + in("rate.json"));
    return true;
  }();
  REQUIRE(prepared);
  std::string command = arguments;
  for (std::string const name :
       {"search_shard0.json", "search_shard1.json", "chinchilla.json", "task.json", "rate.json", "report_of_fit"})
    if (std::size_t const at = command.find(name); at != std::string::npos)
      command.replace(at, name.size(), tool_test::folder().path(name));
  return tool_test::run(command, target);
}

std::string type_of(json const& value) {
  if (value.is_object()) return "object";
  if (value.is_array()) return "list";
  if (value.is_string()) return "text";
  if (value.is_boolean()) return "flag";
  return value.is_null() ? "null" : "number";
}

void collect(json const& value, std::string const& path, std::set<std::string>& found) {
  if (!path.empty()) found.insert(path + "|" + type_of(value)), found.insert(path);
  std::string const to = path.empty() ? "" : path + "/";
  for (auto const& [key, inner] : value.items()) {
    if (!value.is_structured()) continue;
    std::string name = key;
    for (std::size_t at = 0; (at = name.find('/', at)) != std::string::npos; at += 2) name.replace(at, 1, "~1");
    collect(inner, to + (value.is_array() ? "[]" : name), found);
  }
}

// Every number and string of a JSON value.
void collect(json const& value, std::vector<double>& numbers, std::string& texts) {
  if (value.is_number()) numbers.push_back(std::fabs(value.get<double>()));
  if (value.is_string()) texts += value.get<std::string>() + '\n';
  if (!value.is_structured()) return;
  numbers.push_back(static_cast<double>(value.size()));
  for (auto const& [key, inner] : value.items()) {
    if (value.is_object()) texts += key + '\n';
    collect(inner, numbers, texts);
  }
}

// A number of a text as its digits, and the factor from the value in JSON to it.
struct shown_number {
  std::string digits;
  double factor = 1;
};

// The numbers of a text that stand on their own: not part of a name such as 2603.21862v1, top-5 or d_model2.
std::vector<shown_number> numbers_of(std::string const& text) {
  constexpr std::string_view ends = " \n()[]:;=~";
  std::vector<std::string> const prefixes{"kB", "MB", "GB", "TB", "PB", "EB"};
  std::vector<shown_number> all;
  bool after_number = false;
  for (std::size_t at = 0; at != text.size();) {
    std::size_t const end = std::min(text.find_first_of(ends, at), text.size());
    std::string word = text.substr(at, end - at);
    at = end == text.size() ? end : end + 1;
    word.erase(0, std::min(word.find_first_not_of("+-"), word.size()));
    double factor = 1;
    for (; !word.empty() && std::string_view(".,%x").find(word.back()) != std::string_view::npos; word.pop_back())
      if (word.back() == '%') factor = 100;
    if (after_number && word.empty()) all.back().factor = factor;
    auto const prefix = std::find(prefixes.begin(), prefixes.end(), word);
    if (after_number && prefix != prefixes.end())
      all.back().factor = std::pow(1e-3, 1 + static_cast<double>(prefix - prefixes.begin()));
    after_number = !word.empty() && word.find_first_not_of("0123456789.,e+-") == std::string::npos &&
                   std::isdigit(static_cast<unsigned char>(word.front())) != 0 &&
                   (word.find_first_of("+-") == std::string::npos || word.find('e') + 1 == word.find_first_of("+-"));
    if (after_number) all.push_back({word, factor});
  }
  return all;
}

// True if a number of the answer, in percent or with a prefix of bytes where the text is, rounds to the printed one.
bool is_rounding_of(shown_number const& number, std::vector<double> const& numbers) {
  std::string printed = number.digits;
  printed.erase(std::remove(printed.begin(), printed.end(), ','), printed.end());
  double const shown = std::stod(printed);
  std::string digits = printed.substr(0, printed.find('e'));
  std::size_t const point = digits.find('.');
  double const exponent = printed.find('e') == std::string::npos ? 0 : std::stod(printed.substr(printed.find('e') + 1));
  double const decimals = point == std::string::npos ? 0 : static_cast<double>(digits.size() - point - 1);
  double const half_a_digit = 0.5000001 * std::pow(10.0, exponent - decimals) + 1e-12 * shown;
  return std::any_of(numbers.begin(), numbers.end(),
                     [&](double each) { return std::fabs(each * number.factor - shown) <= half_a_digit; });
}

}  // namespace

TEST_CASE("every key of an earlier version is still there, with its type") {
  for (auto const& command : lines_of("commands.txt")) {
    CAPTURE(command[1]);
    std::set<std::string> keys;
    auto const got = run(command[1] + " --json");
    CHECK(got.status == 0);
    REQUIRE_NOTHROW(got.json());
    collect(got.json(), "", keys);
    for (auto const& line : lines_of("keys.txt")) {
      if (line[0] != command[0]) continue;
      CAPTURE(line[1], line[2]);
      CHECK(keys.contains(line[2] == "any" ? line[1] : line[1] + "|" + line[2]));
    }
  }
}

TEST_CASE("a first screen has 24 lines of 100 columns, and text shows no number that its JSON lacks") {
  for (auto const& command : lines_of("commands.txt")) {
    CAPTURE(command[1]);
    auto const first = run(command[1]), all = run(command[1] + " --verbose"), as_json = run(command[1] + " --json");
    REQUIRE(first.status == 0);
    REQUIRE(all.status == 0);
    REQUIRE(as_json.status == 0);
    // `design` prints rows for a file, and its text to stderr
    std::string const screen = first.error.empty() ? first.out : first.error;
    std::string const text = screen + (all.error.empty() ? all.out : all.error);
    CHECK(!screen.empty());
    CHECK(std::count(screen.begin(), screen.end(), '\n') <= 24);
    std::istringstream lines(text);
    for (std::string line; std::getline(lines, line);) {
      CAPTURE(line);
      CHECK(std::count_if(line.begin(), line.end(), [](char c) { return (c & 0xc0) != 0x80; }) <= 100);
    }
    std::vector<double> numbers;
    std::string texts;
    collect(as_json.json(), numbers, texts);
    std::set<std::string> quoted;
    for (shown_number const& each : numbers_of(texts)) quoted.insert(each.digits);
    for (shown_number const& number : numbers_of(text)) {
      CAPTURE(number.digits, number.factor);
      CHECK((quoted.contains(number.digits) || is_rounding_of(number, numbers)));
    }
  }
}

TEST_CASE("every number of an answer has a unit") {
  for (auto const& command : lines_of("commands.txt")) {
    CAPTURE(command[1]);
    auto const got = run(command[1] + " --schema");
    REQUIRE(got.status == 0);
    CHECK(!got.out.empty());
    std::istringstream lines(got.out);
    for (std::string line; std::getline(lines, line);) {
      CAPTURE(line);
      bool const is_number =
          line.find("\tnumber\t") != std::string::npos || line.find("\tinteger\t") != std::string::npos;
      CHECK((!is_number || line.back() != '\t'));
    }
  }
}

TEST_CASE("docs/answers.md describes every value of every answer, with its type and unit, and no others") {
  struct row {
    std::set<std::string> types, units;
  };
  auto const parts = [](std::string text, std::string const& separator) {
    std::set<std::string> all;
    for (std::size_t at = 0; !text.empty(); text.erase(0, at == std::string::npos ? at : at + separator.size()))
      if (std::string const part = text.substr(0, at = text.find(separator)); !part.empty()) all.insert(part);
    return all;
  };
  std::map<std::string, std::map<std::string, row>> described, found;  // by command and path
  std::ifstream file(std::filesystem::path(MOETRIC_SOURCE_DIR) / "docs" / "answers.md");
  REQUIRE(file);
  std::string line, command;
  while (std::getline(file, line)) {
    if (line.starts_with("## ")) command = line.substr(3);
    if (!line.starts_with("| `")) continue;
    std::size_t const path_end = line.find("` | "), type_end = line.find(" | ", path_end + 4);
    REQUIRE(type_end != std::string::npos);
    described[command][line.substr(3, path_end - 3)] = {
        parts(line.substr(path_end + 4, type_end - path_end - 4), " or "),
        parts(line.substr(type_end + 3, line.rfind(" |") - std::min(type_end + 3, line.rfind(" |"))), "; ")};
  }
  for (auto const& each : lines_of("commands.txt")) {
    auto const got = run(each[1] + " --schema");
    CAPTURE(each[1]);
    CHECK(got.status == 0);
    CHECK_FALSE(got.out.empty());
    std::istringstream rows(got.out);
    for (std::string text; std::getline(rows, text);) {
      std::size_t const type = text.find('\t'), unit = text.find('\t', type + 1);
      row& seen = found[each[1].substr(0, each[1].find(' '))][text.substr(0, type)];
      seen.types.insert(text.substr(type + 1, unit - type - 1));
      if (unit + 1 != text.size()) seen.units.insert(text.substr(unit + 1));
    }
  }
  for (auto const& [name, paths] : found)
    for (auto const& [path, seen] : paths) {
      CAPTURE(name, path);
      REQUIRE(described[name].contains(path));
      CHECK(described[name][path].types == seen.types);
      CHECK(described[name][path].units == seen.units);
    }
  for (auto const& [name, paths] : described)
    for (auto const& [path, types] : paths) {
      CAPTURE(name, path);
      CHECK(found[name].contains(path));
    }
}

TEST_CASE("an answer that cannot be written is an error, of every command") {
  for (auto const& command : lines_of("commands.txt")) {
    CAPTURE(command[1]);
    for (std::string const target : {">/dev/full", ">&-"}) {
      auto const got = run(command[1] + " --json", target);
      CHECK(got.status == 74);
      CHECK(got.error == "moetric: the answer could not be written to the standard output\n");
    }
  }
}
