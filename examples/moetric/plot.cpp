#include "plot.hpp"

#include <iostream>

#include "moetric/io/gnuplot.hpp"
#include "moetric/report/plot/gnuplot.hpp"

namespace tool {

using namespace moetric;

namespace {

report::plot_target target_of(std::string const& file) {
  if (file == "-") return report::plot_target::terminal;
  if (file.ends_with(".svg")) return report::plot_target::svg;
  if (file.ends_with(".png")) return report::plot_target::png;
  if (file.ends_with(".pdf")) return report::plot_target::pdf;
  if (file.ends_with(".gp")) return report::plot_target::script;
  io::refuse("--plot must name a file that ends with .svg, .png, .pdf or .gp, or be -, but got " + in_quotes(file));
}

std::string drawn_by_gnuplot(std::string const& script) {
  if (std::optional<std::string> drawn = io::print_of_gnuplot(script)) return *std::move(drawn);
  io::refuse(
      "gnuplot must be installed for --plot, but it was not found; on Debian: apt install gnuplot-nox (--plot FILE.gp "
      "needs none: it writes the script)");
}

}  // namespace

void require_plot_name(std::string const& file) {
  target_of(file);
}

void draw(report::picture const& what, std::string const& file) {
  report::plot_target const target = target_of(file);
  std::string const script = report::to_gnuplot(what, target);
  if (target == report::plot_target::terminal) {
    std::cout << drawn_by_gnuplot(script);
    for (std::string const& each : what.notes)
      for (std::string const& line : report::detail::wrapped(escaped(each), 98)) std::cout << line << '\n';
    return;
  }
  std::string const text = target == report::plot_target::script ? script : drawn_by_gnuplot(script);
  io::saved_file(file).replace(text);
}

std::optional<std::string> svg_of(report::picture const& what) {
  return io::print_of_gnuplot(report::to_gnuplot(what, report::plot_target::svg));
}

}  // namespace tool
