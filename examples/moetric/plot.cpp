#include "plot.hpp"

#include <iostream>

#include "moetric/io/picture_file.hpp"
#include "moetric/report/text.hpp"

namespace tool {

using namespace moetric;

void require_plot_name(std::string const& file) {
  if (io::plot_target_of(file) != report::plot_target::terminal) io::require_savable(file);
}

void draw(report::picture const& what, std::string const& file) {
  if (file != "-") return io::draw(what, file);
  std::cout << io::drawn(what, report::plot_target::terminal);
  for (std::string const& each : what.notes)
    for (std::string const& line : report::wrapped(escaped(each), 98)) std::cout << line << '\n';
}

std::optional<std::string> svg_of(report::picture const& what) {
  return io::print_of_gnuplot(report::to_gnuplot(what, report::plot_target::svg));
}

}  // namespace tool
