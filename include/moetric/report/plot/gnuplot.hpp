#pragma once

#include <algorithm>
#include <cmath>
#include <string>
#include <vector>

#include "moetric/core/text.hpp"
#include "moetric/report/plot/gnuplot_data.hpp"
#include "moetric/report/plot/label_room.hpp"
#include "moetric/report/plot/picture.hpp"
#include "moetric/report/plot/picture_layout.hpp"
#include "moetric/report/plot/style.hpp"
#include "moetric/report/plot/ticks.hpp"
#include "moetric/report/text.hpp"

/// Pictures as scripts of gnuplot 5.4, data within.
namespace moetric::v0::report {

/// What a script draws.
enum class plot_target {
  svg,
  png,
  pdf,
  terminal,  // letters, for `print`
  script     // no terminal set: a file for one's own use
};

namespace detail {

/// Writes a script for one target.
class gnuplot_script {
 public:
  gnuplot_script(picture const& of, plot_target target) : of_(of), target_(target), at_(layout_of(of)) {}

  std::string text() && {
    begin();
    if (!in_letters()) say("set multiplot");
    for (std::size_t i = 0; i != of_.panels.size(); ++i) add_panel(i);
    if (!in_letters()) say("unset multiplot");
    return std::move(out_);
  }

 private:
  bool in_letters() const { return target_ == plot_target::terminal; }
  void say(std::string const& line) { (out_ += line) += '\n'; }
  /// A font of a size over that of the axes, in the target's own unit.
  std::string letters_of(double size) const {
    double const base = target_ == plot_target::svg ? 21 : target_ == plot_target::pdf ? 7.4 : 17;
    return "'," + moetric::brief(base * size, 3) + "'";
  }
  std::string across(double x) const { return fixed(x / style::canvas_width); }
  std::string up(double y) const { return fixed(1 - y / at_.height); }

  void begin() {
    auto const whole = [](double number) { return std::to_string(std::lround(number)); };
    std::string const size = whole(style::canvas_width) + "," + whole(at_.height);
    switch (target_) {
    case plot_target::svg:
      say("set terminal svg size " + size + " font 'sans-serif,21' noenhanced background '#ffffff'");
      break;
    case plot_target::png: say("set terminal pngcairo size " + size + " font 'sans,17' noenhanced"); break;
    case plot_target::pdf:
      say("set terminal pdfcairo size 18cm," + fixed(18 * at_.height / style::canvas_width) +
          "cm font 'sans,7.4' fontscale 1 linewidth 0.6 noenhanced");
      break;
    case plot_target::terminal: break;
    case plot_target::script:
      say("# gnuplot 5.4 draws this to a file with:\n#   set terminal pngcairo size " + size +
          " font 'sans,17' noenhanced; set output 'picture.png'; load 'this file'");
    }
    say("set encoding utf8\nset style fill solid 1 border lc rgb 'black'");
    add_frame();
    for (std::size_t i = 0; i != of_.panels.size(); ++i)
      for (std::size_t j = 0; j != of_.panels[i].all.size(); ++j) out_ += gnuplot_data(of_, i, j);
  }

  void set_axis(char const* name, plot_axis const& of, axis_scale const& scale, std::string const& label) {
    std::string const n = name;
    bool const is_y = n == "y";
    say((of.logarithmic ? "set logscale " : "unset logscale ") + n);
    // Categories read from the top.
    double from = is_y && !of.names.empty() ? scale.high : scale.low,
           to = is_y && !of.names.empty() ? scale.low : scale.high;
    // gnuplot rounds logarithms, and would leave out a tick at an end.
    if (of.logarithmic) from *= 1 - 1e-9, to *= 1 + 1e-9;
    say("set " + n + "range [" + gnuplot_number(from) + ":" + gnuplot_number(to) + "]");
    std::string ticks;
    for (std::size_t i = 0; i != of.names.size(); ++i)
      ticks += (ticks.empty() ? "" : ", ") + gnuplot_text(of.names[i]) + " " + std::to_string(i);
    for (tick const& each : scale.ticks)
      ticks += (ticks.empty() ? "" : ", ") + gnuplot_text(each.text) + " " + gnuplot_number(each.at);
    say("set " + n + "tics nomirror out (" + ticks + ")");
    say("set " + n + "label " + gnuplot_text(label) + (in_letters() || is_y ? "" : " offset 0,0.3"));
  }

