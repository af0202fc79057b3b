#pragma once

#include <algorithm>
#include <cmath>
#include <numeric>
#include <string>
#include <vector>

#include "moetric/core/order.hpp"
#include "moetric/fit/curve.hpp"
#include "moetric/fit/runs.hpp"

/// Optimal parameters and tokens over compute without a parametric law of the loss: approaches 1 and 2 of Chinchilla.
/// Source: arXiv 2203.15556.
namespace moetric::v0::fit {

/// One budget of an IsoFLOP design, as a parabola of the loss over ln N.
struct isoflop_profile {
  double compute = 0;  // geometric mean of its runs
  std::size_t runs = 0;
  confidence_interval parameters;  // at the least loss; the interval is positive
  double tokens = 0;               // compute / (FLOPs per parameter·parameters)
  double loss = 0;                 // the least
  double off_centre = 0;           // signed distance of the vertex from the grid's middle, in half-widths of the grid
  double decades = 0;              // width of the grid in log10 N
  double bias = 0;  // ln of the vertex over the minimum of a cubic: the bias of a symmetric parabola; 0 if there
                    // are fewer than 6 runs
};

/// Power laws of compute for the optimal parameters and tokens, and the profiles behind them.
struct allocation_fit {
  std::vector<isoflop_profile> profiles;
  power_law_fit parameters;
  power_law_fit tokens;
  std::vector<std::string> warnings{};
};

namespace detail {

/// Groups runs by budget: in order of compute, a step of more than a quarter starts a new group.
inline std::vector<std::vector<std::size_t>> budgets(std::vector<double> const& compute) {
  auto const before = [&](std::size_t a, std::size_t b) { return compute[a] < compute[b]; };
  std::vector<std::vector<std::size_t>> groups;
  for (std::size_t const row : order_by(compute.size(), before)) {
    if (groups.empty() || compute[row] > 1.25 * compute[groups.back().back()]) groups.emplace_back();
    groups.back().push_back(row);
  }
  return groups;
}

/// The minimum of a cubic fit near a parabola's vertex, both in ln N − centre; NaN if it has none.
inline double minimum_of_cubic(std::vector<double> const& x, std::vector<double> const& loss, double vertex) {
  matrix columns(x.size(), 4);
  for (std::size_t i = 0; i != x.size(); ++i)
    for (std::size_t j = 0; j != 4; ++j) columns(i, j) = std::pow(x[i], static_cast<double>(j));
  std::vector<double> const k = fit_linear(columns, loss).coefficients;
  double at = vertex;
  for (int i = 0; i != 50; ++i) {
    double const bend = 2 * k[2] + 6 * k[3] * at;
    if (!(bend > 0)) return std::numeric_limits<double>::quiet_NaN();
    at -= (k[1] + 2 * k[2] * at + 3 * k[3] * at * at) / bend;
  }
  return at;
}

inline isoflop_profile profile_of(std::vector<double> const& parameters, std::vector<double> const& loss,
                                  double compute, double flops_per_parameter, double confidence,
                                  std::vector<std::string>& warnings) {
  std::string const budget = "at compute " + brief(compute);
  isoflop_profile result;
  result.compute = compute;
  result.runs = loss.size();
  std::vector<double> x;
  for (double const n : parameters) x.push_back(std::log(n));
  double const centre = std::accumulate(x.begin(), x.end(), 0.0) / static_cast<double>(x.size());
  for (double& each : x) each -= centre;
  fitted_curve const curve = fit_curve(quadratic(), x, loss, 1e-3, confidence);
  auto const [first, last] = std::minmax_element(x.begin(), x.end());
  double const half = (*last - *first) / 2, middle = *first + half;
  confidence_interval const at = curve.best;
  double const n = std::exp(at.value + centre);
  result.parameters = {n, n * at.standard_error, std::exp(at.low + centre), std::exp(at.high + centre)};
  result.tokens = compute / (flops_per_parameter * n);
  result.loss = curve.loss;
  result.off_centre = (at.value - middle) / half;
  result.decades = 2 * half / std::log(10.0);
  if (x.size() >= 6) {
    double const cubic = minimum_of_cubic(x, loss, at.value);
    if (std::isfinite(cubic)) result.bias = at.value - cubic;
  }
  if (std::fabs(result.off_centre) > 1)
    warnings.push_back(budget + " the vertex is extrapolated: it lies outside the runs");
  else if (std::fabs(result.off_centre) > 0.25)
    warnings.push_back(budget + " the grid is off-centre (the vertex lies " + brief(100 * result.off_centre, 2) +
                       " % of its half-width from its middle), which biases a parabola (arXiv 2603.22339)");
  if (result.decades > 1.5)
    warnings.push_back(budget + " the grid spans " + brief(result.decades, 2) +
                       " decades of parameters, over which the loss is not a parabola (arXiv 2603.22339)");
  if (std::fabs(result.bias) > std::fmax(0.05, 2 * at.standard_error))
    warnings.push_back(budget + " a cubic puts the optimum at " + brief(std::exp(-result.bias), 3) +
                       " times the parabola's parameters: the profile is asymmetric");
  return result;
}

inline void fit_allocation(allocation_fit& result, double confidence) {
  std::vector<double> compute, parameters, tokens;
  for (isoflop_profile const& each : result.profiles) {
    compute.push_back(each.compute);
    parameters.push_back(each.parameters.value);
    tokens.push_back(each.tokens);
  }
  result.parameters = fit_power_law(compute, parameters, confidence);
  result.tokens = fit_power_law(compute, tokens, confidence);
}

}  // namespace detail

/// Approach 2: fits a parabola of the loss in ln N for each budget, and power laws through the vertices. `parameters`
/// and `compute` (FLOPs) have one number per run; runs whose compute differs by less than a quarter share a budget.
/// \throws std::invalid_argument for fewer than 3 budgets, one of fewer than 4 runs, or one whose loss has no minimum
inline allocation_fit fit_isoflop(std::span<double const> parameters, std::span<double const> compute,
                                  std::span<double const> loss, double flops_per_parameter = 6,
                                  double confidence = 0.95) {
  runs const table{{"parameters", "compute"},
                   {{parameters.begin(), parameters.end()}, {compute.begin(), compute.end()}},
                   {loss.begin(), loss.end()}};
  validate(table);
  for (std::size_t row = 0; row != table.size(); ++row)
    for (std::size_t i = 0; i != 2; ++i)
      moetric::detail::require_positive(table.names[i] + " of run " + std::to_string(row + 1), table.columns[i][row]);
  allocation_fit result;
  for (std::vector<std::size_t> const& rows : detail::budgets(table.columns[1])) {
    runs const part = table.only(rows);
    double log_compute = 0;
    for (double const each : part.columns[1]) log_compute += std::log(each) / static_cast<double>(part.size());
    double const budget = std::exp(log_compute);
    if (repeats_of(part).points < 4)
      moetric::detail::invalid(("moetric: each budget must have runs of at least 4 sizes, but compute " +
                                brief(budget) + " has " + std::to_string(repeats_of(part).points))
                                   .c_str());
    result.profiles.push_back(
        detail::profile_of(part.columns[0], part.loss, budget, flops_per_parameter, confidence, result.warnings));
  }
  detail::fit_allocation(result, confidence);
  return result;
}

/// Approach 1: takes the least loss in each of `bins` logarithmic steps of compute over all training curves, and fits
/// power laws through these points of the envelope. Each point of the input is one measurement of one run: its
/// parameters, its compute so far (FLOPs) and its loss there. Bins that the smallest or largest model wins are left
/// out, since the optimum may lie beyond them. \throws std::invalid_argument for numbers that are not positive, or
/// fewer than 3 points of the envelope
inline allocation_fit fit_envelope(std::span<double const> parameters, std::span<double const> compute,
                                   std::span<double const> loss, std::size_t bins = 1500,
                                   double flops_per_parameter = 6, double confidence = 0.95) {
  if (parameters.size() != loss.size() || compute.size() != loss.size() || loss.empty() || bins == 0)
    moetric::detail::invalid("moetric: an envelope must have as many parameters and compute as losses, at least one");
  for (std::size_t i = 0; i != loss.size(); ++i) {
    std::string const run = " of point " + std::to_string(i + 1);
    moetric::detail::require_positive("parameters" + run, parameters[i]);
    moetric::detail::require_positive("compute" + run, compute[i]);
    moetric::detail::require_positive("loss" + run, loss[i]);
  }
  auto const [least, most] = std::minmax_element(compute.begin(), compute.end());
  double const from = std::log(*least), width = (std::log(*most) - from) / static_cast<double>(bins);
  std::vector<std::size_t> winner(bins, loss.size());
  for (std::size_t i = 0; i != loss.size(); ++i) {
    auto const bin = width > 0 ? static_cast<std::size_t>((std::log(compute[i]) - from) / width) : 0;
    std::size_t& best = winner[std::min(bin, bins - 1)];
    if (best == loss.size() || loss[i] < loss[best]) best = i;
  }
  auto const [smallest, largest] = std::minmax_element(parameters.begin(), parameters.end());
  allocation_fit result;
  std::size_t left_out = 0;
  double best_so_far = std::numeric_limits<double>::infinity();
  for (std::size_t const i : winner) {
    if (i == loss.size() || !(loss[i] < best_so_far))
      continue;  // not on the envelope: less compute reached a lower loss
    best_so_far = loss[i];
    if (parameters[i] == *smallest || parameters[i] == *largest) {
      ++left_out;
      continue;
    }
    isoflop_profile point;
    point.compute = compute[i];
    point.runs = 1;
    point.parameters = {parameters[i], 0, parameters[i], parameters[i]};
    point.tokens = compute[i] / (flops_per_parameter * parameters[i]);
    point.loss = loss[i];
    result.profiles.push_back(point);
  }
  if (result.profiles.size() < 3)
    moetric::detail::invalid(("moetric: an envelope must have at least 3 points between the smallest and the largest "
                              "model, but has " +
                              std::to_string(result.profiles.size()))
                                 .c_str());
  if (left_out != 0)
    result.warnings.push_back(std::to_string(left_out) +
                              " points of the envelope are left out: the smallest or largest model wins there");
  result.warnings.push_back("points of an envelope share runs, so the intervals of its power laws are too narrow");
  detail::fit_allocation(result, confidence);
  return result;
}

}  // namespace moetric::v0::fit
