#pragma once

#include <algorithm>
#include <array>
#include <cmath>
#include <optional>
#include <string>
#include <vector>

#include "moetric/core/function_ref.hpp"
#include "moetric/core/text.hpp"
#include "moetric/laws/any_law.hpp"
#include "moetric/optimum/uncertainty.hpp"
#include "moetric/report/sampled_law.hpp"
#include "moetric/report/trust.hpp"

/// A law's loss over a range of one input, and its iso-loss contours over two.
namespace moetric::v0::report {

/// An input that varies between two values.
struct varied_input {
  std::size_t place;  // among the law's inputs
  laws::range within;
};

namespace detail {

inline double between(laws::range const& ends, double share) {
  return share <= 0 ? ends.low : share >= 1 ? ends.high : ends.low * std::pow(ends.high / ends.low, share);
}

inline answer curve_answer(laws::any_law const& law, laws::input_values at, std::vector<varied_input> const& varied) {
  laws::description const& about = *law.about;
  value fixed = keyed(), axes = value::list();
  for (varied_input const& each : varied) {
    at[each.place] = each.within.low;
    std::string_view const name = about.inputs[each.place].name, unit = unit_of_input(name, &about);
    axes.append(object({{"name", name},
                        {"unit", unit},
                        {"low", each.within.low, unit},
                        {"high", each.within.high, unit},
                        {"fitted", range_value(about.inputs[each.place].fitted), unit}}));
  }
  for (std::size_t i = 0; i != at.size(); ++i) {
    bool const varies =
        std::any_of(varied.begin(), varied.end(), [&](varied_input const& each) { return each.place == i; });
    std::string_view const name = about.inputs[i].name;
    if (!varies) fixed.set(name, at[i], unit_of_input(name, &about));
  }
  return {object({{"law", about.id},
                  {"title", about.title},
                  {"paper", about.paper},
                  {"equation", about.equation},
                  {"loss_unit", about.loss_unit},
                  {"varied", std::move(axes)},
                  {"fixed", std::move(fixed)},
                  {"unknown_ranges", unknown_ranges(laws::evaluate(law, at).outside_range)}})};
}

/// Lines on which a loss, which falls with its second argument, has one value, over the square of both arguments from 0
/// to 1. A line's first coordinate rises; steep parts have more points, and ends lie on the square's edge.
inline std::vector<std::vector<std::array<double, 2>>> contour_lines(function_ref<double(double, double)> loss,
                                                                     double wanted, std::size_t points) {
  struct place {
    double x;
    std::optional<double> y;  // none where the line is outside of the square
  };
  auto const at = [&](double x) -> place {
    if (!(loss(x, 0) >= wanted && loss(x, 1) <= wanted)) return {x, {}};
    double low = 0, high = 1;
    for (int halving = 0; halving != 60; ++halving) {
      double const middle = (low + high) / 2;
      (loss(x, middle) > wanted ? low : high) = middle;
    }
    return {x, high};
  };
  double const step = 1 / static_cast<double>(points - 1);
  std::vector<std::vector<std::array<double, 2>>> lines;
  auto const add = [&](auto const& self, place const& from, place const& to, int halvings) -> void {
    bool const crosses_edge = from.y.has_value() != to.y.has_value(), begins = !from.y;
    if (halvings != 0 && (crosses_edge || (from.y && to.y && std::fabs(*from.y - *to.y) > 2 * step))) {
      place const middle = at((from.x + to.x) / 2);
      self(self, from, middle, halvings - 1);
      return self(self, middle, to, halvings - 1);
    }
    if (crosses_edge) {
      double outside = begins ? from.x : to.x, inside = begins ? to.x : from.x;
      double const edge = loss(outside, 1) > wanted ? 1 : 0;
      for (int halving = 0; halving != 60; ++halving) {
        double const middle = (outside + inside) / 2;
        bool const is_inside = edge == 1 ? loss(middle, 1) <= wanted : loss(middle, 0) >= wanted;
        (is_inside ? inside : outside) = middle;
      }
      if (begins) lines.push_back({{inside, edge}});
      if (!begins) lines.back().push_back({inside, edge});
    }
    if (to.y) lines.back().push_back({to.x, *to.y});
  };
  place last = at(0);
  if (last.y) lines.push_back({{last.x, *last.y}});
  for (std::size_t i = 1; i != points; ++i) {
    place const next = at(i + 1 == points ? 1 : static_cast<double>(i) * step);
    add(add, last, next, 10);
    last = next;
  }
  std::erase_if(lines, [](auto const& line) { return line.size() < 2; });
  return lines;
}

inline void require_varied(laws::any_law const& law, varied_input const& of) {
  std::string const name(law.about->inputs[of.place].name);
  moetric::detail::require_positive(name, of.within.low);
  moetric::detail::require_positive(name, of.within.high);
  if (!(of.within.low < of.within.high))
    moetric::detail::invalid(
        ("moetric: " + name + " must be given from a lower to a higher value, as 1e9..1e12").c_str());
}

}  // namespace detail

/// The loss over one input. Keys: law, title, paper, equation, loss_unit, varied[]{name, unit, low, high, fitted{low,
/// high} or null}, fixed{name: value}, unknown_ranges[] (inputs whose fitted range is not known), curve[]{the input,
/// loss, extrapolated; with samples loss_low, loss_high}, and with samples coverage and sampled.
inline answer loss_curve_answer(laws::any_law const& law, laws::input_values at, varied_input const& x,
                                sampled_law const& sampled = {}, std::size_t points = 41) {
  detail::require_varied(law, x);
  answer made = detail::curve_answer(law, at, {x});
  std::string const name(law.about->inputs[x.place].name);
  value curve = value::list();
  for (std::size_t i = 0; i != points; ++i) {
    at[x.place] = detail::between(x.within, static_cast<double>(i) / static_cast<double>(points - 1));
    laws::evaluation const found = laws::evaluate(law, at);
    value one = object({{name, at[x.place], unit_of_input(name, &*law.about)},
                        {"loss", found.loss},
                        {"extrapolated", found.extrapolated()}});
    if (!sampled.samples.empty()) {
      optimum::uncertain const within = optimum::detail::interval_over(
          sampled.samples.size(), [&](std::size_t sample) { return sampled.samples[sample].loss(at); },
          [&] { return found.loss; }, sampled.coverage);
      one.set("loss_low", within.low, unit_of("loss")).set("loss_high", within.high, unit_of("loss"));
    }
    curve.append(std::move(one));
  }
  made.values.set("curve", std::move(curve));
  if (!sampled.samples.empty())
    made.values.set("coverage", sampled.coverage, units::one).set("sampled", sampled.source);
  made.say("Loss by {law}, {title}, over " + name);
  text_row header{name, "loss", "extrapolated"}, cells{"{$/" + name + ":4}", "{$/loss:6}", "{$/extrapolated}"};
  if (!sampled.samples.empty()) {
    made.say("Intervals: {coverage:%2} of samples of {sampled}");
    header.insert(header.begin() + 2, {"from", "to"});
    cells.insert(cells.begin() + 2, {"{$/loss_low:6}", "{$/loss_high:6}"});
  }
  std::vector<text_row> rows = rows_of(made.values["curve"], "curve", cells);
  std::vector<text_row> some;
  for (std::size_t i = 0; i < rows.size(); i += rows.size() / 12 + 1) some.push_back(rows[i]);
  made.show({.header = header, .rows = std::move(some)});
  return made.show({.title = "Every point", .header = header, .rows = std::move(rows), .shown = screen::all});
}

/// Contours of equal loss over two inputs; the loss must fall with the second. Keys: those of the curve but `curve`,
/// and contours[]{loss, points[]{x, y, extrapolated}}, with the inputs' names as keys of a point. A contour ends at
/// the ends of the ranges; one in two parts is listed twice.
inline answer loss_contours_answer(laws::any_law const& law, laws::input_values at, varied_input const& x,
                                   varied_input const& y, std::size_t levels = 8, std::size_t points = 61) {
  detail::require_varied(law, x);
  detail::require_varied(law, y);
  answer made = detail::curve_answer(law, at, {x, y});
  std::string const x_name(law.about->inputs[x.place].name), y_name(law.about->inputs[y.place].name);
  auto const loss_at = [&](double first, double second) {
    at[x.place] = first, at[y.place] = second;
    return law.loss(at);
  };
  value contours = value::list();
  double last = 0;
  auto const at_shares = [&](double first, double second) {
    return loss_at(detail::between(x.within, first), detail::between(y.within, second));
  };
  for (std::size_t level = 0; level != levels; ++level) {
    // Levels at equal steps of the diagonal, rounded to what a person reads.
    double const share = (static_cast<double>(level) + 0.7) / static_cast<double>(levels);
    double const wanted = std::stod(brief(at_shares(share, share), 3));
    if (wanted == last) continue;
    last = wanted;
    for (auto const& line : detail::contour_lines(at_shares, wanted, points)) {
      value drawn = value::list();
      for (auto const& [first, second] : line) {
        at[x.place] = detail::between(x.within, first), at[y.place] = detail::between(y.within, second);
        drawn.append(object({{x_name, at[x.place], unit_of_input(x_name, &*law.about)},
                             {y_name, at[y.place], unit_of_input(y_name, &*law.about)},
                             {"extrapolated", laws::evaluate(law, at).extrapolated()}}));
      }
      contours.append(object({{"loss", wanted}, {"points", std::move(drawn)}}));
    }
  }
  if (contours.empty())
    moetric::detail::invalid(("moetric: the loss must fall with " + y_name + " in its range").c_str());
  made.values.set("contours", std::move(contours));
  made.say("Contours of equal loss by {law}, {title}; their ends:");
  text_row const header{"loss", x_name, y_name, "to " + x_name, y_name};
  std::vector<text_row> rows;
  for (std::size_t i = 0; i != made.values["contours"].size(); ++i) {
    std::string const line = "{contours/#" + std::to_string(i), first = line + "/points/#0/",
                      end = line + "/points/#" +
                            std::to_string(made.values["contours"].members()[i].content["points"].size() - 1) + "/";
    rows.push_back(
        {line + "/loss}", first + x_name + ":3}", first + y_name + ":3}", end + x_name + ":3}", end + y_name + ":3}"});
  }
  return made.show({.header = header, .rows = std::move(rows)});
}

}  // namespace moetric::v0::report