  void label(std::string const& text, std::string const& at, std::string const& more) {
    say("set label " + std::to_string(++labels_) + " " + gnuplot_text(text) + " at " + at + " " + more);
  }

  void add_titles(std::size_t p) {
    double down = 0.6 * style::em + 0.7 * style::em;
    if (p == 0)
      for (std::string const& line : at_.title) {
        label(line, "screen " + across(style::em) + ", screen " + up(down), "left font " + letters_of(1.09));
        down += 1.4 * style::em;
      }
    down = at_.notes_top + 0.5 * style::em;
    if (p == 0)
      for (std::string const& line : at_.notes) {
        label(line, "screen " + across(style::em) + ", screen " + up(down),
              "left font " + letters_of(style::small) + " tc rgb '#333333'");
        down += 1.3 * style::em * style::small;
      }
    if (!of_.panels[p].title.empty())
      label(of_.panels[p].title, "screen " + across(at_.left) + ", screen " + up(at_.panels[p].top - 0.8 * style::em),
            "left");
  }

  /// At the left edge of the canvas, in lines.
  void add_label_of_y(std::size_t p) {
    double along = 1.1 * style::em;
    std::string const middle = up((at_.panels[p].top + at_.panels[p].bottom) / 2);
    for (std::string const& line : label_lines(of_.panels[p])) {
      if (!line.empty()) label(line, "screen " + across(along) + ", screen " + middle, "center rotate by 90");
      along += 1.3 * style::em;
    }
  }

  void add_point_labels(std::size_t p, axis_scale const& x) {
    panel const& in = of_.panels[p];
    for (series const& each : in.all)
      for (plot_point const& at : each.points) {
        if (at.label.empty()) continue;
        label(at.label,
              "first " + gnuplot_number(start_of_label(at_, in, x, each, at)) + ", first " +
                  gnuplot_number(at.y + bar_offset(in, each)),
              std::string("left offset char 0.6,") + (each.drawn == mark::line ? "0.4" : "0") + " front font " +
                  letters_of(style::small));
      }
  }

  void add_panel(std::size_t p) {
    panel const& each = of_.panels[p];
    axis_scale x = scale_of(each, true);
    axis_scale const y = scale_of(each, false);
    say("");
    say("unset label");
    labels_ = 0;
    if (!each.x.high) make_room_for_labels(at_, each, x);
    leave_out_crowded(at_, x, each.x.logarithmic);
    if (in_letters()) {
      std::size_t const rows = each.y.names.empty() ? 24 : each.y.names.size() * 2 + 6;
      say("set terminal dumb size 98," + std::to_string(rows) + " noenhanced mono");
      std::vector<std::string> title{each.title.empty() ? of_.title : each.title};
      if (!each.y.label.empty()) title.push_back("upwards: " + text_of(each.y, y));  // letters do not turn
      say("set title " + gnuplot_lines(title));
      say("unset grid");
    } else {
      say("set lmargin at screen " + across(at_.left) + "\nset rmargin at screen " + across(at_.right));
      say("set tmargin at screen " + up(at_.panels[p].top) + "\nset bmargin at screen " + up(at_.panels[p].bottom));
      add_titles(p);
      add_label_of_y(p);
      add_point_labels(p, x);
    }
    set_axis("x", each.x, x, text_of(each.x, x));
    set_axis("y", each.y, y, "");
    bool const legend = in_letters() ? has_legend(each) : shows_legend(of_, p);
    say(legend && in_letters() ? "set key below" : "unset key");
    std::vector<std::string> drawn, entries;
    for (std::size_t s = 0; s != each.all.size(); ++s) add_series(p, s, x, drawn, entries);
    if (legend && !in_letters())
      for (mark const kind : marks_extrapolated(each)) entries.push_back(entry_of_extrapolated(kind));
    if (legend && in_letters()) drawn.insert(drawn.end(), entries.begin(), entries.end());
    plot(drawn);
    if (legend && !in_letters()) add_legend(p, entries);
  }

  void plot(std::vector<std::string> const& drawn) {
    std::string line = "plot ";
    for (std::size_t i = 0; i != drawn.size(); ++i) line += (i == 0 ? "" : ", \\\n     ") + drawn[i];
    say(line);
  }

