#pragma once

#include <algorithm>
#include <cmath>
#include <cstddef>
#include <random>
#include <span>
#include <vector>

#include "moetric/fit/fitted_law.hpp"
#include "moetric/fit/linear.hpp"

namespace moetric::v0::fit {

/// A predicted loss: its interval for one further run, and that of the mean of many.
struct predicted_loss {
  confidence_interval run;
  confidence_interval mean;
};

/// The loss of a fitted law at inputs in its order. The interval of the mean comes from the fit's draws, that of a run
/// also from the scatter of the fit's own runs, on the scale of the fit's residuals.
/// \throws std::invalid_argument for a fit that does not identify every coefficient and has no bootstrap, a confidence
///         outside 0 .. 1, and as `evaluate`
inline predicted_loss predict(fitted_law const& found, std::span<double const> values, double confidence = 0.95,
                              std::size_t samples = 2000) {
  if (!(confidence > 0 && confidence < 1))
    moetric::detail::invalid(
        ("moetric: interval must be above 0 and below 1, but got " + moetric::detail::shortest(confidence)).c_str());
  loss_scale const scale = found.of.residual;
  laws::any_law const law = law_of(found);
  double const value = evaluate(found, values).loss;
  double const n = static_cast<double>(found.of.runs), p = static_cast<double>(found.of.fitted);
  double const noise = found.of.rmse * std::sqrt(n / std::fmax(1, n - p));
  std::vector<double> means, runs;
  std::mt19937_64 bits(1);
  std::vector<std::vector<double>> const draws = drawn_coefficients(found, samples);
  if (draws.empty()) moetric::detail::invalid("moetric: a fit must have draws to give an interval");
  for (std::size_t i = 0; i != std::max(samples, draws.size()); ++i) {
    double const loss = law.with(draws[i % draws.size()]).loss(values);
    double const at = on_scale(scale, loss);
    double const off = noise * optimum::normal_quantile(optimum::detail::uniform(bits));
    if (!std::isfinite(at)) continue;
    if (i < draws.size()) means.push_back(at);
    runs.push_back(at + off);
  }
  auto const back = [&](double at) {
    return scale == loss_scale::loss ? at : scale == loss_scale::log ? std::exp(at) : std::pow(10, at);
  };
  auto const interval = [&](std::vector<double>& all) -> confidence_interval {
    std::sort(all.begin(), all.end());
    double const low = optimum::detail::percentile(all, (1 - confidence) / 2),
                 high = optimum::detail::percentile(all, (1 + confidence) / 2);
    double const t = optimum::normal_quantile(0.5 + confidence / 2);
    return {value, (back(high) - back(low)) / (2 * t), back(low), back(high)};
  };
  return {interval(runs), interval(means)};
}

/// A task's accuracy or error by two steps.
struct predicted_task {
  laws::evaluation at_loss;  // of the task's fit, and whether the loss is outside of its runs
  confidence_interval mean;  // of the task; both ends are NaN without an interval
};

/// A task's number from a loss by the task's own fit, a form such as `accuracy`. Its interval comes from the draws of
/// both fits, or of the task's alone for a loss that is no fit's.
/// \param loss_fit the fit that predicts the loss at `values`, or null
/// \throws std::invalid_argument for a fit of another form, and as `predict`
inline predicted_task predict_task(fitted_law const& task, double loss, fitted_law const* loss_fit = nullptr,
                                   std::span<double const> values = {}, double confidence = 0,
                                   std::size_t samples = 2000) {
  if (task.form != forms::accuracy.id && task.form != forms::task_error.id)
    moetric::detail::invalid(
        ("moetric: a task must be a fit of accuracy or task-error, but is of " + task.form).c_str());
  double const at[] = {loss};
  predicted_task made{evaluate(law_of(task), at), {}};
  double const value = made.at_loss.loss, none = std::nan("");
  made.mean = {value, none, none, none};
  if (confidence == 0) return made;
  laws::any_law const second = law_of(task);
  std::vector<std::vector<double>> const tasks = drawn_coefficients(task, samples);
  std::vector<std::vector<double>> const losses =
      loss_fit == nullptr ? std::vector<std::vector<double>>{} : drawn_coefficients(*loss_fit, samples);
  std::vector<double> drawn;
  for (std::size_t i = 0; i != samples; ++i) {
    double const from[] = {losses.empty() ? loss : law_of(*loss_fit).with(losses[i % losses.size()]).loss(values)};
    double const number = second.with(tasks[i % tasks.size()]).loss(from);
    if (std::isfinite(number)) drawn.push_back(number);
  }
  std::sort(drawn.begin(), drawn.end());
  double const low = optimum::detail::percentile(drawn, (1 - confidence) / 2),
               high = optimum::detail::percentile(drawn, (1 + confidence) / 2);
  made.mean = {value, (high - low) / (2 * optimum::normal_quantile(0.5 + confidence / 2)), low, high};
  return made;
}

}  // namespace moetric::v0::fit
