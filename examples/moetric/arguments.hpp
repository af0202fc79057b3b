#pragma once

#include <deque>
#include <functional>
#include <memory>
#include <optional>
#include <stdexcept>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "moetric/io/text_values.hpp"

namespace tool {

/// Arguments that the tool does not accept.
struct usage_error : std::runtime_error {
  using std::runtime_error::runtime_error;
};

/// The words after the name of an option: none, one value, or values up to the next option. Options that take one value
/// may be given once or for each value.
enum class takes { nothing, one_value, a_value_each_time, values };

/// An option such as --compute, or a positional argument such as MODEL, with what was given for it.
struct option {
  std::string name, help;
  takes what = takes::one_value;
  std::function<void(std::string const& text)> read{};  // called for each value, right before the command runs
  std::string default_text{};                           // what it is if it is not given

  std::string longer_help{};  // with --verbose
  bool is_required = false, is_positive = false, is_further = false, shows_its_default = false;
  std::vector<std::string_view> excluded{};
  struct rule {
    bool with;  // one of the others, or without all of them
    std::vector<std::string_view> others;
    std::string_view why;
  };
  std::vector<rule> rules{};

  bool is_given = false;
  std::vector<std::string> values{};

  bool is_positional() const { return !name.starts_with("--"); }
  bool is_of_output() const { return name == "--verbose" || name == "--json" || name == "--schema"; }
  bool may_be_repeated() const { return what != takes::one_value; }

  option& required() { return is_required = true, *this; }
  option& shows_default() { return shows_its_default = true, *this; }
  /// Leaves it out of the help, but for `--help --verbose`.
  option& further() { return is_further = true, *this; }
  /// Adds to its help with --verbose alone.
  option& more(std::string text) { return longer_help = std::move(text), *this; }
  /// Repeated for each value, instead of one option with a list.
  option& one_value_each() { return what = takes::a_value_each_time, *this; }
  /// Refuses 0.
  option& positive() { return is_positive = true, *this; }
  /// Both are bad usage.
  option& excludes(std::string_view other) { return excluded.push_back(other), *this; }
  /// It has no effect otherwise, and is refused: "moetric: --samples must be given with --interval".
  option& with(std::vector<std::string_view> others) { return rules.push_back({true, std::move(others), ""}), *this; }
  option& without(std::string_view other, std::string_view why = "") {
    return rules.push_back({false, {other}, why}), *this;
  }
};

/// A command: what it accepts, and what it does.
class command {
 public:
  std::string name, question;           // what it answers is how its help begins
  std::vector<std::string_view> words;  // by which `moetric help WORD` finds it, beside its name
  std::vector<std::string> examples;    // commands to try
  std::deque<option> options{};
  std::function<void()> run{};
  /// The options that a form of the command uses, for help that names the form; none for other words.
  std::vector<std::string_view> (*options_of_form)(std::string const& word) = nullptr;