  /// Beside the panel, in an empty plot down to the next legend: gnuplot leaves out entries that are lower than a plot.
  void add_legend(std::size_t p, std::vector<std::string> const& entries) {
    std::size_t next = p + 1;
    while (next != of_.panels.size() && !shows_legend(of_, next)) ++next;
    say("");
    say("unset label\nunset border\nunset grid\nunset xtics\nunset ytics\nunset xlabel\nunset ylabel\nunset logscale");
    say("set xrange [0:1]\nset yrange [0:1]");
    say("set bmargin at screen " + (next == of_.panels.size() ? "0" : up(at_.panels[next].top)));
    say("set key at screen " + across(at_.right + 0.5 * style::em) + ", screen " + up(at_.panels[p].top) +
        " left top Left reverse vertical maxcols 1 samplen 1.6 spacing 1.15 noautotitle");
    std::vector<std::string> drawn{"NaN notitle"};
    drawn.insert(drawn.end(), entries.begin(), entries.end());
    plot(drawn);
    add_frame();
  }

  void add_frame() {
    say("set tics nomirror out\nset border 3");
    say("set grid xtics ytics lc rgb '" + std::string(style::grid_colour) + "' lw 1 lt 1 back");
  }

  /// Terminals of gnuplot draw a marker of one size in different sizes.
  double scale_of_markers() const {
    return target_ == plot_target::svg ? 0.75 : target_ == plot_target::pdf ? 0.9 : 1.7;
  }

  /// Smaller where many share a panel or a row.
  static double size_of_points(panel const& in, series const& of) {
    double const n = static_cast<double>(of.points.size()), rows = static_cast<double>(in.y.names.size());
    double const free = rows == 0 ? 40 : 8 * rows;
    return style::marker_size * std::fmin(1, std::fmax(0.4, std::sqrt(free / n)));
  }

  std::string entry_of_extrapolated(mark kind) const {
    std::string const name = " title 'extrapolated'";
    if (kind == mark::line) return "keyentry with lines lw 3 dt (9,6) lc rgb '#777777'" + name;
    if (kind == mark::points)
      return "keyentry with points pt 6 ps " + gnuplot_number(style::marker_size * scale_of_markers()) +
             " lw 2 lc rgb '#777777'" + name;
    return "keyentry with boxes fs pattern " + std::to_string(style::pattern_of_extrapolated) + " lc rgb '#777777'" +
           name;
  }

