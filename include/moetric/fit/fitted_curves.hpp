#pragma once

#include <algorithm>
#include <cmath>
#include <cstddef>
#include <exception>
#include <limits>
#include <utility>
#include <vector>

#include "moetric/fit/law_fit.hpp"

/// A fitted law as series to tabulate or draw: its optimum over compute with intervals, its loss along budgets, and the
/// runs beside what it predicts for them.
namespace moetric::v0::fit {

/// The optimum at a budget: parameters, tokens, loss and tokens per parameter, as of `optimum_of`.
struct path_point {
  double compute;  // FLOPs
  std::vector<quantity_interval> quantities;
};

/// One size at a budget.
struct isoflop_point {
  double parameters;
  double tokens;
  double loss;
};
/// The loss of a fitted law along a budget, by rising parameters.
struct isoflop_curve {
  double compute;  // FLOPs
  std::vector<isoflop_point> points;
  isoflop_point best;
  double low, high;  // parameters whose loss is at most 1 % of the reducible loss above the best
};

/// A run beside its prediction.
struct predicted_run {
  std::size_t row;  // in the table, from 1
  double loss;
  double predicted;  // loss by the fit
  double residual;   // predicted − observed on the fit's loss scale
};

/// True if a fitted law has an optimum without further inputs, and so a path and curves.
inline bool has_path(law_fit const& of) {
  if (!of.has_law()) return false;
  laws::any_law const law = of.law();
  return law.n_inputs() == 2 && law.counts_compute();
}

/// The least and greatest compute of the runs of a fit that has a path.
inline laws::range compute_of_runs(law_fit const& of) {
  laws::any_law const law = of.law();
  laws::range all{std::numeric_limits<double>::infinity(), 0};
  for (std::size_t i = 0; i != of.data.size(); ++i) {
    double const at[] = {of.data.column(of.form->about->inputs[0].name)[i],
                         of.data.column(of.form->about->inputs[1].name)[i]};
    double const compute = law.training_flops_per_token(at) * at[1];
    all = {std::fmin(all.low, compute), std::fmax(all.high, compute)};
  }
  return all;
}

/// The optimum from the least compute of the runs to `beyond` times their greatest, `per_decade` points a decade.
/// \throws std::invalid_argument for a form with further inputs, and as `optimum_of`
inline std::vector<path_point> optimum_path(law_fit const& of, double beyond = 100, std::size_t per_decade = 4) {
  laws::range const seen = compute_of_runs(of);
  std::vector<std::vector<double>> const draws = has_draws(of) ? draws_of(of) : std::vector<std::vector<double>>{};
  double const decades = std::log10(beyond * seen.high / seen.low);
  std::size_t const n = std::max<std::size_t>(2, static_cast<std::size_t>(decades * static_cast<double>(per_decade)));
  std::vector<path_point> path;
  for (std::size_t i = 0; i <= n; ++i) {
    double const compute = seen.low * std::pow(10, decades * static_cast<double>(i) / static_cast<double>(n));
    path.push_back({compute, optimum_of(of, compute, draws)});
  }
  return path;
}

/// The loss along `budgets` between the least and the greatest compute of the runs, of sizes up to 16 times smaller and
/// larger than the best.
/// \throws std::invalid_argument for a form with further inputs, or without an optimum there
inline std::vector<isoflop_curve> isoflop_curves(law_fit const& of, std::size_t budgets = 5, std::size_t points = 33) {
  laws::range const seen = compute_of_runs(of);
  laws::any_law const law = of.law();
  std::vector<isoflop_curve> all;
  for (std::size_t i = 0; i != budgets; ++i) {
    double const share = budgets == 1 ? 0 : static_cast<double>(i) / static_cast<double>(budgets - 1);
    double const compute = seen.low * std::pow(seen.high / seen.low, share);
    optimum::any_point const best = optimum::at_compute(law, compute);
    auto const at = [&](double parameters) -> isoflop_point {
      double values[] = {parameters, 1};
      values[1] = compute / law.training_flops_per_token(values);
      return {parameters, values[1], law.loss(values)};
    };
    isoflop_curve curve{compute, {}, at(best.at[0]), best.at[0], best.at[0]};
    for (std::size_t j = 0; j != points; ++j)
      curve.points.push_back(
          at(best.at[0] * std::pow(16, 2 * static_cast<double>(j) / static_cast<double>(points - 1) - 1)));
    double const limit = curve.best.loss + .01 * (curve.best.loss - *law.irreducible());
    auto const end = [&](double factor) {
      double inside = best.at[0];
      for (int step = 0; step != 400 && at(inside * factor).loss <= limit; ++step) inside *= factor;
      return inside;
    };
    curve.low = end(1 / 1.01), curve.high = end(1.01);
    all.push_back(std::move(curve));
  }
  return all;
}

/// Every run with what the fitted law predicts for it.
inline std::vector<predicted_run> predicted_runs(law_fit const& of) {
  std::vector<predicted_run> all;
  for (std::size_t i = 0; i != of.data.size(); ++i) {
    double const residual = of.found.of.residuals[i], loss = of.data.loss[i];
    double const at = on_scale(of.how.residual, loss) + residual;
    double const predicted = of.how.residual == loss_scale::loss  ? at
                             : of.how.residual == loss_scale::log ? std::exp(at)
                                                                  : std::pow(10, at);
    all.push_back({of.data.row_of(i), loss, predicted, residual});
  }
  return all;
}

/// All of them. `path` and `isoflop` are empty for a form with other inputs than parameters and tokens, for a fit whose
/// runs do not identify every coefficient, and where the fitted law has no optimum.
struct fitted_curves {
  std::vector<predicted_run> runs;
  std::vector<path_point> path{};
  std::vector<isoflop_curve> isoflop{};
};
inline fitted_curves curves_of(law_fit const& of) {
  fitted_curves made{predicted_runs(of)};
  if (!has_path(of) || !has_draws(of)) return made;
  try {
    std::vector<path_point> path = optimum_path(of);
    made.isoflop = isoflop_curves(of);
    made.path = std::move(path);
  } catch (std::exception const&) {  // no optimum at these budgets
  }
  return made;
}

}  // namespace moetric::v0::fit
