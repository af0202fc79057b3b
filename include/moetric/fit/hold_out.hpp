#pragma once

#include "moetric/fit/fit.hpp"

/// Validation on held-out larger scales, since a law is used to extrapolate.
namespace moetric::v0::fit {

/// A fit of the smaller runs and its errors on the larger ones.
template <class Fitted>
struct basic_held_out {
  Fitted without;        // the fit of the smaller runs
  std::size_t held = 0;  // number of held-out runs
  double from = 0;       // the least value of the column among them, if one orders the runs
  double rmse = 0;       // of the fitted runs, on the fit's loss scale
  double rmse_held = 0;  // of the held-out runs
  double bias_held = 0;  // mean of predicted − observed over the held-out runs: positive if the law is pessimistic
  double relative_error = 0;        // mean of predicted / observed − 1 over the held-out runs
  std::vector<std::size_t> rows{};  // their places in the table, from 1
  std::vector<double> predicted{};  // their losses
  std::vector<double> observed{};
};
template <class Form>
using held_out = basic_held_out<fitted<Form>>;

/// Fits all runs but the given ones, and evaluates the law on these.
/// \throws std::invalid_argument unless some runs are held out, and as `fit`
inline basic_held_out<any_fitted> hold_out(form_to_fit const& form, laws::description const& about, runs const& data,
                                           setup const& how, std::vector<std::size_t> const& held,
                                           std::string_view name = {}) {
  validate(data);
  if (held.empty())
    moetric::detail::invalid("moetric: a validation must hold out at least one run, but holds out none");
  std::vector<bool> is_held(data.size(), false);
  for (std::size_t const row : held) is_held[row] = true;
  std::vector<std::size_t> seen;
  for (std::size_t row = 0; row != data.size(); ++row)
    if (!is_held[row]) seen.push_back(row);
  basic_held_out<any_fitted> result{fit(form, about, data.only(seen), how, name), held.size()};
  result.rmse = result.without.of.rmse;
  runs const rest = data.only(held);
  std::vector<double> coefficients, predicted(rest.size());
  for (fitted_coefficient const& each : result.without.of.coefficients) coefficients.push_back(each.value);
  form.predictor_of(inputs_of(rest, about))(coefficients, {}, predicted, nullptr);
  for (std::size_t row = 0; row != rest.size(); ++row) {
    double const off = on_scale(how.residual, predicted[row]) - on_scale(how.residual, rest.loss[row]);
    result.rmse_held += off * off / static_cast<double>(rest.size());
    result.bias_held += off / static_cast<double>(rest.size());
    result.relative_error += (predicted[row] / rest.loss[row] - 1) / static_cast<double>(rest.size());
  }
  result.rmse_held = std::sqrt(result.rmse_held);
  for (std::size_t const row : held) result.rows.push_back(data.row_of(row));
  result.predicted = std::move(predicted);
  result.observed = rest.loss;
  return result;
}

/// The same with the largest runs held out. `column` (an input, such as tokens or a parameter count) orders the runs;
/// the largest `share` of them, with any ties, is held out.
/// \throws std::invalid_argument for a share outside 0 .. 1 or one that holds nothing out, and as `fit`
inline basic_held_out<any_fitted> hold_out_largest(form_to_fit const& form, laws::description const& about,
                                                   runs const& data, setup const& how, std::string_view column,
                                                   double share = 0.2) {
  if (!(is_positive_and_finite(share) && share < 1))
    moetric::detail::invalid(
        ("moetric: share must be above 0 and below 1, but got " + moetric::detail::shortest(share)).c_str());
  validate(data);
  std::vector<double> const& scale = data.column(column);
  std::vector<double> sorted = scale;
  std::sort(sorted.begin(), sorted.end());
  auto const wanted = static_cast<std::size_t>(std::ceil(share * static_cast<double>(data.size())));
  double const from = wanted == 0 || sorted.empty() ? 0 : sorted[sorted.size() - wanted];
  std::vector<std::size_t> held;
  for (std::size_t row = 0; row != data.size(); ++row)
    if (scale[row] >= from && wanted != 0) held.push_back(row);
  basic_held_out<any_fitted> result = hold_out(form, about, data, how, held);
  result.from = from;
  return result;
}
template <class Form>
held_out<Form> hold_out_largest(laws::description const& about, runs const& data, setup const& how,
                                std::string_view column, double share = 0.2) {
  auto const found = hold_out_largest(detail::to_fit<Form>, about, data, how, column, share);
  return {found.without,   found.held,           found.from, found.rmse,      found.rmse_held,
          found.bias_held, found.relative_error, found.rows, found.predicted, found.observed};
}

}  // namespace moetric::v0::fit
