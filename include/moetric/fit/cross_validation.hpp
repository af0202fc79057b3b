#pragma once

#include <optional>

#include "moetric/core/order.hpp"
#include "moetric/fit/fitted_law.hpp"
#include "moetric/fit/hold_out.hpp"

/// Cross-validation by scale: a law is for extrapolation, so forms are compared on runs larger than those of their fit.
namespace moetric::v0::fit {

/// Fits to the smallest scales, each evaluated on the next.
struct rollout {
  std::size_t steps = 0;      // fits
  std::size_t predicted = 0;  // runs
  double rmse = 0;            // of ln predicted − ln observed over all predicted runs
  double bias = 0;            // its mean: positive if losses are predicted too high
};

/// A form that is compared with others on the same runs.
struct compared_form {
  any_form const* form;
  std::optional<any_fitted> found{};  // of all runs
  rollout ahead{};
  double rmse = 0;        // of ln predicted − ln observed over all runs
  double aic = 0;         // from that mean square, so that forms fitted on other scales compare
  double bic = 0;         // from the same mean square
  std::string failure{};  // why the form could not be fitted
};

namespace detail {

/// Runs in groups of about equal size, by scale ascending; equal scales stay together.
inline std::vector<std::vector<std::size_t>> scale_groups(std::vector<double> const& scale, std::size_t groups) {
  std::vector<std::size_t> const order =
      order_by(scale.size(), [&](std::size_t a, std::size_t b) { return scale[a] < scale[b]; });
  std::vector<std::vector<std::size_t>> made(1);
  for (std::size_t i = 0; i != order.size(); ++i) {
    bool const is_tied = i != 0 && scale[order[i]] <= 1.001 * scale[order[i - 1]];
    if (!is_tied && i * groups >= made.size() * scale.size()) made.emplace_back();
    made.back().push_back(order[i]);
  }
  return made;
}

inline std::vector<double> log_errors(form_to_fit const& form, laws::description const& about, report const& of,
                                      runs const& on) {
  std::vector<double> k, predicted(on.size()), errors;
  for (fitted_coefficient const& each : of.coefficients) k.push_back(each.value);
  form.predictor_of(inputs_of(on, about))(k, {}, predicted, nullptr);
  for (std::size_t i = 0; i != on.size(); ++i) errors.push_back(std::log(predicted[i] / on.loss[i]));
  return errors;
}

}  // namespace detail

/// Fits the k smallest of `groups` scales and predicts the next, for each k from half of the groups on.
/// \param scale of each run, such as its compute
inline rollout roll_out(form_to_fit const& form, laws::description const& about, runs const& data, setup const& how,
                        std::vector<double> const& scale, std::size_t groups = 8) {
  rollout made;
  std::vector<std::vector<std::size_t>> const parts = detail::scale_groups(scale, groups);
  std::vector<std::size_t> seen;
  for (std::size_t k = 0; k + 1 < parts.size(); ++k) {
    seen.insert(seen.end(), parts[k].begin(), parts[k].end());
    if (2 * (k + 1) < parts.size()) continue;
    any_fitted const found = fit(form, about, data.only(seen), how);
    for (double const each : detail::log_errors(form, about, found.of, data.only(parts[k + 1]))) {
      made.rmse += each * each, made.bias += each;
      ++made.predicted;
    }
    ++made.steps;
  }
  if (made.predicted != 0) {
    made.rmse = std::sqrt(made.rmse / static_cast<double>(made.predicted));
    made.bias /= static_cast<double>(made.predicted);
  }
  return made;
}

/// Compares forms on the same losses: by cross-validation over scales, AIC and BIC. Forms that cannot be fitted say
/// why. \param data the runs, read for each form: the same runs with the same losses
/// \throws std::invalid_argument for forms that are given different runs
inline std::vector<compared_form> compare_forms(std::vector<any_form const*> const& forms,
                                                std::vector<runs> const& data, std::vector<setup> const& how,
                                                std::vector<double> const& scale) {
  for (std::size_t i = 0; i != forms.size(); ++i)
    if (data[i].loss != data[0].loss || data[i].row != data[0].row || scale.size() != data[i].size())
      moetric::detail::invalid(("moetric: forms must be compared on the same runs and losses, but " +
                                std::string(forms[i]->id) + " reads others than " + std::string(forms[0]->id))
                                   .c_str());
  std::vector<compared_form> all;
  for (std::size_t i = 0; i != forms.size(); ++i) {
    compared_form made{forms[i]};
    try {
      form_to_fit const& form = *forms[i]->to_fit;
      laws::description const& about = *forms[i]->about;
      made.found = fit(form, about, data[i], how[i], forms[i]->id);
      double square = 0;
      for (double const each : detail::log_errors(form, about, made.found->of, data[i])) square += each * each;
      double const n = static_cast<double>(data[i].size()), p = static_cast<double>(made.found->of.fitted + 1);
      made.rmse = std::sqrt(square / n);
      made.aic = n * std::log(square / n) + 2 * p;
      made.bic = n * std::log(square / n) + std::log(n) * p;
      made.ahead = roll_out(form, about, data[i], how[i], scale);
    } catch (std::invalid_argument const& error) {
      made.failure = error.what();
    }
    all.push_back(std::move(made));
  }
  return all;
}

/// The form that predicts larger scales best; null if none could be fitted.
inline compared_form const* best_of(std::vector<compared_form> const& forms) {
  compared_form const* best = nullptr;
  for (compared_form const& each : forms)
    if (each.failure.empty() && each.ahead.predicted != 0 && (best == nullptr || each.ahead.rmse < best->ahead.rmse))
      best = &each;
  return best;
}

}  // namespace moetric::v0::fit
