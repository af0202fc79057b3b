#pragma once

#include <algorithm>
#include <cstddef>
#include <string>

#include "moetric/report/plot/from_values.hpp"

/// Pictures of a `front_answer` and a `histogram_answer`.
namespace moetric::v0::report {

/// The front in the plane of its first two quantities.
inline picture front_picture(value const& of) {
  std::string const x = detail::text_at(of, "quantities/#1"), y = detail::text_at(of, "quantities/#0");
  auto const axis_of = [&](std::string const& name) {
    std::string const unit = detail::unit_at(of, "front/#0/values/" + name);
    return plot_axis{
        .label = detail::in_words(name), .unit = unit, .logarithmic = name != "loss" && name != "objective"};
  };
  series front{.name = "front", .drawn = mark::points};
  for (object_member const& each : of["front"].members())
    front.points.push_back({.x = each.content["values"][x].real(), .y = each.content["values"][y].real()});
  picture made{.title =
                   "Configurations that no other beats in both " + detail::in_words(y) + " and " + detail::in_words(x),
               .panels = {{.title = "", .x = axis_of(x), .y = axis_of(y), .all = {front}}}};
  std::string const law = detail::text_at(of, "law");
  made.notes.push_back("Exact: the Pareto front of all " + detail::shown(of["space"], ",") +
                       " configurations of the space" + (law.empty() ? "." : "; loss by law " + law + "."));
  return made;
}

inline picture histogram_picture(value const& of) {
  std::string const name = of["field"].text();
  series counts{.name = "configurations", .drawn = mark::bars};
  plot_axis values{.label = "", .unit = ""};
  std::string const unit = detail::unit_at(of, "histogram/#0/value");
  value const& all = of["histogram"];
  std::size_t const together = (all.size() + 39) / 40;  // values of one bar
  for (std::size_t i = 0; i < all.size(); i += together) {
    double sum = 0;
    std::size_t const end = std::min(all.size(), i + together);
    for (std::size_t j = i; j != end; ++j) sum += detail::number_at(all, "#" + std::to_string(j) + "/configurations");
    counts.points.push_back(
        {.x = sum, .y = static_cast<double>(values.names.size()), .label = detail::short_number(sum)});
    std::string text = detail::shown(*find_at(all, "#" + std::to_string(i) + "/value").content, "=");
    if (end - i > 1)
      text += " to " + detail::shown(*find_at(all, "#" + std::to_string(end - 1) + "/value").content, "=");
    values.names.push_back(text);
  }
  picture made{.title = "Allowed configurations by " + detail::in_words(name),
               .panels = {{.title = name + (unit.empty() || unit == "1" ? "" : " (" + unit + ")"),
                           .x = {.label = "configurations", .unit = ""},
                           .y = values,
                           .all = {counts}}}};
  made.notes.push_back("Exact: " + detail::shown(of["allowed"], ",") + " of " + detail::shown(of["space"], ",") +
                       " configurations of the space satisfy its rules and windows.");
  return made;
}

}  // namespace moetric::v0::report
