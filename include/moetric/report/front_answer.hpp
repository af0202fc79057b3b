#pragma once

#include <algorithm>
#include <string>
#include <vector>

#include "moetric/report/search_summary.hpp"
#include "moetric/search/count_allowed.hpp"
#include "moetric/search/pareto.hpp"

/// The Pareto front of a space, and how many of its allowed configurations have each value of a field.
namespace moetric::v0::report {

/// Keys: law or null, space, quantities[] (objective, or names of measures), on_front, front[]{index, values{quantity},
/// architecture{}}, by the first quantity.
/// \param is_loss whether the objective is the loss of a law
inline answer front_answer(search::any_problem const& of, std::vector<search::measure> const& quantities,
                           std::vector<search::compromise> front, std::string_view law) {
  std::sort(front.begin(), front.end(), [](auto const& a, auto const& b) { return a.values < b.values; });
  value names = value::list(), all = value::list();
  auto const name_of = [&](search::measure what) {
    return what == search::measure::objective && !law.empty() ? std::string_view("loss") : name(what);
  };
  for (search::measure const each : quantities) names.append(name_of(each));
  for (search::compromise const& each : front) {
    shown_configuration const shown = detail::shown(of, {each.values[0], each.index});
    value at = object(), architecture = object();
    for (std::size_t i = 0; i != quantities.size(); ++i)
      at.set(name_of(quantities[i]), each.values[i],
             quantities[i] == search::measure::objective ? detail::unit_of_score(!law.empty())
                                                         : detail::unit_of_measure(quantities[i]));
    for (std::size_t i = 0; i != search::n_fields; ++i)
      architecture.set(name(static_cast<search::field>(i)), shown.architecture[i]);
    all.append(object({{"index", each.index}, {"values", std::move(at)}, {"architecture", std::move(architecture)}}));
  }
  answer made{object({{"law", law.empty() ? value() : value(law)},
                      {"space", of.over().size(), "configurations"},
                      {"quantities", std::move(names)},
                      {"on_front", front.size(), "configurations"},
                      {"front", std::move(all)}})};
  made.say("{on_front} of {space} configurations are on the front of {quantities}: no other has less of all of them");
  text_row header, cells;
  for (object_member const& each : made.values["quantities"].members()) {
    header.push_back(each.content.text());
    cells.push_back("{$/values/" + each.content.text() + ":5}");
  }
  for (char const* const each : {"d_model", "n_moe_layers", "n_experts", "top_k", "d_expert"}) {
    header.push_back(each);
    cells.push_back("{$/architecture/" + std::string(each) + "}");
  }
  std::vector<text_row> const rows = rows_of(made.values["front"], "front", cells);
  std::vector<text_row> some;
  std::size_t const step = rows.size() / 16 + 1;
  for (std::size_t i = 0; i < rows.size(); i += step) some.push_back(rows[i]);
  made.show({.header = header, .rows = std::move(some)});
  if (step > 1) made.show({.title = "All of the front", .header = header, .rows = rows, .shown = screen::all});
  return made;
}

/// Keys: field, space, allowed, histogram[]{value, configurations}: how many allowed configurations have each value of
/// a field that is an axis. \throws std::invalid_argument for a field that is none
inline answer histogram_answer(search::any_problem const& of, std::string_view field,
                               search::histogram const& counted) {
  search::space const& over = of.over();
  std::vector<std::string_view> axes;
  for (std::size_t i = 0; i != over.n_axes(); ++i) axes.push_back(name(over.axes()[i].field));
  std::size_t const place = static_cast<std::size_t>(std::find(axes.begin(), axes.end(), field) - axes.begin());
  if (place == axes.size()) refuse_name("a field of the histogram", field, axes);
  value all = value::list();
  auto digits = over.digits_of(0);
  for (std::uint32_t i = 0; i != counted.by_axis[place].size(); ++i) {
    digits[place] = i;
    all.append(object(
        {{"value", static_cast<std::uint64_t>(over.values(digits)[over.axes()[place].field]), unit_of_input(field)},
         {"configurations", counted.by_axis[place][i], "configurations"}}));
  }
  answer made{object({{"field", field},
                      {"space", over.size(), "configurations"},
                      {"allowed", counted.total, "configurations"},
                      {"histogram", std::move(all)}})};
  made.say("{allowed} of {space} configurations are allowed by the rules and windows; by {field}:");
  std::vector<text_row> const rows =
      rows_of(made.values["histogram"], "histogram", {"{$/value}", "{$/configurations}"});
  std::vector<text_row> some;
  std::size_t const step = rows.size() / 18 + 1;
  for (std::size_t i = 0; i < rows.size(); i += step) some.push_back(rows[i]);
  made.show({.header = {std::string(field), "configurations"}, .rows = std::move(some)});
  if (step > 1)
    made.show(
        {.title = "Every value", .header = {std::string(field), "configurations"}, .rows = rows, .shown = screen::all});
  return made;
}

}  // namespace moetric::v0::report
