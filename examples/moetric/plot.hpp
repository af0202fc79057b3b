#pragma once

#include <optional>
#include <string>

#include "moetric/report/plot/picture.hpp"

namespace tool {

/// \throws std::invalid_argument unless the name ends with .svg, .png, .pdf or .gp, or is -
void require_plot_name(std::string const& file);

/// Draws a picture to a file, or with - on the terminal.
/// \throws std::invalid_argument if gnuplot is not there or fails, with its first line; io::write_error
void draw(moetric::report::picture const& what, std::string const& file);

/// A picture as SVG; nothing if gnuplot is not there. \throws as `draw`
std::optional<std::string> svg_of(moetric::report::picture const& what);

}  // namespace tool
