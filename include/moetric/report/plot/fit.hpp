#pragma once

#include <cmath>
#include <stdexcept>
#include <string>
#include <utility>

#include "moetric/report/plot/from_values.hpp"

/// Pictures of fits.
namespace moetric::v0::report {

namespace detail {

/// A quantity {value, low, high} of the rows of a list, over compute.
inline series quantity_of(value const& rows, std::string const& key, std::string name, mark drawn) {
  series made{.name = std::move(name), .drawn = drawn};
  for (object_member const& each : rows.members())
    made.points.push_back({.x = number_at(each.content, "compute"),
                           .y = number_at(each.content, key + "/value"),
                           .low = number_at(each.content, key + "/low"),
                           .high = number_at(each.content, key + "/high")});
  return made;
}

/// A power law of an answer between two budgets.
inline series power_law_of(value const& law, double low, double high, std::string name) {
  double const coefficient = number_at(law, "coefficient/value"), exponent = number_at(law, "exponent/value");
  series made{.name = std::move(name)};
  for (double const x : {low, high}) made.points.push_back({.x = x, .y = coefficient * std::pow(x, exponent)});
  return made;
}

inline std::pair<double, double> ends_of(value const& rows, std::string const& key) {
  std::pair<double, double> ends{number_at(rows, "#0/" + key), number_at(rows, "#0/" + key)};
  for (object_member const& each : rows.members()) {
    double const at = number_at(each.content, key);
    ends = {std::fmin(ends.first, at), std::fmax(ends.second, at)};
  }
  return ends;
}

inline plot_axis compute_axis() {
  return {.label = "compute", .unit = "FLOPs", .logarithmic = true};
}

}  // namespace detail

/// Residuals, predicted losses and optima of a fitted law, of a `fit_answer` with its residuals.
inline picture fit_picture(value const& of) {
  picture made{.title = "A fit of " + of["fitted_form"].text() + " to " + detail::shown(of["runs"], ",") + " runs"};
  if (value const* const rows = of.find("residuals_by_run"); rows != nullptr && !rows->empty()) {
    std::string const unit = detail::unit_at(of, "residuals_by_run/#0/residual");
    panel residuals{.title = "Residual of every run",
                    .x = {.label = "loss of the run", .unit = "nats per token"},
                    .y = {.label = "residual", .unit = unit == "loss" ? "nats per token" : unit}};
    series runs{.name = "run", .drawn = mark::points}, none{.name = "no residual", .drawn = mark::horizontal};
    for (object_member const& each : rows->members())
      runs.points.push_back(
          {.x = detail::number_at(each.content, "loss"), .y = detail::number_at(each.content, "residual")});
    none.points.push_back({.y = 0});
    residuals.all = {runs, none};
    made.panels.push_back(std::move(residuals));
  }
  if (value const* const budgets = of.find("budgets"); budgets != nullptr && !budgets->empty())
    for (object_member const& each : budgets->members()[0].content.members()) {
      if (each.name == "compute" || each.name == "loss" || each.name == "tokens_per_parameter" ||
          each.content.find("value") == nullptr)
        continue;
      plot_axis y{.label = "optimal " + detail::in_words(each.name),
                  .unit = detail::unit_at(of, "budgets/#0/" + each.name),
                  .logarithmic = true};
      if (y.unit == "tokens") y.unit = "";
      made.panels.push_back({.title = made.panels.size() == 1 ? "Its optimum beyond the runs, with intervals" : "",
                             .x = detail::compute_axis(),
                             .y = y,
                             .all = {detail::quantity_of(*budgets, each.name, "optimum", mark::points)}});
    }
  made.notes.push_back("Form: " + of["equation"].text() + "; intervals of " + detail::shown(of["confidence"], "%3") +
                       ".");
  return made;
}

/// IsoFLOP profiles with their optima, and the optima over compute, of an `allocation_answer`.
inline picture allocation_picture(value const& of) {
  std::string const size = of.find("parameters") != nullptr ? "parameters" : "training_flops_per_token";
  value const& profiles = of["profiles"];
  picture made{.title = "Optimal " + detail::in_words(size) + " from " + std::to_string(profiles.size()) + " budgets"};
  std::string const unit = size == "parameters" ? "parameters" : "FLOPs per token";
  constexpr std::size_t most = 12;
  if (profiles.size() <= most && detail::number_at(profiles, "#0/points/#0/loss") > 0) {
    panel runs{.title = "IsoFLOP profiles: runs, the fitted curve, its least loss",
               .x = {.label = detail::in_words(size), .unit = size == "parameters" ? "" : unit, .logarithmic = true},
               .y = {.label = "loss", .unit = "nats per token"}};
    series best{.name = "least", .drawn = mark::points, .look = 6};  // black stars
    for (object_member const& each : profiles.members()) {
      std::string const budget = detail::shown(each.content["compute"], "2") + " FLOPs";
      series points{.name = budget, .drawn = mark::points}, curve{.name = ""};
      for (object_member const& at : each.content["points"].members())
        points.points.push_back({.x = detail::number_at(at.content, size), .y = detail::number_at(at.content, "loss")});
      for (object_member const& at : each.content["curve_points"].members())
        curve.points.push_back({.x = detail::number_at(at.content, size), .y = detail::number_at(at.content, "loss")});
      best.points.push_back(
          {.x = detail::number_at(each.content, size + "/value"), .y = detail::number_at(each.content, "loss")});
      points.look = curve.look = runs.all.size() / 2;
      runs.all.push_back(std::move(points));
      if (!curve.points.empty()) runs.all.push_back(std::move(curve));
    }
    runs.all.push_back(std::move(best));
    made.panels.push_back(std::move(runs));
  }
  auto const [low, high] = detail::ends_of(profiles, "compute");
  made.panels.push_back({.title = "Optima over compute",
                         .x = detail::compute_axis(),
                         .y = {.label = "optimal " + detail::in_words(size),
                               .unit = size == "parameters" ? "" : unit,
                               .logarithmic = true},
                         .all = {detail::quantity_of(profiles, size, "optimum of a budget", mark::points),
                                 detail::power_law_of(of[size], low, high, "power law")}});
  if (value const* const predictions = of.find("predictions"); predictions != nullptr && !predictions->empty()) {
    series predicted = detail::quantity_of(*predictions, size, "predicted", mark::points);
    for (plot_point& each : predicted.points) each.extrapolated = each.x < low || each.x > high;
    made.panels.back().all.push_back(std::move(predicted));
  }
  made.notes.push_back("Power law: exponent " + detail::shown(of[size]["exponent"]["value"], "4") + "; intervals of " +
                       detail::shown(of["confidence"], "%3") + ".");
  if (made.extrapolates()) made.notes.push_back("Hollow: extrapolated, outside of the budgets that were fitted.");
  return made;
}

/// The near-optimal band over compute, of a `band_answer`.
inline picture band_picture(value const& of) {
  value const& scales = of["scales"];
  std::string const x = of["x"].text();
  picture made{.title = "Near-optimal " + detail::in_words(x) + ", up to " + detail::shown(of["tolerance"], "2") +
                        " above the least loss"};
  series band{.name = "band"};
  for (object_member const& each : scales.members())
    band.points.push_back({.x = detail::number_at(each.content, "compute"),
                           .y = detail::number_at(each.content, "best/value"),
                           .low = detail::number_at(each.content, "low/value"),
                           .high = detail::number_at(each.content, "high/value")});
  panel only{
      .title = "",
      .x = detail::compute_axis(),
      .y = {.label = detail::in_words(x), .unit = detail::unit_at(of, "scales/#0/best/value"), .logarithmic = true},
      .all = {band, detail::quantity_of(scales, "best", "best, with its interval", mark::points)}};
  made.panels.push_back(std::move(only));
  made.notes.push_back("Curve of each scale: loss = " + of["curve"].text() + "; intervals of " +
                       detail::shown(of["confidence"], "%3") + ".");
  return made;
}

/// A power law with its points, of a `power_law_answer`.
inline picture power_law_picture(value const& of) {
  std::string const x = of["x"].text(), y = of["y"].text();
  series points{.name = "run", .drawn = mark::points};
  for (object_member const& each : of["points"].members())
    points.points.push_back({.x = detail::number_at(each.content, "x"), .y = detail::number_at(each.content, "y")});
  auto const [low, high] = detail::ends_of(of["points"], "x");
  picture made{.title = "A power law: " + detail::in_words(y) + " over " + detail::in_words(x),
               .panels = {{.title = "",
                           .x = {.label = detail::in_words(x), .unit = std::string(unit_of(x)), .logarithmic = true},
                           .y = {.label = detail::in_words(y), .unit = std::string(unit_of(y)), .logarithmic = true},
                           .all = {points, detail::power_law_of(of, low, high, "power law")}}}};
  made.notes.push_back("Exponent " + detail::shown(of["exponent"]["value"], "4") + ", from " +
                       detail::shown(of["exponent"]["low"], "4") + " to " + detail::shown(of["exponent"]["high"], "4") +
                       " with " + detail::shown(of["confidence"], "%3") + ".");
  return made;
}

/// The picture of a fit of any kind, by the keys of its answer. \throws std::invalid_argument for one that has none
inline picture any_fit_picture(value const& of) {
  if (of.find("profiles") != nullptr) return allocation_picture(of);
  if (of.find("scales") != nullptr) return band_picture(of);
  if (of.find("fitted_form") != nullptr) return fit_picture(of);
  if (of.find("points") != nullptr) return power_law_picture(of);
  throw std::invalid_argument(
      "moetric: --plot must be given to a fit of a law, a power law of one column, profiles or a band");
}

}  // namespace moetric::v0::report
