#include "output.hpp"

#include <iostream>

#include "moetric/report/json.hpp"
#include "moetric/report/text.hpp"

namespace tool {

void output_options::declare(arguments command) {
  command.add_flag("--verbose", all, "Print all of the answer, not its first screen");
  command.add_flag("--json", as_json, "Print JSON");
}

void print(moetric::report::answer const& answer, output_options const& options) {
  std::cout << (options.as_json ? to_json(answer.values) + "\n" : to_text(answer, {.all = options.all}));
}

void print_rows(std::string const& csv, moetric::report::answer const& answer, output_options const& options) {
  if (options.as_json) return print(answer, options);
  std::cout << csv;
  std::cerr << to_text(answer, {.all = options.all});
}

}  // namespace tool
