#pragma once

#include <algorithm>
#include <cmath>
#include <cstddef>
#include <cstdio>
#include <string>
#include <string_view>
#include <vector>

#include "moetric/core/positive.hpp"
#include "moetric/core/text.hpp"
#include "moetric/report/plot/picture.hpp"
#include "moetric/report/plot/picture_layout.hpp"

/// Texts, numbers and points of a picture as gnuplot reads them.
namespace moetric::v0::report::detail {

/// A string that gnuplot takes as it is: in single quotes nothing is substituted.
inline std::string gnuplot_text(std::string_view text) {
  std::string quoted = "'";
  for (char const c : text) {
    if (c == '\'') quoted += c;
    quoted += static_cast<unsigned char>(c) < 0x20 || c == 0x7f ? ' ' : c;
  }
  return quoted + "'";
}

inline std::string fixed(double number) {
  char text[32];
  std::snprintf(text, sizeof text, "%.5f", number);
  return text;
}

/// The same in lines.
inline std::string gnuplot_lines(std::vector<std::string> const& lines) {
  std::string text;
  for (std::string const& each : lines) text += (text.empty() ? "" : ".\"\\n\".") + gnuplot_text(each);
  return text;
}

/// The name of a block of data, as in plot $p1s2_fitted.
inline std::string gnuplot_block(std::size_t panel, std::size_t series, char const* kind) {
  return "$p" + std::to_string(panel + 1) + "s" + std::to_string(series + 1) + kind;
}
/// gnuplot takes digits without a point for a 64-bit integer.
inline std::string gnuplot_number(double of) {
  std::string text = std::isfinite(of) ? moetric::detail::shortest(of) : "NaN";
  return text.size() > 9 && text.find_first_of(".eN") == std::string::npos ? text + ".0" : text;
}
inline std::string gnuplot_row(plot_point const& at) {
  return gnuplot_number(at.x) + " " + gnuplot_number(at.y) + " " + gnuplot_number(at.low) + " " +
         gnuplot_number(at.high) + "\n";
}

/// The points as blocks of rows x, y, low, high: all of them; of a line the stretches that are fitted and those that
/// are not, and the points with markers; else those that are fitted and those that are not.
inline std::string gnuplot_data(picture const& of, std::size_t p, std::size_t s) {
  series const& each = of.panels[p].all[s];
  std::string text;
  auto const write = [&](char const* kind, std::string const& points) {
    if (!points.empty()) text += gnuplot_block(p, s, kind) + " << EOD\n" + points + "EOD\n";
  };
  if (each.drawn == mark::vertical || each.drawn == mark::horizontal) {
    axis_scale const other = scale_of(of.panels[p], each.drawn == mark::horizontal);
    std::string ends;
    for (double const end : {other.low, other.high}) {
      plot_point at = each.points.at(0);
      (each.drawn == mark::vertical ? at.y : at.x) = end;
      ends += gnuplot_row(at);
    }
    write("_fitted", ends);
    return text;
  }
  std::string rows[2], markers;
  bool in_stretch[2] = {false, false};
  std::size_t const step = std::max<std::size_t>(1, each.points.size() / 5);
  for (std::size_t i = 0; i != each.points.size(); ++i) {
    plot_point const& at = each.points[i];
    if (each.drawn != mark::line) {
      rows[at.extrapolated ? 1 : 0] += gnuplot_row(at);
      continue;
    }
    if (i % step == s % step) markers += gnuplot_row(at);
    if (i + 1 == each.points.size()) continue;
    plot_point const& next = each.points[i + 1];
    std::size_t const kind = at.extrapolated || next.extrapolated ? 1 : 0;
    if (!in_stretch[kind]) rows[kind] += rows[kind].empty() ? gnuplot_row(at) : "\n" + gnuplot_row(at);
    rows[kind] += gnuplot_row(next);
    in_stretch[kind] = true;
    in_stretch[1 - kind] = false;
  }
  if (each.drawn == mark::line) {
    std::string all;
    for (plot_point const& at : each.points) all += gnuplot_row(at);
    write("_all", all);
    write("_markers", markers);
  }
  write("_fitted", rows[0]);
  write("_extrapolated", rows[1]);
  return text;
}

/// True if a line has a stretch between neighbours that is extrapolated, or one that is not.
inline bool stretches(series const& of, bool extrapolated) {
  for (std::size_t i = 1; i < of.points.size(); ++i)
    if ((of.points[i - 1].extrapolated || of.points[i].extrapolated) == extrapolated) return true;
  return false;
}

}  // namespace moetric::v0::report::detail
