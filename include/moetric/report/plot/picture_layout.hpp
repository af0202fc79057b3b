#pragma once

#include <algorithm>
#include <cmath>
#include <string>
#include <string_view>
#include <vector>

#include "moetric/core/text.hpp"
#include "moetric/report/plot/picture.hpp"
#include "moetric/report/plot/style.hpp"
#include "moetric/report/plot/ticks.hpp"
#include "moetric/report/text.hpp"

/// Where the parts of a picture lie on its canvas.
namespace moetric::v0::report::detail {

/// Where a panel lies on the canvas, from its top.
struct placed_panel {
  double top = 0, bottom = 0;  // of its frame
};

/// The letters of a picture as lines, and the room of each part.
struct picture_layout {
  double height = 0, left = 0, right = 0;  // of the canvas; ends of the frames
  std::vector<std::string> title, notes;
  double notes_top = 0;
  std::vector<placed_panel> panels;
};

inline bool has_legend(panel const& of) {
  std::size_t named = 0;
  for (series const& each : of.all)
    if (!each.name.empty()) ++named;
  return named > 1;
}
/// True if an earlier panel has the same names in its legend.
inline bool repeats_legend(picture const& of, std::size_t place) {
  for (std::size_t i = 0; i != place; ++i) {
    bool const same = std::equal(
        of.panels[i].all.begin(), of.panels[i].all.end(), of.panels[place].all.begin(), of.panels[place].all.end(),
        [](series const& a, series const& b) { return a.name == b.name && a.drawn == b.drawn; });
    if (same && has_legend(of.panels[i])) return true;
  }
  return false;
}
inline bool shows_legend(picture const& of, std::size_t place) {
  return has_legend(of.panels[place]) && !repeats_legend(of, place);
}

/// Entries of a legend, with those that explain what is extrapolated.
inline std::vector<mark> marks_extrapolated(panel const& of) {
  std::vector<mark> all;
  for (mark const drawn : {mark::line, mark::points, mark::bars})
    for (series const& each : of.all)
      if (each.drawn == drawn && (all.empty() || all.back() != drawn) &&
          std::any_of(each.points.begin(), each.points.end(), [](plot_point const& at) { return at.extrapolated; }))
        all.push_back(drawn);
  return all;
}

inline double width_of(std::string_view text) {
  return static_cast<double>(columns_of(text)) * style::letter;
}

/// Of a panel's frame, before its legend is known.
inline double height_of(panel const& of, bool is_only) {
  if (of.y.names.empty()) return (is_only ? 22 : 13) * style::em;
  double bars = 0;
  for (series const& one : of.all) bars += one.drawn == mark::bars ? 1 : 0;
  return (static_cast<double>(of.y.names.size()) * std::fmax(1.45, bars) + 0.5) * style::em;
}

/// The label of y in lines that its frame is high enough for.
inline std::vector<std::string> label_lines(panel const& of) {
  return wrapped(text_of(of.y, scale_of(of, false)), static_cast<std::size_t>(height_of(of, false) / style::prose));
}

inline picture_layout layout_of(picture const& of) {
  using namespace style;
  picture_layout made;
  auto const letters = [](double size) { return static_cast<std::size_t>((canvas_width - 2 * em) / (prose * size)); };
  made.title = wrapped(of.title, letters(1.1));
  for (std::string const& each : of.notes)
    for (std::string const& line : wrapped(each, letters(small))) made.notes.push_back(line);
  double widest_left = 0, widest_right = 0;
  for (std::size_t i = 0; i != of.panels.size(); ++i) {
    panel const& each = of.panels[i];
    double names = 0;
    for (std::string const& name : each.y.names) names = std::fmax(names, width_of(name));
    for (tick const& at : scale_of(each, false).ticks) names = std::fmax(names, width_of(at.text));
    double const lines = static_cast<double>(label_lines(each).size());
    widest_left = std::fmax(widest_left, names + (each.y.label.empty() ? 1 : 1.4 + 1.3 * lines) * em);
    for (series const& one : each.all)
      if (one.drawn == mark::line)
        for (plot_point const& at : one.points) widest_right = std::fmax(widest_right, width_of(at.label) + 0.6 * em);
    if (!shows_legend(of, i)) continue;
    double legend = marks_extrapolated(each).empty() ? 0 : width_of("extrapolated");
    for (series const& one : each.all) legend = std::fmax(legend, width_of(one.name));
    widest_right = std::fmax(widest_right, legend + 4 * em);
  }
  made.left = std::fmin(widest_left + 0.5 * em, 0.45 * canvas_width);
  made.right = canvas_width - std::fmin(std::fmax(widest_right, 2 * em), 0.4 * canvas_width);
  double down = 0.6 * em + 1.4 * em * static_cast<double>(made.title.size()) + 0.4 * em;
  for (std::size_t i = 0; i != of.panels.size(); ++i) {
    panel const& each = of.panels[i];
    double height = height_of(each, of.panels.size() == 1);
    if (shows_legend(of, i))
      height = std::fmax(height, 1.35 * em * static_cast<double>(each.all.size() + marks_extrapolated(each).size()));
    placed_panel place;
    place.top = down + (each.title.empty() ? 0.3 : 1.6) * em;
    place.bottom = place.top + height;
    down = place.bottom + 4.6 * em;
    made.panels.push_back(place);
  }
  made.notes_top = down;
  made.height = down + 1.3 * em * small * static_cast<double>(made.notes.size()) + 0.6 * em;
  return made;
}

}  // namespace moetric::v0::report::detail
