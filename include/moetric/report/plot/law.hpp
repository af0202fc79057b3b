#pragma once

#include <algorithm>
#include <cstddef>
#include <string>
#include <vector>

#include "moetric/core/name.hpp"
#include "moetric/report/plot/from_values.hpp"

/// Pictures of laws: optima over budgets, the loss over its inputs, laws side by side.
namespace moetric::v0::report {

namespace detail {

inline std::string source_of_law(value const& of) {
  return "Source: law " + text_at(of, "law") + ", " + text_at(of, "title") + " (" + text_at(of, "paper") + ").";
}
inline void note_extrapolation(picture& made, std::string const& how, std::string const& unknown = {}) {
  if (made.extrapolates())
    made.notes.push_back(how + ": extrapolated, outside of the range or family that was fitted" +
                         (unknown.empty() ? "" : "; no fitted range is known for " + unknown) + ".");
}
/// Names of a list, "tokens and granularity".
inline std::string names_of(value const* list) {
  std::vector<std::string> names;
  if (list != nullptr)
    for (object_member const& each : list->members()) names.push_back(in_words(each.content.text()));
  return listed(names);
}

inline void note_samples(picture& made, value const& of) {
  if (of.find("sampled") != nullptr)
    made.notes.push_back("Band: " + shown(of["coverage"], "%2") + " of samples of " + of["sampled"].text() + ".");
}

/// A key of the rows of a list as a line, with its interval where the rows have one.
inline series line_of(value const& rows, std::string const& x, std::string const& y, std::string name) {
  series made{.name = std::move(name)};
  for (object_member const& each : rows.members())
    made.points.push_back({.x = number_at(each.content, x),
                           .y = number_at(each.content, y),
                           .low = number_at(each.content, y + "_low"),
                           .high = number_at(each.content, y + "_high"),
                           .extrapolated = flag_at(each.content, "extrapolated")});
  return made;
}

/// True if every row has a positive number of this name, and they are not all the same.
inline bool varies(value const& rows, std::string const& name) {
  bool any = false;
  for (object_member const& each : rows.members()) {
    double const number = number_at(each.content, name);
    if (!(number > 0)) return false;
    any = any || number != number_at(rows.members()[0].content, name);
  }
  return any;
}

/// Limits where a law's fitted range ends, within the shown ones.
inline void add_range(panel& to, value const* fitted, mark along, double low, double high) {
  if (fitted == nullptr || fitted->kind() != value::kinds::object) return;
  bool named = false;
  for (char const* const end : {"low", "high"}) {
    double const at = number_at(*fitted, end);
    if (!(at > low && at < high)) continue;
    series limit{.name = named ? "" : "end of fitted range", .drawn = along};
    limit.points.push_back({.x = at, .y = at});
    to.all.push_back(limit);
    named = true;
  }
}

}  // namespace detail

/// The optimum over budgets: loss, parameters, tokens and further inputs, of an `optimum_path_answer`.
inline picture optimum_path_picture(value const& of) {
  picture made{.title = "The optimum of law " + of["law"].text() + " for each budget"};
  value const& path = of["path"];
  std::vector<std::string> quantities;
  for (object_member const& each : of["quantities"].members()) quantities.push_back(each.content.text());
  std::rotate(quantities.begin(), std::find(quantities.begin(), quantities.end(), "loss"), quantities.end());
  double const low = detail::number_at(path, "#0/compute"),
               high = detail::number_at(path, "#" + std::to_string(path.size() - 1) + "/compute");
  for (std::string const& each : quantities) {
    if (!detail::varies(path, each)) continue;
    bool const is_loss = each == "loss";
    panel next{.title = "",
               .x = {.label = "compute", .unit = "FLOPs", .logarithmic = true},
               .y = {.label = detail::in_words(each),
                     .unit = is_loss ? "nats per token" : detail::unit_at(path, "#0/" + each),
                     .logarithmic = !is_loss},
               .all = {detail::line_of(path, "compute", each, "optimum")}};
    if (next.y.unit == next.y.label) next.y.unit = "";
    detail::add_range(next, of.find("fitted_compute"), mark::vertical, low, high);
    made.panels.push_back(std::move(next));
  }
  made.notes.push_back(detail::source_of_law(of));
  detail::note_samples(made, of);
  detail::note_extrapolation(made, "Dashed", detail::names_of(of.find("unknown_ranges")));
  return made;
}

/// The loss over one input or its contours over two, of a `loss_curve_answer` or `loss_contours_answer`.
inline picture loss_picture(value const& of) {
  auto const axis_of = [&](std::size_t place) {
    std::string const path = "varied/#" + std::to_string(place) + "/", name = detail::text_at(of, path + "name"),
                      unit = detail::text_at(of, path + "unit");
    return plot_axis{.label = detail::in_words(name),
                     .unit = unit == detail::in_words(name) ? "" : unit,
                     .logarithmic = true,
                     .low = detail::number_at(of, path + "low"),
                     .high = detail::number_at(of, path + "high")};
  };
  std::string const x = detail::text_at(of, "varied/#0/name"), y = detail::text_at(of, "varied/#1/name");
  std::string fixed;
  for (object_member const& each : of["fixed"].members())
    fixed +=
        (fixed.empty() ? " at " : ", ") + detail::in_words(each.name) + " " + detail::short_number(each.content.real());
  picture made{.title = (y.empty() ? "Loss by law " : "Lines of equal loss by law ") + of["law"].text() + fixed};
  panel only{
      .title = y.empty() ? "" : "Numbers at the lines: loss in " + of["loss_unit"].text(), .x = axis_of(0), .y = {}};
  if (y.empty()) {
    only.y = {.label = "loss", .unit = of["loss_unit"].text()};
    only.all.push_back(detail::line_of(of["curve"], x, "loss", "loss"));
    detail::add_range(only, find_at(of, "varied/#0/fitted").content, mark::vertical, *only.x.low, *only.x.high);
  } else {
    only.y = axis_of(1);
    for (object_member const& each : of["contours"].members()) {
      series line = detail::line_of(each.content["points"], x, y, "");
      // Beside the end that is inside the frame
      line.points.back().label = detail::shown(each.content["loss"], "3");
      only.all.push_back(std::move(line));
    }
  }
  made.panels.push_back(std::move(only));
  made.notes.push_back(detail::source_of_law(of));
  detail::note_samples(made, of);
  detail::note_extrapolation(made, "Dashed", detail::names_of(of.find("unknown_ranges")));
  return made;
}

/// Loss, active parameters and tokens over compute by law, of a `compare_path_answer`.
inline picture compare_path_picture(value const& of) {
  picture made{.title = "What each law plans for a budget"};
  for (char const* const quantity : {"loss", "active_non_embedding_parameters", "tokens"}) {
    std::string const key = quantity;
    bool const is_loss = key == "loss";
    panel next{.title = is_loss ? "Loss of the law's plan, on each law's own scale" : "",
               .x = {.label = "compute", .unit = "FLOPs", .logarithmic = true},
               .y = {.label = is_loss           ? "loss"
                              : key == "tokens" ? "tokens"
                                                : "active N_a",
                     .unit = is_loss           ? "nats per token"
                             : key == "tokens" ? ""
                                               : "parameters",
                     .logarithmic = !is_loss}};
    for (object_member const& law : of["laws"].members())
      next.all.push_back(detail::line_of(law.content, "compute", key, law.name));
    made.panels.push_back(std::move(next));
  }
  made.notes.push_back("FLOPs by " + of["convention"].text() +
                       "; every plan is a shape of one grid. Sources: moetric laws LAW.");
  detail::note_extrapolation(made, "Dashed");
  return made;
}

}  // namespace moetric::v0::report
