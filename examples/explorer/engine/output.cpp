#include "output.hpp"

#include "engine.hpp"
#include "moetric/report/text.hpp"
#include "plot.hpp"

// The tool's output as values for the page, in the place of examples/moetric/output.cpp.

namespace engine {

printed& now_printed() {
  static printed one;
  return one;
}

}  // namespace engine

namespace tool {
namespace {

using namespace moetric;

// A block with its templates filled in.
report::value shown(report::value const& values, report::block const& part) {
  report::value rows = report::value::list(), header = report::value::list();
  for (std::string const& cell : part.header) header.append(cell);
  for (report::text_row const& each : part.rows) {
    report::value row = report::value::list();
    for (std::string const& cell : each) row.append(report::detail::filled(values, cell));
    rows.append(std::move(row));
  }
  return report::object({{"title", report::detail::filled(values, part.title)},
                         {"header", std::move(header)},
                         {"rows", std::move(rows)},
                         {"first", part.shown == report::screen::first}});
}

}  // namespace

// The page gets all that there is, and draws it.
void output_options::declare(command&) {}
void output_options::declare(command&, std::string const&) {}
void output_options::require_no_plot(std::string const&) const {}

void print(report::answer const& answer, output_options const&) {
  engine::printed& to = engine::now_printed();
  to.answer = answer.values;
  for (report::block const& each : answer.blocks) to.screen.append(shown(answer.values, each));
}

void print(report::answer const& answer, output_options const& options, picture_of_values) {
  print(answer, options);
}

void print_rows(std::string const& csv, report::answer const& answer, output_options const& options) {
  engine::now_printed().file = csv;
  print(answer, options);
}

void print_file(std::string const& file, std::vector<std::string> const& notes) {
  engine::now_printed().file = file;
  engine::now_printed().notes = notes;
}

std::optional<std::string> svg_of(report::picture const&) {
  return std::nullopt;
}

}  // namespace tool
