#pragma once

#include <algorithm>
#include <cmath>
#include <cstddef>
#include <vector>

#include "moetric/report/plot/picture.hpp"
#include "moetric/report/plot/picture_layout.hpp"
#include "moetric/report/plot/style.hpp"
#include "moetric/report/plot/ticks.hpp"

/// Where bars stand and labels find room, in the coordinates of a panel.
namespace moetric::v0::report::detail {

/// The place of bars among those of a panel that stand side by side, and their number n.
inline std::size_t place_of(panel const& in, series const& of, std::size_t& n) {
  std::size_t place = 0;
  n = 0;
  for (series const& each : in.all) {
    if (&each == &of) place = n;
    n += each.drawn == mark::bars ? 1 : 0;
  }
  return place;
}
/// Of bars side by side, from the middle of their category.
inline double bar_offset(panel const& in, series const& of) {
  if (of.drawn != mark::bars) return 0;
  std::size_t n = 0;
  std::size_t const place = place_of(in, of, n);
  return 0.8 * ((static_cast<double>(place) + 0.5) / static_cast<double>(n) - 0.5);
}
/// Half the height of a bar, in rows of its panel.
inline double half_height(picture_layout const& layout, std::size_t p, panel const& in, series const& of) {
  std::size_t n = 1;
  if (of.drawn == mark::bars) place_of(in, of, n);
  double const row = (layout.panels[p].bottom - layout.panels[p].top) / (static_cast<double>(in.y.names.size()) + 0.2);
  return std::fmin(0.36 / static_cast<double>(n), 0.7 * style::em / row);  // of rows
}

/// Where the label of a point begins: a bar's behind its end, and behind a mark or a limit that it would stand on.
inline double start_of_label(picture_layout const& layout, panel const& in, axis_scale const& x, series const& of,
                             plot_point const& at) {
  if (of.drawn != mark::bars) return at.x;
  auto const along = [&](double of_x) { return in.x.logarithmic ? std::log(of_x) : of_x; };
  bool const is_interval = std::isfinite(at.high);
  double const unit = (along(x.high) - along(x.low)) / (layout.right - layout.left);  // of the canvas
  double start = along(is_interval ? at.high : at.x);
  if (is_interval) start = std::fmax(start, along(at.x) + 0.5 * style::em * unit);
  double const width = (width_of(at.label) * style::small + 0.6 * style::em) * unit;
  for (series const& limit : in.all) {
    if (limit.drawn != mark::vertical) continue;
    double const line = along(limit.points.at(0).x);
    if (line > start && line < start + width) start = line;
  }
  return in.x.logarithmic ? std::exp(start) : start;
}

/// Moves the end of x so that the labels at bars stand inside of the frame.
inline void make_room_for_labels(picture_layout const& layout, panel const& in, axis_scale& x) {
  auto const along = [&](double at) { return in.x.logarithmic ? std::log(at) : at; };
  double const low = along(x.low), width = layout.right - layout.left;
  for (int again = 0; again != 3; ++again) {  // the starts depend on the end
    double high = along(x.high);
    for (series const& each : in.all)
      for (plot_point const& at : each.points) {
        if (each.drawn != mark::bars || at.label.empty()) continue;
        double const start = along(start_of_label(layout, in, x, each, at));
        double const share = (width_of(at.label) * style::small + style::em) / width;
        high = std::fmax(high, low + (start - low) / (1 - std::fmin(share, 0.8)));
      }
    x.high = in.x.logarithmic ? std::exp(high) : high;
  }
}

/// Leaves out the ticks of x whose numbers would touch the one before.
inline void leave_out_crowded(picture_layout const& layout, axis_scale& x, bool logarithmic) {
  auto const place = [&](double at) {
    double const share =
        logarithmic ? std::log(at / x.low) / std::log(x.high / x.low) : (at - x.low) / (x.high - x.low);
    return share * (layout.right - layout.left);
  };
  double end = -1e9;
  std::erase_if(x.ticks, [&](tick const& each) {
    double const half = width_of(each.text) / 2, middle = place(each.at);
    if (middle - half < end) return true;
    end = middle + half + 0.2 * style::em;
    return false;
  });
}

}  // namespace moetric::v0::report::detail