  void add_series(std::size_t p, std::size_t s, axis_scale const& x, std::vector<std::string>& drawn,
                  std::vector<std::string>& entries) const {
    panel const& in = of_.panels[p];
    series const& each = in.all[s];
    if (each.points.empty()) return;
    std::size_t const look = each.look.value_or(s);
    std::string const letters = " lt " + std::to_string(look + 1);
    std::string const colour = in_letters() ? letters : " lc rgb '" + std::string(style::colour_of(look)) + "'";
    std::string const title = each.name.empty() ? "" : " title " + gnuplot_text(each.name);
    std::string const width = " lw " + gnuplot_number(style::line_width);
    auto const sized = [&](double marker) { return " ps " + gnuplot_number(marker * scale_of_markers()); };
    std::string const size = sized(each.drawn == mark::points ? size_of_points(in, each) : style::marker_size);
    style::marker const marker = style::marker_of(look);
    bool const fitted =
        std::any_of(each.points.begin(), each.points.end(), [](plot_point const& at) { return !at.extrapolated; });
    bool const extrapolated =
        std::any_of(each.points.begin(), each.points.end(), [](plot_point const& at) { return at.extrapolated; });
    bool const intervals = std::any_of(each.points.begin(), each.points.end(), [](plot_point const& at) {
      return std::isfinite(at.low) && std::isfinite(at.high);
    });
    auto const add = [&](std::string const& what) { drawn.push_back(what + " notitle"); };
    auto const enter = [&](std::string const& how) {
      if (!title.empty()) entries.push_back("keyentry with " + how + title);
    };
    switch (each.drawn) {
    case mark::line: {
      bool const marked =
          std::count_if(in.all.begin(), in.all.end(),
                        [](series const& one) { return one.drawn == mark::line && !one.name.empty(); }) > 1 &&
          !each.name.empty();
      if (intervals && !in_letters())
        add(gnuplot_block(p, s, "_all") + " using 1:3:4 with filledcurves fs transparent solid 0.2 noborder" + colour);
      if (stretches(each, false))
        add(gnuplot_block(p, s, "_fitted") + " using 1:2 with lines" + (in_letters() ? "" : width + " dt solid") +
            colour);
      if (stretches(each, true) && in_letters())
        add(gnuplot_block(p, s, "_extrapolated") + " using 1:2 with points pt '.'");
      if (stretches(each, true) && !in_letters())
        add(gnuplot_block(p, s, "_extrapolated") + " using 1:2 with lines" + width + " dt (9,6)" + colour);
      std::string const points = " pt " + std::to_string(marker.filled) + size + colour;
      if ((marked && !in_letters()) || each.points.size() == 1)
        add(gnuplot_block(p, s, "_markers") + " using 1:2 with points" + points);
      if (in_letters())
        enter("lines" + letters);
      else if (intervals)
        enter("filledcurves fs solid 0.2 border lw 3" + colour);
      else
        enter(marked ? "linespoints dt solid" + width + points : "lines dt solid" + width + colour);
      break;
    }
    case mark::points: {
      bool const across = !in.y.names.empty();  // rows, whose points lie on each other
      std::string const see_through = " lc rgb '#50" + std::string(style::colour_of(look) + 1) + "'";
      auto const part = [&](char const* kind, int type) {
        if (intervals && !in_letters())
          add(gnuplot_block(p, s, kind) +
              (across ? " using 1:2:3:4 with xerrorbars" : " using 1:2:3:4 with yerrorbars") + " pt -1 lw 2" + colour);
        add(gnuplot_block(p, s, kind) + " using 1:2 with points pt " + std::to_string(type) +
            (in_letters() ? letters : size + " lw 2" + (across && type == marker.filled ? see_through : colour)));
      };
      if (fitted) part("_fitted", marker.filled);
      if (extrapolated) part("_extrapolated", marker.hollow);
      enter("points pt " + std::to_string(fitted ? marker.filled : marker.hollow) +
            (in_letters() ? letters : sized(style::marker_size) + " lw 2" + colour));
      break;
    }
    case mark::bars:
    case mark::stack: {
      std::string const zero = in.x.logarithmic ? gnuplot_number(x.low) : "0";
      std::string const middle = "($2+" + gnuplot_number(bar_offset(in, each)) + ")",
                        half = gnuplot_number(half_height(at_, p, in, each));
      std::string const from = intervals ? "3" : "(" + zero + ")", to = intervals ? "4" : "1";
      auto const part = [&](char const* kind, int pattern) {
        if (in_letters())
          return add(gnuplot_block(p, s, kind) + " using (" + (intervals ? "$3" : zero) + "):" + middle + ":(" +
                     (intervals ? "$4-$3" : "$1") + "):(0) with vectors nohead" + letters);
        add(gnuplot_block(p, s, kind) + " using " + from + ":" + middle + ":" + from + ":" + to + ":($2+" +
            gnuplot_number(bar_offset(in, each)) + "-" + half + "):($2+" + gnuplot_number(bar_offset(in, each)) + "+" +
            half + ") with boxxyerror fs pattern " + std::to_string(pattern) + colour);
        if (intervals && each.drawn == mark::bars)
          add(gnuplot_block(p, s, kind) + " using 1:" + middle + " with points pt 13" + sized(style::marker_size) +
              " lc rgb 'black'");
      };
      int const own = each.drawn == mark::stack ? style::pattern_of(look) : 3;
      if (fitted) part("_fitted", own);
      if (extrapolated) part("_extrapolated", style::pattern_of_extrapolated);
      enter(in_letters() ? "lines" + letters : "boxes fs pattern " + std::to_string(own) + colour);
      break;
    }
    case mark::vertical:
    case mark::horizontal: {
      std::string const how =
          in_letters() ? letters : " lw 2.5 dt (3,4) lc rgb '" + std::string(style::limit_colour) + "'";
      add(gnuplot_block(p, s, "_fitted") + " using 1:2 with lines" + how);
      enter("lines" + how);
    }
    }
  }

  picture const& of_;
  plot_target target_;
  picture_layout at_;
  std::string out_;
  int labels_ = 0;
};

}  // namespace detail

/// The script that draws a picture: data as blocks of rows x, y, low, high, then one plot for each panel. Texts are
/// quoted so that nothing in them is a command.
/// \throws std::logic_error if a panel has no point or an axis without label
inline std::string to_gnuplot(picture const& of, plot_target target) {
  for (panel const& each : of.panels) {
    bool any = false;
    for (series const& one : each.all) any = any || !one.points.empty();
    bool const labelled = !each.x.label.empty() && (!each.y.label.empty() || !each.y.names.empty());
    if (!any || !labelled) throw std::logic_error("moetric: a panel must have points and labelled axes");
  }
  return detail::gnuplot_script(of, target).text();
}

}  // namespace moetric::v0::report
