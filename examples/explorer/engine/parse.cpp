#include <algorithm>

#include "arguments.hpp"

// The words of a request from the page, in the place of examples/moetric/parse.cpp: its parser needs a C++ library with
// streams and exceptions.
namespace tool {
namespace {

[[noreturn]] void refuse(std::string const& sentence) {
  throw usage_error("moetric: " + sentence);
}

}  // namespace

std::vector<std::string> command::parse(std::vector<std::string> const& arguments) {
  std::vector<std::string> positional;
  std::size_t const needed = static_cast<std::size_t>(std::count_if(
      options.begin(), options.end(), [](option const& each) { return each.is_positional() && each.is_required; }));
  for (std::size_t i = 0; i != arguments.size(); ++i) {
    std::string const& word = arguments[i];
    if (!word.starts_with("--")) {
      positional.push_back(word);
      continue;
    }
    std::size_t const equals = word.find('=');
    option& chosen =
        *std::find_if(options.begin(), options.end(), [&](auto& each) { return each.name == word.substr(0, equals); });
    if (chosen.what == takes::nothing) {
      if (equals != std::string::npos) refuse(chosen.name + " must have no value");
      chosen.values.assign(1, "yes");
    } else if (chosen.is_given && !chosen.may_be_repeated()) {
      refuse(chosen.name + " must be given once (see --help)");
    } else if (equals != std::string::npos) {
      chosen.values.push_back(word.substr(equals + 1));
    } else {
      if (i + 1 == arguments.size()) refuse(chosen.name + " must have a value (see --help)");
      chosen.values.push_back(arguments[++i]);
      // A list ends before the next option, and leaves what positional arguments need.
      while (chosen.what == takes::values && i + 1 != arguments.size() && !arguments[i + 1].starts_with("--") &&
             positional.size() + (arguments.size() - i - 1) > needed)
        chosen.values.push_back(arguments[++i]);
    }
    chosen.is_given = true;
  }
  std::size_t next = 0;
  for (option& each : options) {
    while (each.is_positional() && next != positional.size() && (each.may_be_repeated() || each.values.empty()))
      each.values.push_back(positional[next++]);
    each.is_given = !each.values.empty();
  }
  return {positional.begin() + static_cast<std::ptrdiff_t>(next), positional.end()};
}

}  // namespace tool
