#include "arguments.hpp"

#include <CLI/CLI.hpp>
#include <algorithm>
#include <optional>
#include <stdexcept>
#include <utility>

#include "moetric/core/name.hpp"
#include "moetric/report/text.hpp"

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

struct named_command {
  CLI::App* command;
  std::vector<std::string> words;
};
std::vector<named_command>& named_commands() {
  static std::vector<named_command> all;
  return all;
}

// Options that help lists only with --verbose.
std::vector<CLI::Option*>& further_options() {
  static std::vector<CLI::Option*> all;
  return all;
}

// What the help of options says more with --verbose.
std::vector<std::pair<CLI::Option*, std::string>>& longer_texts() {
  static std::vector<std::pair<CLI::Option*, std::string>> all;
  return all;
}

bool has(std::vector<std::string> const& words, char const* word) {
  return std::find(words.begin(), words.end(), word) != words.end();
}

// Hides the options that a named form does not use, else those that are seldom needed, before help is printed.
void narrow_help(std::vector<std::string> const& words) {
  if (!has(words, "--help") && !has(words, "-h")) return;
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
  if (has(words, "--verbose")) {
    for (auto const& [option, text] : longer_texts()) option->description(option->get_description() + text);
    return;
  }
  for (CLI::Option* const each : further_options()) each->group("");
  for (named_command const& each : named_commands()) {
    bool const hides = std::any_of(further_options().begin(), further_options().end(), [&](CLI::Option* option) {
      auto const own = each.command->get_options();
      return std::find(own.begin(), own.end(), option) != own.end();
    });
    if (hides)
      each.command->footer(each.command->get_footer() + "\nAll options: moetric " + each.command->get_name() +
                           " --help --verbose");
  }
}

// Help in lines of at most 100 columns, an option's text beside its name.
class narrow_formatter : public CLI::Formatter {
 public:
  std::string make_option(CLI::Option const* option, bool is_positional) const override {
    constexpr std::size_t column = 30, width = 100;
    std::string name = "  " + make_option_name(option, is_positional);
    if (!is_positional && !option->get_type_name().empty()) name += " TEXT";  // no flag
    if (std::string const given = option->get_default_str(); !given.empty()) name += "=" + given;
    std::string const needed = !is_positional && option->get_required() ? " (required)" : "";
    std::vector<std::string> const lines =
        moetric::report::detail::wrapped(make_option_desc(option) + needed, width - column);
    std::string text =
        name + (name.size() + 1 < column ? std::string(column - name.size(), ' ') : "\n" + std::string(column, ' '));
    for (std::size_t i = 0; i != lines.size(); ++i) text += (i == 0 ? "" : std::string(column, ' ')) + lines[i] + "\n";
    return text;
  }
};

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
declared_option declared_option::check(std::function<void(std::string const& value)> refuses) {
  declared_->each(std::move(refuses));
  return *this;
}
declared_option declared_option::more(std::string const& text) {
  longer_texts().emplace_back(declared_, text);
  return *this;
}
declared_option declared_option::one_value_each() {
  declared_->allow_extra_args(false)->take_all();
  return *this;
}

arguments arguments::add_subcommand(std::string const& name, std::string const& question,
                                    std::vector<std::string_view> words) {
  CLI::App* const command = parser_->add_subcommand(name, question);
  named_commands().push_back({command, {words.begin(), words.end()}});
  return arguments(command);
}
void arguments::further(std::vector<std::string> const& options) {
  for (std::string const& each : options) further_options().push_back(parser_->get_option(each));
}
void arguments::examples(std::string const& first, std::string const& second) {
  parser_->footer("Examples:\n  " + first + "\n  " + second);
}
std::vector<found_command> commands_for(std::string const& word) {
  std::vector<found_command> found;
  std::vector<std::string> known;
  for (named_command const& each : named_commands()) {
    std::string const name = each.command->get_name();
    known.push_back(name);
    known.insert(known.end(), each.words.begin(), each.words.end());
    if (word.empty() || name == word || std::find(each.words.begin(), each.words.end(), word) != each.words.end())
      found.push_back({name, each.command->get_description(), each.words});
  }
  if (!found.empty()) return found;
  std::sort(known.begin(), known.end());
  known.erase(std::unique(known.begin(), known.end()), known.end());
  throw std::invalid_argument("moetric: a word of help must be one that `moetric help` lists, but got " +
                              moetric::in_quotes(word) + moetric::did_you_mean(word, known));
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
  parser_->formatter(std::make_shared<narrow_formatter>());
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