  /// Adds an option whose values `read` gets.
  option& add(std::string option_name, std::function<void(std::string const& text)> read, std::string help) {
    return options.emplace_back(option{std::move(option_name), std::move(help), takes::one_value, std::move(read)});
  }
  /// The same, where errors name the option as a field, such as expert_load.
  option& add_field(std::string const& option_name,
                    std::function<void(std::string_view field, std::string const& text)> read, std::string help) {
    return add(
        option_name, [read, field = field_of(option_name)](std::string const& text) { read(field, text); },
        std::move(help));
  }
  /// Adds an option that is read into a value, which lives as long as the command.
  template <class Value>
  option& add(std::string const& option_name, Value& value, std::string help) {
    option& made = add_field(
        option_name, [&value](auto field, auto& text) { moetric::io::read_text(field, text, value); }, std::move(help));
    made.default_text = text_of(value);
    return made;
  }
  option& add(std::string const& option_name, std::vector<std::string>& values, std::string help) {
    option& made = add(
        option_name, [&values](std::string const& text) { values.push_back(text); }, std::move(help));
    made.what = takes::values;
    return made;
  }
  /// A whole number within bounds.
  option& add(std::string const& option_name, std::size_t& value, std::size_t low, std::size_t high, std::string help);
  /// One of several names.
  template <class Value>
  option& add_choice(std::string const& option_name, Value& value, moetric::io::offer<Value> names, std::string help) {
    std::string is;
    for (auto const& [spelled, meant] : names)
      if (meant == value) is = spelled;
    option& made = add_field(
        option_name, [&value, names](auto field, auto& text) { value = moetric::io::choose(field, text, names); },
        std::move(help));
    made.default_text = is;
    return made;
  }
  /// Makes a value the other one.
  option& add_flag(std::string const& option_name, bool& value, std::string help);
  /// A fraction between 0 and 1.
  template <class Value>
  option& add_share(std::string const& option_name, Value& value, std::string help) {
    return add_field(
        option_name, [&value](auto field, auto& text) { value = moetric::io::share(field, text); }, std::move(help));
  }
  /// A number, or low..high.
  option& add_one_or_range(std::string const& option_name, std::optional<double>& one,
                           std::optional<std::pair<double, double>>& range, std::string help) {
    return add_field(
        option_name, [&](auto field, auto& text) { moetric::io::read_one_or_range(field, text, one, range); },
        std::move(help));
  }

  /// The values that the command's options are read into; they live as long as the command.
  template <class State>
  State& state() {
    auto const made = std::make_shared<State>();
    state_ = made;
    return *made;
  }

  bool has(std::string_view option_name) const { return find(option_name).is_given; }
  /// The options that were given, such as --compute, but for those of the output's form.
  std::vector<std::string> given() const;
  /// Refuses given options that have no effect unless `applies`, as in "must be given without a calendar".
  /// \throws std::invalid_argument naming the first
  void only_if(bool applies, std::vector<std::string_view> const& names, std::string const& rule) const;
  /// Refuses given options that a form of the command does not use: "moetric: an option of fit rank must be one of
  /// --column, but got --x". Those of the output may always be given.
  /// \throws std::invalid_argument naming the first
  void require_used(std::string const& form, std::vector<std::string_view> const& used) const;

  /// Assigns words to options, and runs. \throws usage_error, std::invalid_argument, or what the command throws
  void parse_and_run(std::vector<std::string> const& arguments);
  /// Its help, for the words beside --help.
  std::string help(std::vector<std::string> const& beside) const;

 private:
  /// Assigns words to options, as they are: `is_given` and `values`. In a file of its own, the one that includes the
  /// parser (CLI11).
  /// \returns the words that no option takes, in their order
  std::vector<std::string> parse(std::vector<std::string> const& arguments);
  option const& find(std::string_view option_name) const;
  static std::string field_of(std::string_view option_name);
  static std::string text_of(std::string const& value) { return value; }
  static std::string text_of(moetric::count value) { return to_string(value); }
  static std::string text_of(moetric::ratio value) { return to_string(value); }
  template <class Value>
  static std::string text_of(Value const&) {
    return "";
  }

  std::shared_ptr<void> state_{};
};

/// The command line of the tool.
struct command_line {
  std::string description, version;
  std::vector<std::string> examples;
  std::deque<command> commands{};

  /// Adds a command.
  command& add(std::string name, std::string question, std::vector<std::string_view> words,
               std::vector<std::string> examples_of_it);
  /// The commands that have a word, or all of them for an empty one.
  /// \throws std::invalid_argument for a word that none has
  std::vector<command const*> commands_for(std::string const& word) const;
  /// Runs the command that the words choose.
  /// \returns what is to be printed in the place of an answer: help, or the version
  /// \throws usage_error for arguments that are missing or unknown, with the closest known names; what the command
  /// throws
  std::string run(std::vector<std::string> const& words);
};

}  // namespace tool
