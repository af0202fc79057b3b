#include "arguments.hpp"

#include <algorithm>

#include "moetric/report/text.hpp"

namespace tool {
namespace {

using namespace moetric;

bool contains(auto const& all, auto const& one) {
  return std::find(all.begin(), all.end(), one) != all.end();
}

[[noreturn]] void refuse_usage(std::string const& sentence) {
  throw usage_error("moetric: " + sentence);
}

void refuse_unknown(std::string const& kinds, std::string const& word, std::vector<std::string> const& known) {
  std::string const wrong = word.substr(0, word.find('='));
  refuse_usage(kinds + " must be those of --help, but got " + in_quotes(wrong) + did_you_mean(wrong, known));
}

/// A line of help: a name, and beside it a text in lines of at most `width` columns.
std::string help_line(std::string name, std::string const& text, std::size_t width = 70) {
  constexpr std::size_t column = 30;
  std::string const margin(column, ' ');
  name = "  " + name;
  std::string all = name + (name.size() + 1 < column ? margin.substr(name.size()) : "\n" + margin), before;
  for (std::string const& line : report::wrapped(text, width)) {
    all += before + line + "\n";
    before = margin;
  }
  return all;
}

constexpr char help_help[] = "Print this help message and exit";

std::string with_examples(std::string help, std::vector<std::string> const& examples) {
  help += "\nExamples:\n";
  for (std::string const& each : examples) help += "  " + each + "\n";
  return help;
}

}  // namespace

option& command::add(std::string const& option_name, std::size_t& value, std::size_t low, std::size_t high,
                     std::string help) {
  option& made = add_field(
      option_name, [&value, low, high](auto field, auto& text) { value = io::whole_within(field, text, low, high); },
      std::move(help));
  made.default_text = std::to_string(value);
  return made;
}

option& command::add_flag(std::string const& option_name, bool& value, std::string help) {
  option& made = add(
      option_name, [&value, is = !value](std::string const&) { value = is; }, std::move(help));
  made.what = takes::nothing;
  return made;
}

option const& command::find(std::string_view option_name) const {
  auto const found = std::find_if(options.begin(), options.end(), [&](auto& each) { return each.name == option_name; });
  if (found == options.end()) throw std::logic_error(name + " has no option " + std::string(option_name));
  return *found;
}

std::string command::field_of(std::string_view option_name) {
  std::string field(option_name.substr(option_name.find_first_not_of('-')));
  std::replace(field.begin(), field.end(), '-', '_');
  return field;
}

std::vector<std::string> command::given() const {
  std::vector<std::string> names;
  for (option const& each : options)
    if (each.is_given && !each.is_positional() && !each.is_of_output()) names.push_back(each.name);
  return names;
}

void command::only_if(bool applies, std::vector<std::string_view> const& names, std::string const& rule) const {
  for (std::string_view const each : names)
    if (!applies && has(each)) io::refuse(std::string(each) + " must be given " + rule);
}

void command::require_used(std::string const& form, std::vector<std::string_view> const& used) const {
  for (std::string const& each : given())
    if (!contains(used, each)) refuse_name("an option of " + form, each, used);
}

void command::parse_and_run(std::vector<std::string> const& arguments) {
  std::vector<std::string> names;
  for (option const& each : options) names.push_back(each.name);
  for (std::string const& word : arguments)
    if (word.starts_with("--") && !contains(names, word.substr(0, word.find('='))))
      refuse_unknown("options of " + name, word, names);

  std::string extra;
  for (std::string const& word : parse(arguments)) extra += (extra.empty() ? "" : " ") + word;
  if (!extra.empty()) refuse_usage("the command must get no more values, but got " + in_quotes(extra));
  for (option const& each : options) {
    if (each.is_required && !each.is_given) refuse_usage(each.name + " is required (see --help)");
    for (std::string_view const other : each.excluded)
      if (each.is_given && has(other)) refuse_usage(each.name + " must be given without " + std::string(other));
  }
  for (option const& each : options)
    if (contains(each.values, "")) io::refuse(each.name + " must have a value, but got ''");
  for (option const& each : options)
    for (option::rule const& one : each.is_given ? each.rules : std::vector<option::rule>()) {
      bool const any =
          std::any_of(one.others.begin(), one.others.end(), [&](std::string_view other) { return has(other); });
      if (any != one.with)
        io::refuse(each.name + " must be given " + (one.with ? "with " : "without ") + listed(one.others, "or") +
                   std::string(one.why));
    }
  for (option const& each : options)
    for (std::string const& value : each.values) {
      if (each.is_positive &&
          value.substr(0, value.find_first_of("eE")).find_first_of("123456789") == std::string::npos)
        io::refuse_text(field_of(each.name), "positive", value);
      each.read(value);
    }
  run();
}

std::string command::help(std::vector<std::string> const& beside) const {
  std::vector<std::string_view> form;
  for (std::string const& word : beside)
    if (options_of_form != nullptr && form.empty()) form = options_of_form(word);
  bool const whole = contains(beside, "--verbose");
  std::string usage = "Usage: moetric " + name + " [OPTIONS]", positional,
              listed_options = help_line("-h,--help", help_help);
  bool hides = false;
  for (option const& each : options) {
    std::string const text = each.help + (whole && form.empty() ? each.longer_help : "");
    if (each.is_positional()) {
      std::string const shown = each.name + (each.may_be_repeated() ? "..." : "");
      usage += each.is_required ? " " + shown : " [" + shown + "]";
      positional += help_line(each.name, text);
      continue;
    }
    bool const is_hidden =
        !form.empty() ? !each.is_of_output() && !contains(form, each.name) : !whole && each.is_further;
    hides = hides || (form.empty() && is_hidden);
    if (is_hidden) continue;
    std::string const is = each.shows_its_default && !each.default_text.empty() ? "=" + each.default_text : "";
    listed_options += help_line(each.name + (each.what == takes::nothing ? "" : " TEXT") + is,
                                text + (each.is_required ? " (required)" : ""));
  }
  if (!positional.empty()) positional = "\nPositionals:\n" + positional;
  return with_examples(question + "\n" + usage + "\n" + positional + "\nOptions:\n" + listed_options, examples) +
         (hides ? "All options: moetric " + name + " --help --verbose\n" : "");
}

command& command_line::add(std::string name, std::string question, std::vector<std::string_view> words,
                           std::vector<std::string> examples_of_it) {
  command& made = commands.emplace_back();
  made.name = std::move(name), made.question = std::move(question);
  made.words = std::move(words), made.examples = std::move(examples_of_it);
  return made;
}

std::vector<command const*> command_line::commands_for(std::string const& word) const {
  std::vector<command const*> found;
  std::vector<std::string> known;
  for (command const& each : commands) {
    known.push_back(each.name);
    known.insert(known.end(), each.words.begin(), each.words.end());
    if (word.empty() || word == each.name || contains(each.words, word)) found.push_back(&each);
  }
  if (!found.empty()) return found;
  std::sort(known.begin(), known.end());
  known.erase(std::unique(known.begin(), known.end()), known.end());
  io::refuse("a word of help must be one that `moetric help` lists, but got " + in_quotes(word) +
             did_you_mean(word, known));
}

std::string command_line::run(std::vector<std::string> const& words) {
  auto const wants_help = [&] { return contains(words, "--help") || contains(words, "-h"); };
  std::string const name = words.empty() ? "" : words[0];
  for (command& each : commands) {
    if (each.name != name) continue;
    if (wants_help()) return each.help(words);
    each.parse_and_run({words.begin() + 1, words.end()});
    return "";
  }
  if (name == "--version") return version + "\n";
  if (wants_help()) {
    std::string all = description + "\nUsage: moetric [OPTIONS] SUBCOMMAND\n\nOptions:\n" +
                      help_line("-h,--help", help_help) +
                      help_line("--version", "Display program version information and exit") + "\nSubcommands:\n";
    for (command const& each : commands) all += help_line(each.name, each.question, 80);
    return with_examples(all, examples);
  }
  if (name.empty()) refuse_usage("A subcommand is required (see --help)");
  std::vector<std::string> known{"--help", "--version"};
  for (command const& each : commands) known.push_back(each.name);
  refuse_unknown("commands and options", name, known);
  return "";
}

}  // namespace tool
