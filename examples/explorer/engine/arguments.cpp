#include "arguments.hpp"

#include <algorithm>
#include <deque>
#include <optional>
#include <utility>

#include "moetric/core/name.hpp"

// The tool's arguments without a command line, in the place of examples/moetric/arguments.cpp: a request holds words as
// the tool gets them. The parser is this file's own, under the names that the tool's headers declare.

namespace CLI {

class Option {
 public:
  std::string name;
  std::function<void(std::vector<std::string> const&)> set = {};
  bool is_flag = false, is_list = false, is_required = false;
  std::vector<Option*> excluded = {};
  std::vector<std::string> values = {};
  bool is_given = false;
};

class App {
 public:
  std::string name;
  std::deque<Option> options = {};
  std::deque<App> commands = {};
  std::function<void()> run = {};

  Option& add(Option made) { return options.emplace_back(std::move(made)); }
  Option* find(std::string_view wanted) {
    auto const found = std::ranges::find(options, wanted, &Option::name);
    return found == options.end() ? nullptr : &*found;
  }
};

}  // namespace CLI

namespace tool {
namespace {

[[noreturn]] void refuse(std::string const& sentence) {
  throw usage_error("moetric: " + sentence);
}

void read(std::vector<std::string> const& from, std::string&, std::string& to) {
  to = from[0];
}
void read(std::vector<std::string> const& from, std::string&, std::vector<std::string>& to) {
  to = from;
}
void read(std::vector<std::string> const& from, std::string&, std::optional<std::string>& to) {
  to = from[0];
}
void read(std::vector<std::string> const& from, std::string& name, std::optional<double>& to) {
  char const* const first = from[0].c_str();
  char* end = nullptr;
  to = std::strtod(first, &end);
  if (end == first || *end != '\0') refuse(name + " must be a number, but got " + moetric::in_quotes(from[0]));
}

// Assigns the words after a command's name to its options and positional arguments.
void assign(CLI::App& to, std::vector<std::string> const& words) {
  std::vector<std::string> positional;
  for (std::size_t i = 0; i != words.size(); ++i) {
    if (!words[i].starts_with("--")) {
      positional.push_back(words[i]);
      continue;
    }
    CLI::Option* const option = to.find(words[i]);
    if (option == nullptr) {
      std::vector<std::string> names;
      for (CLI::Option const& each : to.options) names.push_back(each.name);
      refuse("options of " + to.name + " must be those of --help, but got " + moetric::in_quotes(words[i]) +
             moetric::did_you_mean(words[i], names));
    }
    if (!option->is_flag && i + 1 == words.size()) refuse(option->name + " must have a value");
    if (option->is_given && !option->is_list) refuse(option->name + " must be given once");
    option->is_given = true;
    if (!option->is_flag) option->values.push_back(words[++i]);
  }
  std::size_t next = 0;
  for (CLI::Option& each : to.options) {
    if (each.name.starts_with("--")) continue;
    while (next != positional.size() && (each.is_list || each.values.empty()))
      each.values.push_back(positional[next++]);
    each.is_given = !each.values.empty();
  }
  if (next != positional.size())
    refuse("the command must get no more values, but got " + moetric::in_quotes(positional[next]));
}

}  // namespace

declared_option declared_option::required() {
  declared_->is_required = true;
  return *this;
}
declared_option declared_option::capture_default_str() {
  return *this;
}
declared_option declared_option::excludes(declared_option other) {
  declared_->excluded.push_back(other.declared_);
  return *this;
}
declared_option declared_option::more(std::string const&) {
  return *this;
}
declared_option declared_option::one_value_each() {
  return *this;
}

arguments arguments::add_subcommand(std::string const& name, std::string const&, std::vector<std::string_view>) {
  return arguments(&parser_->commands.emplace_back(CLI::App{.name = name}));
}
template <class Value>
declared_option arguments::add_option(std::string const& name, Value& value, std::string const&) {
  CLI::Option& made = parser_->add({.name = name});
  made.is_list = std::is_same_v<Value, std::vector<std::string>>;
  made.set = [&value, &made](std::vector<std::string> const& from) { read(from, made.name, value); };
  return declared_option(&made);
}
template declared_option arguments::add_option(std::string const&, std::string&, std::string const&);
template declared_option arguments::add_option(std::string const&, std::vector<std::string>&, std::string const&);
template declared_option arguments::add_option(std::string const&, std::optional<std::string>&, std::string const&);
template declared_option arguments::add_option(std::string const&, std::optional<double>&, std::string const&);
declared_option arguments::add_flag(std::string const& name, bool& value, std::string const&) {
  CLI::Option& made = parser_->add({.name = name, .is_flag = true});
  made.set = [&value](std::vector<std::string> const&) { value = true; };
  return declared_option(&made);
}
void arguments::further(std::vector<std::string> const&) {}
void arguments::examples(std::string const&, std::string const&) {}
void arguments::footer(std::string const&) {}
void arguments::help_for(std::vector<std::string_view> (*)(std::string const&)) {}
void arguments::callback(std::function<void()> run) {
  parser_->run = std::move(run);
}
std::vector<std::string> arguments::given() const {
  std::vector<std::string> names;
  for (CLI::Option const& each : parser_->options)
    if (each.is_given && each.name.starts_with("--")) names.push_back(each.name);
  return names;
}
bool arguments::has(std::string const& option) const {
  CLI::Option const* const found = parser_->find(option);
  return found != nullptr && found->is_given;
}
void arguments::only_if(bool applies, std::vector<std::string> const& options, std::string const& rule) const {
  if (applies) return;
  for (std::string const& each : options)
    if (has(each)) throw std::invalid_argument("moetric: " + each + " must be given " + rule);
}
void arguments::require_used(std::string const& form, std::vector<std::string_view> used) const {
  for (std::string const& each : given())
    if (std::find(used.begin(), used.end(), each) == used.end())
      moetric::refuse_name("an option of " + form, each, used);
}

command_line::command_line(std::string const&, std::string const& name, std::string const&)
    : parser_(std::make_unique<CLI::App>(CLI::App{.name = name})) {}
command_line::~command_line() = default;
arguments command_line::root() {
  return arguments(parser_.get());
}
void command_line::run(int argc, char** argv) {
  std::vector<std::string> const words(argv, argv + argc);
  auto const command = std::ranges::find(parser_->commands, words.empty() ? "" : words[0], &CLI::App::name);
  if (command == parser_->commands.end()) refuse("a request must name a command");
  assign(*command, {words.begin() + 1, words.end()});
  for (CLI::Option& each : command->options) {
    if (each.is_required && !each.is_given) refuse(each.name + " must be given");
    for (CLI::Option const* const other : each.excluded)
      if (each.is_given && other->is_given) refuse(each.name + " must be given without " + other->name);
    for (std::string const& value : each.values)
      if (value.empty()) throw std::invalid_argument("moetric: " + each.name + " must have a value, but got ''");
    if (each.is_given) each.set(each.values);
  }
  command->run();
}

}  // namespace tool
