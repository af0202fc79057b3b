#pragma once

#include <algorithm>
#include <cmath>
#include <string>
#include <vector>

#include "moetric/core/text.hpp"
#include "moetric/laws/any_law.hpp"
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

inline answer curve_answer(laws::description const& about, laws::input_values const& at,
                           std::vector<varied_input> const& varied) {
  value fixed = keyed(), axes = value::list();
  for (varied_input const& each : varied) {
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
                  {"fixed", std::move(fixed)}})};
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
/// high} or null}, fixed{name: value}, curve[]{the input, loss, extrapolated}.
inline answer loss_curve_answer(laws::any_law const& law, laws::input_values at, varied_input const& x,
                                std::size_t points = 41) {
  detail::require_varied(law, x);
  answer made = detail::curve_answer(*law.about, at, {x});
  std::string const name(law.about->inputs[x.place].name);
  value curve = value::list();
  for (std::size_t i = 0; i != points; ++i) {
    at[x.place] = detail::between(x.within, static_cast<double>(i) / static_cast<double>(points - 1));
    laws::evaluation const found = laws::evaluate(law, at);
    curve.append(object({{name, at[x.place], unit_of_input(name, &*law.about)},
                         {"loss", found.loss},
                         {"extrapolated", found.extrapolated()}}));
  }
  made.values.set("curve", std::move(curve));
  made.say("Loss by {law}, {title}, over " + name);
  std::vector<text_row> rows =
      rows_of(made.values["curve"], "curve", {"{$/" + name + ":4}", "{$/loss:6}", "{$/extrapolated}"});
  std::vector<text_row> some;
  for (std::size_t i = 0; i < rows.size(); i += rows.size() / 12 + 1) some.push_back(rows[i]);
  text_row const header{name, "loss", "extrapolated"};
  made.show({.header = header, .rows = std::move(some)});
  return made.show({.title = "Every point", .header = header, .rows = std::move(rows), .shown = screen::all});
}

/// Contours of equal loss over two inputs; the loss must fall with the second. Keys: those of the curve but `curve`,
/// and contours[]{loss, points[]{x, y, extrapolated}}, with the inputs' names as keys of a point.
inline answer loss_contours_answer(laws::any_law const& law, laws::input_values at, varied_input const& x,
                                   varied_input const& y, std::size_t levels = 8, std::size_t points = 61) {
  detail::require_varied(law, x);
  detail::require_varied(law, y);
  answer made = detail::curve_answer(*law.about, at, {x, y});
  std::string const x_name(law.about->inputs[x.place].name), y_name(law.about->inputs[y.place].name);
  auto const loss_at = [&](double first, double second) {
    at[x.place] = first, at[y.place] = second;
    return law.loss(at);
  };
  value contours = value::list();
  double last = 0;
  for (std::size_t level = 0; level != levels; ++level) {
    // Levels at equal steps of the diagonal, rounded to what a person reads.
    double const share = (static_cast<double>(level) + 0.7) / static_cast<double>(levels);
    double const wanted =
        std::stod(brief(loss_at(detail::between(x.within, share), detail::between(y.within, share)), 3));
    if (wanted == last) continue;
    last = wanted;
    value line = value::list();
    for (std::size_t i = 0; i != points; ++i) {
      double const first = detail::between(x.within, static_cast<double>(i) / static_cast<double>(points - 1));
      if (!(loss_at(first, y.within.low) >= wanted && loss_at(first, y.within.high) <= wanted)) continue;
      double low = 0, high = 1;
      for (int halving = 0; halving != 60; ++halving) {
        double const middle = (low + high) / 2;
        (loss_at(first, detail::between(y.within, middle)) > wanted ? low : high) = middle;
      }
      double const second = detail::between(y.within, high);
      at[x.place] = first, at[y.place] = second;
      line.append(object({{x_name, first, unit_of_input(x_name, &*law.about)},
                          {y_name, second, unit_of_input(y_name, &*law.about)},
                          {"extrapolated", laws::evaluate(law, at).extrapolated()}}));
    }
    if (line.size() > 1) contours.append(object({{"loss", wanted}, {"points", std::move(line)}}));
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
