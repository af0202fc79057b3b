#pragma once

#include <optional>
#include <string>
#include <utility>

#include "moetric/core/text.hpp"
#include "moetric/io/gnuplot.hpp"
#include "moetric/io/saved_file.hpp"
#include "moetric/report/plot/gnuplot.hpp"

/// Pictures of answers, drawn by gnuplot.
namespace moetric::v0::io {

/// The kind of picture that the end of a file's name tells; - is the terminal.
/// \throws std::invalid_argument unless the name ends with .svg, .png, .pdf or .gp, or is -
inline report::plot_target plot_target_of(std::string const& file) {
  if (file == "-") return report::plot_target::terminal;
  if (file.ends_with(".svg")) return report::plot_target::svg;
  if (file.ends_with(".png")) return report::plot_target::png;
  if (file.ends_with(".pdf")) return report::plot_target::pdf;
  if (file.ends_with(".gp")) return report::plot_target::script;
  refuse("--plot must name a file that ends with .svg, .png, .pdf or .gp, or be -, but got " + in_quotes(file));
}

/// A picture as the text of a file of that kind. \throws std::invalid_argument if gnuplot is not there or fails, with
/// its first line; write_error
inline std::string drawn(report::picture const& what, report::plot_target target) {
  std::string const script = report::to_gnuplot(what, target);
  if (target == report::plot_target::script) return script;
  if (std::optional<std::string> made = print_of_gnuplot(script)) return *std::move(made);
  refuse(
      "gnuplot must be installed for --plot, but it was not found; on Debian: apt install gnuplot-nox (--plot FILE.gp "
      "needs none: it writes the script)");
}

/// Draws a picture to a file. \throws as `plot_target_of` and `drawn`
inline void draw(report::picture const& what, std::string const& file) {
  std::string const text = drawn(what, plot_target_of(file));
  saved_file(file).replace(text);
}

}  // namespace moetric::v0::io
