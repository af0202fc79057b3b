#pragma once

#include <algorithm>
#include <cmath>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "moetric/fit/fitted_curves.hpp"
#include "moetric/report/plot/fit.hpp"
#include "moetric/report/trust.hpp"

/// The pictures of a fit's report, of the series that the report holds as CSV.
namespace moetric::v0::report {

/// A picture of a report: `<name>.svg`.
struct named_picture {
  std::string_view name;
  std::string_view caption;
  picture drawn;
};

namespace detail {

inline plot_axis input_axis(std::string_view name, laws::description const& about) {
  plot_axis made{.label = in_words(name), .unit = std::string(unit_of_input(name, &about)), .logarithmic = true};
  if (made.unit == made.label || made.label.ends_with(made.unit)) made.unit = "";
  return made;
}

/// Residuals of every run over the loss, over each input that varies, and over tokens per parameter.
inline picture residual_picture(fit::law_fit const& of, std::vector<fit::predicted_run> const& runs) {
  std::string const scale(fit::name(of.how.residual));
  picture made{.title = "Residuals: predicted - observed " + scale};
  auto const add = [&](plot_axis x, std::vector<double> const& at) {
    x.logarithmic = x.logarithmic && std::all_of(at.begin(), at.end(), [](double each) { return each > 0; });
    series residuals{.name = "run", .drawn = mark::points}, none{.name = "no residual", .drawn = mark::horizontal};
    for (std::size_t i = 0; i != runs.size(); ++i) residuals.points.push_back({.x = at[i], .y = runs[i].residual});
    none.points.push_back({});
    made.panels.push_back(
        {.title = "", .x = std::move(x), .y = {.label = "residual", .unit = scale}, .all = {residuals, none}});
  };
  std::vector<double> const* tokens = nullptr;
  std::vector<double> const* parameters = nullptr;
  for (std::size_t i = 0; i != of.data.names.size(); ++i) {
    std::vector<double> const& column = of.data.columns[i];
    if (of.data.names[i] == "tokens") tokens = &column;
    if (parameters == nullptr && of.data.names[i].ends_with("parameters")) parameters = &column;
    if (std::any_of(column.begin(), column.end(), [&](double each) { return each != column[0]; }))
      add(input_axis(of.data.names[i], *of.form->about), column);
  }
  if (tokens != nullptr && parameters != nullptr) {
    std::vector<double> ratio;
    for (std::size_t i = 0; i != tokens->size(); ++i) ratio.push_back((*tokens)[i] / (*parameters)[i]);
    add({.label = "tokens per parameter", .unit = "", .logarithmic = true}, ratio);
  }
  return made;
}

inline picture isoflop_picture(fit::law_fit const& of, std::vector<fit::isoflop_curve> const& curves) {
  panel only{.title = "",
             .x = input_axis(of.form->about->inputs[0].name, *of.form->about),
             .y = {.label = "loss", .unit = std::string(of.form->about->loss_unit)}};
  series best{.name = "least", .drawn = mark::points, .look = 6};
  for (fit::isoflop_curve const& each : curves) {
    series curve{.name = short_number(each.compute) + " FLOPs"};
    for (fit::isoflop_point const& at : each.points) curve.points.push_back({.x = at.parameters, .y = at.loss});
    best.points.push_back({.x = each.best.parameters, .y = each.best.loss});
    only.all.push_back(std::move(curve));
  }
  only.all.push_back(std::move(best));
  return {.title = "IsoFLOP curves of the fitted law", .panels = {std::move(only)}};
}

/// The optimum over compute with its bands; beyond the runs' compute it is extrapolated.
inline picture path_picture(fit::law_fit const& of, std::vector<fit::path_point> const& path) {
  picture made{.title = "Optimum over compute, with intervals of " + brief(100 * of.how.confidence, 3) + " %"};
  double const seen = fit::compute_of_runs(of).high * (1 + 1e-9);
  for (std::size_t q = 0; q != path.front().quantities.size(); ++q) {
    std::string const name = path.front().quantities[q].name;
    bool const is_loss = name == "loss";
    series optimum{.name = "optimum"};
    for (fit::path_point const& at : path) {
      fit::quantity_interval const& each = at.quantities[q];
      optimum.points.push_back(
          {.x = at.compute, .y = each.value, .low = each.low, .high = each.high, .extrapolated = at.compute > seen});
    }
    plot_axis y = is_loss ? plot_axis{.label = "loss", .unit = std::string(of.form->about->loss_unit)}
                  : name == "tokens_per_parameter"
                      ? plot_axis{.label = "tokens per parameter", .unit = "", .logarithmic = true}
                      : input_axis(name, *of.form->about);
    made.panels.push_back({.title = "", .x = compute_axis(), .y = std::move(y), .all = {std::move(optimum)}});
  }
  made.notes.push_back("Dashed: extrapolated, beyond the compute of the runs.");
  return made;
}

/// The law and the runs over its only input.
inline picture one_input_picture(fit::law_fit const& of) {
  std::vector<double> const& x = of.data.column(of.form->about->inputs[0].name);
  series runs{.name = "run", .drawn = mark::points}, curve{.name = "fitted law"};
  for (std::size_t i = 0; i != x.size(); ++i) runs.points.push_back({.x = x[i], .y = of.data.loss[i]});
  auto const [low, high] = std::minmax_element(x.begin(), x.end());
  std::vector<double> k, at, loss(65);
  for (fit::fitted_coefficient const& each : of.found.of.coefficients) k.push_back(each.value);
  for (std::size_t i = 0; i != loss.size(); ++i)
    at.push_back(*low * std::pow(*high / *low, static_cast<double>(i) / static_cast<double>(loss.size() - 1)));
  of.form->to_fit->predictor_of(at)(k, {}, loss, nullptr);
  for (std::size_t i = 0; i != loss.size(); ++i) curve.points.push_back({.x = at[i], .y = loss[i]});
  plot_axis y{.label = "loss", .unit = std::string(of.form->about->loss_unit)};
  if (of.form->id == "accuracy" || of.form->id == "task-error") y = {.label = std::string(of.form->id), .unit = ""};
  return {.title = "Runs and the fitted law",
          .panels = {{.title = "",
                      .x = input_axis(of.form->about->inputs[0].name, *of.form->about),
                      .y = std::move(y),
                      .all = {std::move(runs), std::move(curve)}}}};
}

}  // namespace detail

/// The pictures of a fit's report: residuals; of a form with one input the runs and the law; of a form that divides a
/// budget its isoFLOP curves and its optimum over compute.
inline std::vector<named_picture> fit_report_pictures(fit::law_fit const& of, fit::fitted_curves const& curves) {
  std::vector<named_picture> all{{"residuals", "Residuals over the inputs", detail::residual_picture(of, curves.runs)}};
  if (of.form->about->inputs.size() == 1 && of.data.columns.at(0).front() > 0)
    all.push_back({"curve", "Runs and the fitted law", detail::one_input_picture(of)});
  if (!curves.isoflop.empty())
    all.push_back({"isoflop", "IsoFLOP curves of the fitted law", detail::isoflop_picture(of, curves.isoflop)});
  if (!curves.path.empty())
    all.push_back({"optimum", "Optimum over compute with its bands", detail::path_picture(of, curves.path)});
  for (named_picture& each : all)
    each.drawn.notes.insert(each.drawn.notes.begin(), "Form: " + std::string(of.form->about->equation) +
                                                          ", fitted to " + std::to_string(of.data.size()) + " runs.");
  return all;
}

}  // namespace moetric::v0::report
