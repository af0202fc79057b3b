#include <CLI/CLI.hpp>

#include <algorithm>
#include <deque>

#include "arguments.hpp"

namespace tool {
namespace {

// CLI11's sentences name the option first, in several ways.
std::string in_own_words(CLI::ParseError const& error) {
  std::string const theirs = error.what(), subject = theirs.substr(0, theirs.find_first_of(": "));
  auto const says = [&](char const* words) { return theirs.find(words) != std::string::npos; };
  if (says("flag override")) return "--" + subject + " must have no value";
  if (error.get_name() == "ArgumentMismatch")
    return subject + (says("missing") ? " must have a value (see --help)" : " must be given once (see --help)");
  return theirs + " (see --help)";
}

}  // namespace

std::vector<std::string> command::parse(std::vector<std::string> const& arguments) {
  CLI::App parser;
  parser.set_help_flag();  // the help is that of the table
  parser.allow_extras();   // CLI11's own sentence turns their order round
  std::deque<std::string> single(options.size());
  std::vector<CLI::Option const*> declared;
  for (option& each : options) {
    CLI::Option* made = nullptr;
    if (each.what == takes::nothing)
      made = parser.add_flag(each.name)->disable_flag_override();
    else if (each.what == takes::one_value)
      made = parser.add_option(each.name, single[declared.size()]);
    else
      made = parser.add_option(each.name, each.values);
    if (each.what == takes::a_value_each_time) made->allow_extra_args(false)->take_all();
    if (each.is_positional()) made->required(each.is_required);  // lists before it leave it its value
    declared.push_back(made);
  }
  std::vector<std::string> backwards;
  for (std::string const& each : arguments) {  // CLI11 takes what follows "--save=" for its value
    bool const is_empty = each.size() > 3 && each.starts_with("--") && each.find('=') == each.size() - 1;
    backwards.push_back(is_empty ? each.substr(0, each.size() - 1) : each);
    if (is_empty) backwards.emplace_back();
  }
  std::reverse(backwards.begin(), backwards.end());  // as CLI11 wants them
  try {
    parser.parse(std::move(backwards));
  } catch (CLI::ParseError const& error) {
    throw usage_error("moetric: " + in_own_words(error));
  }
  for (std::size_t i = 0; i != options.size(); ++i) {
    options[i].is_given = declared[i]->count() != 0;
    if (options[i].is_given && options[i].what == takes::nothing) options[i].values = {"yes"};
    if (options[i].is_given && options[i].what == takes::one_value) options[i].values = {single[i]};
  }
  return parser.remaining();
}

}  // namespace tool
