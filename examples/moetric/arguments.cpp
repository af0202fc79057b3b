#include "arguments.hpp"

#include <CLI/CLI.hpp>
#include <algorithm>
#include <optional>
#include <utility>

#include "moetric/core/name.hpp"

namespace tool {
namespace {

// Commands whose help depends on a form that the command line names.
struct command_forms {
  CLI::App* command;
  std::vector<std::string_view> (*options_of)(std::string const& word);
};
std::vector<command_forms>& forms_of_commands() {
  static std::vector<command_forms> all;
  return all;
}

// Hides the options that a named form does not use, before help is printed.
void narrow_help(std::vector<std::string> const& words) {
  if (std::find(words.begin(), words.end(), "--help") == words.end() || words.size() < 2) return;
  for (command_forms const& each : forms_of_commands()) {
    if (each.command->get_name() != words[0]) continue;
    for (std::string const& word : words) {
      std::vector<std::string_view> const used = each.options_of(word);
      if (used.empty()) continue;
      for (CLI::Option* const option : each.command->get_options()) {
        std::string const name = option->get_name();
        bool const keeps = !name.starts_with("--") || name == "--verbose" || name == "--json" || name == "--schema" ||
                           std::find(used.begin(), used.end(), name) != used.end();
        if (!keeps) option->group("");
      }
      return;
    }
  }
}

// CLI11 reports what is missing before what it did not understand, and suggests nothing: the sentence for an unknown
// command or option with the closest known names, or nothing if only values are left over.
std::string not_understood(CLI::App const& app) {
  CLI::App const* command = &app;
  while (!command->get_subcommands().empty()) command = command->get_subcommands().front();
  bool const wants_command = command == &app;
  std::vector<std::string> names;
  for (CLI::Option const* const each : command->get_options())
    for (std::string const& name : each->get_lnames()) names.push_back("--" + name);
  for (CLI::App const* const each : command->get_subcommands(nullptr)) names.push_back(each->get_name());
  std::string const kinds = wants_command ? "commands and options" : "options of " + command->get_name();
  for (std::string const& each : app.remaining(true)) {
    if (!wants_command && !each.starts_with("--")) continue;
    std::string const wrong = each.substr(0, each.find('='));
    return kinds + " must be those of --help, but got " + moetric::in_quotes(wrong) +
           moetric::did_you_mean(wrong, names);
  }
  return "";
}

// CLI11's sentences name the option first, in several ways.
std::string in_own_words(CLI::ParseError const& error) {
  std::string const theirs = error.what(), name = error.get_name();
  std::string const subject = theirs.substr(0, theirs.find_first_of(": "));
  auto const says = [&](char const* words) { return theirs.find(words) != std::string::npos; };
  if (name == "ConversionError") {
    std::string const given = theirs.substr(theirs.find(": ") + 2), option = given.substr(0, given.find(" = "));
    return option + " must be a number, but got " +
           moetric::in_quotes(given.substr(std::min(given.size(), option.size() + 3)));
  }
  if (says("flag override")) return "--" + subject + " must have no value";
  if (name == "ArgumentMismatch" && says("missing")) return subject + " must have a value (see --help)";
  if (name == "ArgumentMismatch") return subject + " must be given once (see --help)";
  if (name == "ExcludesError") return subject + " must be given without " + theirs.substr(theirs.rfind(' ') + 1);
  if (says("not expected"))
    return "the command must get no more values, but got " + moetric::in_quotes(theirs.substr(theirs.find(": ") + 2));
  return theirs + " (see --help)";
}

}  // namespace

declared_option declared_option::required() {
  declared_->required();
  return *this;
}
declared_option declared_option::capture_default_str() {
  declared_->capture_default_str();
  return *this;
}
declared_option declared_option::excludes(declared_option other) {
  declared_->excludes(other.declared_);
  return *this;
}
declared_option declared_option::one_value_each() {
  declared_->allow_extra_args(false)->take_all();
  return *this;
}

arguments arguments::add_subcommand(std::string const& name, std::string const& description) {
  return arguments(parser_->add_subcommand(name, description));
}
template <class Value>
declared_option arguments::add_option(std::string const& name, Value& value, std::string const& help) {
  return declared_option(parser_->add_option(name, value, help));
}
template declared_option arguments::add_option(std::string const&, std::string&, std::string const&);
template declared_option arguments::add_option(std::string const&, std::vector<std::string>&, std::string const&);
template declared_option arguments::add_option(std::string const&, std::optional<std::string>&, std::string const&);
template declared_option arguments::add_option(std::string const&, std::optional<double>&, std::string const&);
declared_option arguments::add_flag(std::string const& name, bool& value, std::string const& help) {
  return declared_option(parser_->add_flag(name, value, help)->disable_flag_override());
}
void arguments::footer(std::string const& text) {
  parser_->footer(text);
}
void arguments::help_for(std::vector<std::string_view> (*options_of)(std::string const& word)) {
  forms_of_commands().push_back({parser_, options_of});
}
void arguments::callback(std::function<void()> run) {
  parser_->callback([parser = parser_, run = std::move(run)] {
    for (CLI::Option const* const each : std::as_const(*parser).get_options())
      for (std::string const& value : each->results())
        if (value.empty())
          throw std::invalid_argument("moetric: " + each->get_name() + " must have a value, but got ''");
    run();
  });
}
std::vector<std::string> arguments::given() const {
  std::vector<std::string> names;
  for (CLI::Option const* const each : std::as_const(*parser_).get_options())
    if (each->count() != 0 && !each->get_lnames().empty()) names.push_back("--" + each->get_lnames().front());
  return names;
}
bool arguments::has(std::string const& option) const {
  return parser_->get_option(option)->count() != 0;
}
void arguments::only_if(bool applies, std::vector<std::string> const& options, std::string const& rule) const {
  if (applies) return;
  for (std::string const& each : options)
    if (has(each)) throw std::invalid_argument("moetric: " + each + " must be given " + rule);
}

void arguments::require_used(std::string const& form, std::vector<std::string_view> used) const {
  used.insert(used.end(), {"--verbose", "--json", "--schema"});
  for (std::string const& each : given())
    if (std::find(used.begin(), used.end(), each) == used.end())
      moetric::refuse_name("an option of " + form, each, used);
}

command_line::command_line(std::string const& description, std::string const& name, std::string const& version)
    : parser_(std::make_unique<CLI::App>(description, name)) {
  parser_->set_version_flag("--version", version);
  parser_->require_subcommand(1);
}
command_line::~command_line() = default;

arguments command_line::root() {
  return arguments(parser_.get());
}

void command_line::run(int argc, char** argv) {
  // CLI11 takes what follows "--save=" for its value.
  std::vector<std::string> words;
  for (int i = 1; i < argc; ++i) {
    std::string word = argv[i];
    bool const is_empty = word.size() > 3 && word.starts_with("--") && word.find('=') == word.size() - 1;
    if (is_empty) word.pop_back();
    words.push_back(std::move(word));
    if (is_empty) words.emplace_back();
  }
  narrow_help(words);
  std::reverse(words.begin(), words.end());  // as CLI11 wants them
  try {
    parser_->parse(std::move(words));
  } catch (CLI::ParseError const& error) {
    if (error.get_exit_code() == static_cast<int>(CLI::ExitCodes::Success)) {
      parser_->exit(error);
      return;
    }
    std::string sentence = not_understood(*parser_);
    if (sentence.empty()) sentence = in_own_words(error);
    throw usage_error("moetric: " + sentence);
  }
}

}  // namespace tool
