#pragma once

#include <algorithm>
#include <cmath>
#include <cstdio>
#include <string>
#include <string_view>
#include <vector>

#include "moetric/core/positive.hpp"
#include "moetric/core/text.hpp"
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
      for (std::size_t j = 0; j != of_.panels[i].all.size(); ++j) add_data(i, j);
  }

  std::string block(std::size_t panel, std::size_t series, char const* kind) const {
    return "$p" + std::to_string(panel + 1) + "s" + std::to_string(series + 1) + kind;
  }
  /// gnuplot takes digits without a point for a 64-bit integer.
  static std::string number(double of) {
    std::string text = std::isfinite(of) ? moetric::detail::shortest(of) : "NaN";
    return text.size() > 9 && text.find_first_of(".eN") == std::string::npos ? text + ".0" : text;
  }
  static std::string row(plot_point const& at) {
    return number(at.x) + " " + number(at.y) + " " + number(at.low) + " " + number(at.high) + "\n";
  }
  void write(std::string const& name, std::string const& rows) {
    if (!rows.empty()) out_ += name + " << EOD\n" + rows + "EOD\n";
  }

  /// The points as blocks of rows x, y, low, high: all of them; of a line the stretches that are fitted and those that
  /// are not, and the points with markers; else those that are fitted and those that are not.
  void add_data(std::size_t p, std::size_t s) {
    series const& each = of_.panels[p].all[s];
    if (each.drawn == mark::vertical || each.drawn == mark::horizontal) {
      axis_scale const other = scale_of(of_.panels[p], each.drawn == mark::horizontal);
      std::string ends;
      for (double const end : {other.low, other.high}) {
        plot_point at = each.points.at(0);
        (each.drawn == mark::vertical ? at.y : at.x) = end;
        ends += row(at);
      }
      return write(block(p, s, "_fitted"), ends);
    }
    std::string rows[2], markers;
    bool in_stretch[2] = {false, false};
    std::size_t const step = std::max<std::size_t>(1, each.points.size() / 5);
    for (std::size_t i = 0; i != each.points.size(); ++i) {
      plot_point const& at = each.points[i];
      if (each.drawn != mark::line) {
        rows[at.extrapolated ? 1 : 0] += row(at);
        continue;
      }
      if (i % step == s % step) markers += row(at);
      if (i + 1 == each.points.size()) continue;
      plot_point const& next = each.points[i + 1];
      std::size_t const kind = at.extrapolated || next.extrapolated ? 1 : 0;
      if (!in_stretch[kind]) rows[kind] += rows[kind].empty() ? row(at) : "\n" + row(at);
      rows[kind] += row(next);
      in_stretch[kind] = true;
      in_stretch[1 - kind] = false;
    }
    if (each.drawn == mark::line) {
      std::string all;
      for (plot_point const& at : each.points) all += row(at);
      write(block(p, s, "_all"), all);
      write(block(p, s, "_markers"), markers);
    }
    write(block(p, s, "_fitted"), rows[0]);
    write(block(p, s, "_extrapolated"), rows[1]);
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
    say("set " + n + "range [" + number(from) + ":" + number(to) + "]");
    std::string ticks;
    for (std::size_t i = 0; i != of.names.size(); ++i)
      ticks += (ticks.empty() ? "" : ", ") + gnuplot_text(of.names[i]) + " " + std::to_string(i);
    for (tick const& each : scale.ticks)
      ticks += (ticks.empty() ? "" : ", ") + gnuplot_text(each.text) + " " + number(each.at);
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
              "first " + number(start_of_label(in, x, each, at)) + ", first " + number(at.y + bar_offset(in, each)),
              std::string("left offset char 0.6,") + (each.drawn == mark::line ? "0.4" : "0") + " front font " +
                  letters_of(style::small));
      }
  }

  static std::size_t place_of(panel const& in, series const& of, std::size_t& n) {
    std::size_t place = 0;
    n = 0;
    for (series const& each : in.all) {
      if (&each == &of) place = n;
      n += each.drawn == mark::bars ? 1 : 0;
    }
    return place;
  }
  /// Of bars side by side, from the middle of their category.
  static double bar_offset(panel const& in, series const& of) {
    if (of.drawn != mark::bars) return 0;
    std::size_t n = 0;
    std::size_t const place = place_of(in, of, n);
    return 0.8 * ((static_cast<double>(place) + 0.5) / static_cast<double>(n) - 0.5);
  }
  double half_height(std::size_t p, series const& of) const {
    panel const& in = of_.panels[p];
    std::size_t n = 1;
    if (of.drawn == mark::bars) place_of(in, of, n);
    double const row = (at_.panels[p].bottom - at_.panels[p].top) / (static_cast<double>(in.y.names.size()) + 0.2);
    return std::fmin(0.36 / static_cast<double>(n), 0.7 * style::em / row);  // of rows
  }

  /// Where the label of a point begins: a bar's behind its end, and behind a mark or a limit that it would stand on.
  double start_of_label(panel const& in, axis_scale const& x, series const& of, plot_point const& at) const {
    if (of.drawn != mark::bars) return at.x;
    auto const along = [&](double of_x) { return in.x.logarithmic ? std::log(of_x) : of_x; };
    bool const is_interval = std::isfinite(at.high);
    double const unit = (along(x.high) - along(x.low)) / (at_.right - at_.left);  // of the canvas
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
  void make_room_for_labels(std::size_t p, axis_scale& x) const {
    panel const& in = of_.panels[p];
    auto const along = [&](double at) { return in.x.logarithmic ? std::log(at) : at; };
    double const low = along(x.low), width = at_.right - at_.left;
    for (int again = 0; again != 3; ++again) {  // the starts depend on the end
      double high = along(x.high);
      for (series const& each : in.all)
        for (plot_point const& at : each.points) {
          if (each.drawn != mark::bars || at.label.empty()) continue;
          double const start = along(start_of_label(in, x, each, at));
          double const share = (width_of(at.label) * style::small + style::em) / width;
          high = std::fmax(high, low + (start - low) / (1 - std::fmin(share, 0.8)));
        }
      x.high = in.x.logarithmic ? std::exp(high) : high;
    }
  }

  /// Leaves out the ticks of x whose numbers would touch the one before.
  void leave_out_crowded(axis_scale& x, bool logarithmic) const {
    auto const place = [&](double at) {
      double const share =
          logarithmic ? std::log(at / x.low) / std::log(x.high / x.low) : (at - x.low) / (x.high - x.low);
      return share * (at_.right - at_.left);
    };
    double end = -1e9;
    std::erase_if(x.ticks, [&](tick const& each) {
      double const half = width_of(each.text) / 2, middle = place(each.at);
      if (middle - half < end) return true;
      end = middle + half + 0.2 * style::em;
      return false;
    });
  }

  void add_panel(std::size_t p) {
    panel const& each = of_.panels[p];
    axis_scale x = scale_of(each, true);
    axis_scale const y = scale_of(each, false);
    say("");
    say("unset label");
    labels_ = 0;
    if (!each.x.high) make_room_for_labels(p, x);
    leave_out_crowded(x, each.x.logarithmic);
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
      return "keyentry with points pt 6 ps " + number(style::marker_size * scale_of_markers()) +
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
    std::string const width = " lw " + number(style::line_width);
    auto const sized = [&](double marker) { return " ps " + number(marker * scale_of_markers()); };
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
        add(block(p, s, "_all") + " using 1:3:4 with filledcurves fs transparent solid 0.2 noborder" + colour);
      if (stretches(each, false))
        add(block(p, s, "_fitted") + " using 1:2 with lines" + (in_letters() ? "" : width + " dt solid") + colour);
      if (stretches(each, true) && in_letters()) add(block(p, s, "_extrapolated") + " using 1:2 with points pt '.'");
      if (stretches(each, true) && !in_letters())
        add(block(p, s, "_extrapolated") + " using 1:2 with lines" + width + " dt (9,6)" + colour);
      std::string const points = " pt " + std::to_string(marker.filled) + size + colour;
      if ((marked && !in_letters()) || each.points.size() == 1)
        add(block(p, s, "_markers") + " using 1:2 with points" + points);
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
          add(block(p, s, kind) + (across ? " using 1:2:3:4 with xerrorbars" : " using 1:2:3:4 with yerrorbars") +
              " pt -1 lw 2" + colour);
        add(block(p, s, kind) + " using 1:2 with points pt " + std::to_string(type) +
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
      std::string const zero = in.x.logarithmic ? number(x.low) : "0";
      std::string const middle = "($2+" + number(bar_offset(in, each)) + ")", half = number(half_height(p, each));
      std::string const from = intervals ? "3" : "(" + zero + ")", to = intervals ? "4" : "1";
      auto const part = [&](char const* kind, int pattern) {
        if (in_letters())
          return add(block(p, s, kind) + " using (" + (intervals ? "$3" : zero) + "):" + middle + ":(" +
                     (intervals ? "$4-$3" : "$1") + "):(0) with vectors nohead" + letters);
        add(block(p, s, kind) + " using " + from + ":" + middle + ":" + from + ":" + to + ":($2+" +
            number(bar_offset(in, each)) + "-" + half + "):($2+" + number(bar_offset(in, each)) + "+" + half +
            ") with boxxyerror fs pattern " + std::to_string(pattern) + colour);
        if (intervals && each.drawn == mark::bars)
          add(block(p, s, kind) + " using 1:" + middle + " with points pt 13" + sized(style::marker_size) +
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
      add(block(p, s, "_fitted") + " using 1:2 with lines" + how);
      enter("lines" + how);
    }
    }
  }

  /// True if a line has a stretch between neighbours that is extrapolated, or one that is not.
  static bool stretches(series const& of, bool extrapolated) {
    for (std::size_t i = 1; i < of.points.size(); ++i)
      if ((of.points[i - 1].extrapolated || of.points[i].extrapolated) == extrapolated) return true;
    return false;
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
