#pragma once

#include <cstddef>
#include <limits>
#include <optional>
#include <string>
#include <utility>
#include <vector>

#include "moetric/version.hpp"

/// What a plot shows, before a program draws it: panels with axes and series. Pictures of answers are made from their
/// values alone (`report/plot/account.hpp` and others), so a plot shows the numbers of the JSON;
/// `report/plot/gnuplot.hpp` writes a script for one.
namespace moetric::v0::report {

/// A direction of a panel. With `names` it has categories: 0, 1, ... from the top or the left.
struct plot_axis {
  std::string label;
  std::string unit;  // of its numbers; empty for categories, "1" for a pure number
  bool logarithmic = false;
  std::vector<std::string> names{};
  std::optional<double> low{}, high{};  // ends; by default those of the points

  /// True if the axis has no unit to show.
  bool is_pure() const { return unit.empty() || unit == "1"; }
};

/// How the points of a series are drawn.
enum class mark {
  line,      // through its points, dashed where it is extrapolated; with a band where points have low and high
  points,    // with error bars where points have low and high, hollow where extrapolated
  bars,      // along x from 0, or from low to high, side by side with those of other series; hatched where extrapolated
  stack,     // along x from low to high, at the place of other series
  vertical,  // a limit at x
  horizontal  // a limit at y
};

/// A point with an interval: of y, or of x where y has categories.
struct plot_point {
  double x = 0, y = 0;  // in the units of the axes, or the number of a category
  double low = std::numeric_limits<double>::quiet_NaN(), high = low;
  bool extrapolated = false;
  std::string label{};  // beside it
};

/// Points of one look, in the order in which they are joined.
struct series {
  std::string name;  // in the legend
  mark drawn = mark::line;
  std::vector<plot_point> points{};
  std::optional<std::size_t> look{};  // the place of the series whose colour it shares
};

/// A pair of axes with what is drawn between them.
struct panel {
  std::string title;
  plot_axis x, y;
  std::vector<series> all{};
};

/// Panels from top to bottom under a title; notes name sources and what is extrapolated.
struct picture {
  std::string title;
  std::vector<std::string> notes{};
  std::vector<panel> panels{};

  /// True if a point is outside of what its source was fitted on.
  bool extrapolates() const {
    for (panel const& each : panels)
      for (series const& one : each.all)
        for (plot_point const& at : one.points)
          if (at.extrapolated) return true;
    return false;
  }
};

}  // namespace moetric::v0::report
