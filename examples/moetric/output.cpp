#include "output.hpp"

#include <iostream>

#include "moetric/report/json.hpp"
#include "moetric/report/schema.hpp"
#include "moetric/report/text.hpp"

namespace tool {

void output_options::declare(arguments command) {
  command.add_flag("--verbose", all, "Print all of the answer, not its first screen");
  declared_option const json = command.add_flag("--json", as_json, "Print JSON");
  command.add_flag("--schema", schema, "Print the keys of this JSON with their types and units").excludes(json);
}

void print(moetric::report::answer const& answer, output_options const& options) {
  if (options.schema) {
    for (moetric::report::schema_row const& row : schema_of(answer.values))
      std::cout << row.path << '\t' << row.type << '\t' << row.unit << '\n';
    return;
  }
  std::cout << (options.as_json ? to_json(answer.values) + "\n" : to_text(answer, {.all = options.all}));
}

void print_rows(std::string const& csv, moetric::report::answer const& answer, output_options const& options) {
  if (options.as_json || options.schema) return print(answer, options);
  std::cout << csv;
  std::cerr << to_text(answer, {.all = options.all});
}

void print_file(std::string const& file, std::vector<std::string> const& notes) {
  std::cout << file;
  for (std::string const& note : notes) std::cerr << "note: " << note << '\n';
}

}  // namespace tool
