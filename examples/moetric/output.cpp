#include "output.hpp"

#include <iostream>

#include "moetric/core/text.hpp"
#include "moetric/report/json.hpp"
#include "moetric/report/plot/picture.hpp"
#include "moetric/report/schema.hpp"
#include "moetric/report/text.hpp"
#include "plot.hpp"

namespace tool {
void output_options::declare(command& to) {
  to.add_flag("--verbose", all, "Print all of the answer, not its first screen");
  to.add_flag("--json", as_json, "Print JSON").excludes("--schema");
  to.add_flag("--schema", schema, "Print the keys of this JSON with their types and units");
}

void output_options::declare(command& to, std::string const& shows) {
  declare(to);
  to.add(
      "--plot",
      [this](std::string const& file) {
        require_plot_name(file);
        plot = file;
      },
      "Also draw " + shows + ": FILE.svg, .png, .pdf, FILE.gp (script), or - for the terminal");
}

void output_options::require_no_plot(std::string const& rule) const {
  if (!plot.empty()) moetric::io::refuse("--plot must be given " + rule);
}

namespace {

void print_text(moetric::report::answer const& answer, output_options const& options) {
  if (options.schema) {
    for (moetric::report::schema_row const& row : schema_of(answer.values))
      std::cout << row.path << '\t' << row.type << '\t' << row.unit << '\n';
    return;
  }
  std::cout << (options.as_json ? to_json(answer.values) + "\n"
                                : moetric::escaped_lines(to_text(answer, {.all = options.all})));
}

}  // namespace

void print(moetric::report::answer const& answer, output_options const& options) {
  options.require_no_plot("for an answer that has a picture, which this one lacks");
  print_text(answer, options);
}

void print(moetric::report::answer const& answer, output_options const& options, picture_of_values drawn) {
  if (options.plot.empty() || options.schema) return print_text(answer, options);
  if (options.plot != "-") print_text(answer, options);
  draw(drawn(answer.values), options.plot);
}

void print_rows(std::string const& csv, moetric::report::answer const& answer, output_options const& options) {
  if (options.as_json || options.schema) return print(answer, options);
  std::cout << csv;
  std::cerr << moetric::escaped_lines(to_text(answer, {.all = options.all}));
}

void print_file(std::string const& file, std::vector<std::string> const& notes) {
  std::cout << file;
  for (std::string const& note : notes) std::cerr << "note: " << moetric::escaped(note) << '\n';
}

}  // namespace tool
