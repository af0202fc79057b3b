#pragma once

#include <numeric>

#include "moetric/fit/fit.hpp"

/// Held-out validation by scale: what a law is for is to be right beyond its runs.
namespace moetric::v0::fit {

template <class Form>
struct held_out {
  fitted<Form> without;  // the fit of the smaller runs
  std::size_t held = 0;  // larger runs that it did not see
  double from = 0;       // their least value of the column
  double rmse = 0;       // of the runs that it saw, on the measured scale
  double rmse_held = 0;  // of those that it did not
  double bias_held = 0;  // mean of predicted − observed there: above 0 where it promises too little
};

/// Fits the runs of the smaller scales and judges the law on the rest: every run whose value in `column` (an input,
/// such as tokens or a parameter count) is at least the one that leaves `share` of the runs out. \throws
/// std::invalid_argument for a share outside 0 .. 1 or one that leaves nothing to judge, and as `fit`
template <class Form>
held_out<Form> hold_out_largest(laws::description const& about, runs const& of, setup const& how,
                                std::string_view column, double share = 0.2) {
  if (!(is_positive_and_finite(share) && share < 1))
    moetric::detail::invalid(
        ("moetric: share must be above 0 and below 1, but got " + moetric::detail::shortest(share)).c_str());
  validate(of);
  std::vector<double> const& scale = of.column(column);
  std::vector<double> sorted = scale;
  std::sort(sorted.begin(), sorted.end());
  auto const wanted = static_cast<std::size_t>(std::ceil(share * static_cast<double>(of.size())));
  double const from = wanted == 0 || sorted.empty() ? 0 : sorted[sorted.size() - wanted];
  std::vector<std::size_t> seen, held;
  for (std::size_t row = 0; row != of.size(); ++row) (scale[row] < from ? seen : held).push_back(row);
  if (held.empty()) moetric::detail::invalid("moetric: runs must be left out to validate a fit, but none are");

  held_out<Form> result{fit<Form>(about, of.only(seen), how), held.size(), from};
  result.rmse = result.without.of.rmse;
  runs const rest = of.only(held);
  auto const inputs = inputs_of<typename laws::law<Form>::inputs>(rest, about);
  for (std::size_t row = 0; row != rest.size(); ++row) {
    double const off =
        measured(how.residual, Form::loss(result.without.k, inputs[row])) - measured(how.residual, rest.loss[row]);
    result.rmse_held += off * off / static_cast<double>(rest.size());
    result.bias_held += off / static_cast<double>(rest.size());
  }
  result.rmse_held = std::sqrt(result.rmse_held);
  return result;
}

}  // namespace moetric::v0::fit
