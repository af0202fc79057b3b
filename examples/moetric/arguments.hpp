#pragma once

#include <functional>
#include <memory>
#include <stdexcept>
#include <string>
#include <string_view>
#include <vector>

namespace CLI {
class App;
class Option;
}  // namespace CLI

namespace tool {

// The command line in standard types alone: one source file includes the parser (CLI11), which takes seconds to
// compile.

/// An option or positional argument that was declared.
class declared_option {
 public:
  explicit declared_option(CLI::Option* declared) : declared_(declared) {}
  declared_option* operator->() { return this; }

  declared_option required();
  declared_option capture_default_str();  // shows the current value as the default
  declared_option excludes(declared_option other);
  declared_option check(std::function<void(std::string const& value)> refuses);  // throws for a value that is wrong
  declared_option more(std::string const& text);  // the rest of its help, with --verbose alone
  declared_option one_value_each();               // repeated for each value, instead of one option with a list

 private:
  CLI::Option* declared_;
};

/// The tool or one of its commands: what it accepts, and what it does when chosen.
class arguments {
 public:
  explicit arguments(CLI::App* parser) : parser_(parser) {}
  arguments* operator->() { return this; }

  /// \param question what the command answers, which is how its help begins
  /// \param words what `moetric help WORD` finds it by, beside its name
  arguments add_subcommand(std::string const& name, std::string const& question,
                           std::vector<std::string_view> words = {});
  /// `Value` is one of the types that arguments.cpp instantiates.
  template <class Value>
  declared_option add_option(std::string const& name, Value& value, std::string const& help);
  declared_option add_flag(std::string const& name, bool& value, std::string const& help);
  /// Leaves options out of the help, but for `--help --verbose`. Those that the command lacks are refused.
  void further(std::vector<std::string> const& options);
  /// The end of the help: two commands to try.
  void examples(std::string const& first, std::string const& second);
  void footer(std::string const& text);
  /// Help that names a form of the command lists its options alone: `options_of` gives those of a word, none for
  /// others.
  void help_for(std::vector<std::string_view> (*options_of)(std::string const& word));
  /// Sets the action of the command. An option or argument with an empty value is refused before.
  void callback(std::function<void()> run);

  /// For callbacks: the options that were given, such as --compute.
  std::vector<std::string> given() const;
  bool has(std::string const& option) const;
  /// Refuses given options that have no effect unless `applies`: "moetric: --samples must be given with --interval".
  /// \throws std::invalid_argument naming the first
  void only_if(bool applies, std::vector<std::string> const& options, std::string const& rule) const;
  /// Refuses given options that a form of the command does not use: "moetric: an option of fit rank must be one of
  /// --column, but got --x". Those of the output may always be given.
  /// \throws std::invalid_argument naming the first
  void require_used(std::string const& form, std::vector<std::string_view> used) const;

 private:
  CLI::App* parser_;
};

/// A command that `moetric help WORD` finds.
struct found_command {
  std::string name, question;
  std::vector<std::string> words;
};
/// The commands that have a word, or all of them for an empty one. \throws std::invalid_argument for a word that none
/// has
std::vector<found_command> commands_for(std::string const& word);

/// Arguments that the tool does not accept.
struct usage_error : std::runtime_error {
  using std::runtime_error::runtime_error;
};

/// The parser of the whole command line.
class command_line {
 public:
  command_line(std::string const& description, std::string const& name, std::string const& version);
  ~command_line();

  arguments root();
  /// Runs the chosen command, or prints its help or the version.
  /// \throws usage_error for arguments that are missing or unknown, with the closest known names; what the command
  /// throws
  void run(int argc, char** argv);

 private:
  std::unique_ptr<CLI::App> parser_;
};

}  // namespace tool
