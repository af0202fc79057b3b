#pragma once

#include <cstddef>
#include <iterator>

#include "moetric/version.hpp"

/// The one style sheet of all pictures. Sizes are in units of a canvas `canvas_width` wide, which a page shows at 600
/// pixels or prints across a column.
namespace moetric::v0::report::style {

/// The width of every canvas.
inline constexpr double canvas_width = 1200;
inline constexpr double em = 23;            // height of a letter with its line's ascent
inline constexpr double letter = 0.6 * em;  // width of a letter, generously: of numbers and names
inline constexpr double prose = 0.53 * em;  // width of a letter in a sentence
inline constexpr double small = 0.82;       // of notes
inline constexpr double line_width = 3;
inline constexpr double marker_size = 1.5;
inline constexpr char const* grid_colour = "#dddddd";
inline constexpr char const* limit_colour = "#555555";

/// Colours that people with any colour vision tell apart (Okabe and Ito), with wine (Tol) for yellow, which is faint on
/// white.
inline constexpr char const* colours[]{"#0072b2", "#d55e00", "#009e73", "#cc79a7",
                                       "#e69f00", "#56b4e9", "#000000", "#882255"};

/// Markers and fill patterns, so that series are told apart without colour; numbers are gnuplot's.
struct marker {
  int filled, hollow;
};
inline constexpr marker markers[]{{7, 6}, {5, 4}, {9, 8}, {13, 12}, {11, 10}, {15, 14}, {3, 3}, {2, 2}};
inline constexpr int patterns[]{3, 4, 5, 1, 6, 7, 2, 0};
inline constexpr int pattern_of_extrapolated = 4;

/// The colour of the series at a place; after the last one they begin again, as patterns do, with other markers.
inline constexpr char const* colour_of(std::size_t series) {
  return colours[series % std::size(colours)];
}
/// The marker of the series at a place.
inline constexpr marker marker_of(std::size_t series) {
  return markers[(series + series / std::size(colours)) % std::size(markers)];
}
/// The fill pattern of the series at a place.
inline constexpr int pattern_of(std::size_t series) {
  return patterns[series % std::size(patterns)];
}

}  // namespace moetric::v0::report::style
