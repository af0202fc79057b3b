#pragma once

#include <algorithm>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "moetric/fit/prediction.hpp"
#include "moetric/io/named_law.hpp"
#include "moetric/report/loss_answer.hpp"
#include "moetric/report/loss_curve_answer.hpp"
#include "moetric/report/prediction_answer.hpp"

namespace moetric::v0::io {

/// The loss of a law, as people type it.
struct loss_request {
  std::string law;                    // an id, or the file of a fit
  std::vector<std::string> values{};  // its inputs: name=value, or name=low..high for one or two of them
  std::optional<double> interval{};   // probability of a fit's intervals; of a curve, share of samples between them
  std::string task{};                 // the file of a fit of a task's number over the loss

  /// True if an input is a range.
  bool has_range() const { return std::any_of(values.begin(), values.end(), is_range); }
};

namespace detail {

inline report::answer loss_over_ranges(named_law const& law, std::string const& asks,
                                       std::vector<std::string_view> const& names,
                                       std::vector<std::string> const& arguments, std::optional<double> interval) {
  std::vector<laws::named_value> values;
  std::vector<report::varied_input> varied;
  for (auto const& [name, text] : read_names(asks, names, arguments)) {
    if (!is_range(text)) {
      values.push_back({name, number(name, text)});
      continue;
    }
    auto const [low, high] = ends_of_range(name, text);
    values.push_back({name, low});
    varied.push_back(
        {static_cast<std::size_t>(std::find(names.begin(), names.end(), name) - names.begin()), {low, high}});
  }
  laws::input_values inputs;
  for (double const each : laws::in_order(*law.about, values))
    inputs.push_back(each, "moetric: a law must have at most 12 inputs");
  if (varied.size() == 1 && interval) {
    if (law.about->coefficients.empty()) refuse("an interval needs published coefficients");
    law_samples const samples = samples_of(law, {.coverage = *interval});
    return report::loss_curve_answer(*law.loss, inputs, varied[0], {samples.laws, samples.source, *interval});
  }
  if (varied.size() == 1) return report::loss_curve_answer(*law.loss, inputs, varied[0]);
  if (interval) refuse("--interval must be given with a range of one input, not of two");
  if (varied.size() == 2) return report::loss_contours_answer(*law.loss, inputs, varied[0], varied[1]);
  refuse(asks + " a range for at most two inputs");
}

}  // namespace detail

/// The loss that a request describes. Keys: those of `report::loss_answer`, with a range those of
/// `report::loss_curve_answer` or `report::loss_contours_answer`.
/// \throws std::invalid_argument naming what is missing, wrong, or not what the law gives
inline report::answer loss_answer(loss_request from) {
  named_law const found = find_law(from.law, from.values);
  if (!found.loss) refuse_law(found, "a loss");
  std::vector<std::string_view> names;
  for (laws::input const& each : found.about->inputs) names.push_back(each.name);
  std::string const asks = "law " + from.law + " must get";
  if (from.has_range()) return detail::loss_over_ranges(found, asks, names, from.values, from.interval);
  auto const values = laws::in_order(*found.about, read_values(asks, names, from.values));
  laws::evaluation const at = laws::evaluate(*found.loss, values);
  report::answer made = report::loss_answer(*found.about, values, at);
  if (from.interval && !found.fit && from.task.empty())
    refuse("--interval must be given with the file of a fit, but got law " + from.law);
  if (from.interval && found.fit)
    report::add_prediction(made, fit::predict(*found.fit, values, *from.interval), *from.interval);
  if (!from.task.empty()) {
    fit::fitted_law const task = read_fitted_law(from.task);
    report::add_task(made, fit::predict_task(task, at.loss, found.fit.get(), values, from.interval.value_or(0)),
                     from.task, task.form);
  }
  return made;
}

}  // namespace moetric::v0::io
