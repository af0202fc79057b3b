#pragma once

#include <algorithm>
#include <cmath>
#include <numeric>
#include <string>
#include <vector>

#include "moetric/core/compiled.hpp"
#include "moetric/core/order.hpp"
#include "moetric/fit/budgets.hpp"
#include "moetric/fit/curve.hpp"
#include "moetric/fit/runs.hpp"
#include "moetric/fit/warning.hpp"

/// Optimal parameters and tokens over compute without a parametric law of the loss: approach 2 of Chinchilla.
/// Source: arXiv 2203.15556.
namespace moetric::v0::fit {

/// One budget of an IsoFLOP design, as a parabola of the loss over ln N, or as a cubic where a parabola is biased.
struct isoflop_profile {
  double compute = 0;  // geometric mean of its runs
  std::size_t runs = 0;
  confidence_interval parameters;  // at the least loss; the interval is positive
  double tokens = 0;     // at the least loss: by the runs' tokens, or compute / (FLOPs per parameter·parameters)
  double loss = 0;       // the least
  double log_error = 0;  // standard error of ln parameters, by which power laws weight the budget
  double log_tokens_error = 0;  // and of ln tokens
  double off_centre = 0;        // signed distance of the vertex from the grid's middle, in half-widths of the grid
  double decades = 0;           // width of the grid in log10 N
  double bias = 0;     // ln of the parabola's vertex over the minimum of a cubic; 0 if there are fewer than 6 runs
  bool cubic = false;  // parameters and loss are the cubic's
  bool used = true;    // false if power laws leave it out, since its vertex lies outside of its runs
};

/// Power laws of compute for the optimal parameters and tokens, and the profiles behind them.
struct allocation_fit {
  std::vector<isoflop_profile> profiles;
  power_law_fit parameters;
  power_law_fit tokens;
  std::vector<warning> warnings{};
};

/// How IsoFLOP profiles are fitted.
struct isoflop_options {
  double flops_per_parameter = 6;  // C = this·N·D, where the runs state no tokens
  double confidence = 0.95;
  std::optional<double> merge_within{};  // runs whose compute differs by at most this factor share a budget; by
                                         // default exact budgets, or the narrowest width that gives budgets
  bool use_outside = false;              // use vertices outside of their runs
  std::optional<double> exponent{};      // of parameters over compute, held; that of tokens is then 1 − exponent
};

namespace detail {

/// The runs of one budget: logarithms of parameters and of tokens (empty if no tokens are stated), and losses.
struct budget_runs {
  double compute;
  std::vector<double> log_parameters, log_tokens, loss;
};

inline isoflop_profile profile_of(budget_runs const& of, isoflop_options const& how, std::vector<warning>& warnings) {
  std::string const budget = "at compute " + brief(of.compute);
  auto const warn = [&](std::string const& words) { warnings.push_back({finding::profile, budget + " " + words}); };
  isoflop_profile result;
  result.compute = of.compute;
  result.runs = of.loss.size();
  std::vector<double> x = of.log_parameters;
  double const centre = std::accumulate(x.begin(), x.end(), 0.0) / static_cast<double>(x.size());
  for (double& each : x) each -= centre;
  fitted_curve const curve = fit_curve(quadratic(), x, of.loss, 1e-3, how.confidence);
  auto const [first, last] = std::minmax_element(x.begin(), x.end());
  double const half = (*last - *first) / 2, middle = *first + half;
  confidence_interval at = curve.best;
  result.loss = curve.loss;
  result.off_centre = (at.value - middle) / half;
  result.decades = 2 * half / std::log(10.0);
  result.used = how.use_outside || std::fabs(result.off_centre) <= 1;
  if (x.size() >= 6) {
    cubic_minimum const cubic = minimum_of_cubic(x, of.loss, at.value);
    if (std::isfinite(cubic.at)) result.bias = at.value - cubic.at;
    if (std::fabs(result.bias) > std::fmax(0.05, 2 * at.standard_error)) {
      result.cubic = true;
      result.loss = cubic.loss;
      double const t = students_t_quantile(how.confidence, static_cast<double>(x.size() - 4));
      at = {cubic.at, cubic.error, cubic.at - t * cubic.error, cubic.at + t * cubic.error};
      warn("the profile is asymmetric: a cubic, whose optimum is used, has it at " + brief(std::exp(-result.bias), 3) +
           " times the parabola's parameters");
    }
  }
  double const n = std::exp(at.value + centre);
  result.log_error = at.standard_error;
  result.parameters = {n, n * at.standard_error, std::exp(at.low + centre), std::exp(at.high + centre)};
  result.tokens = of.compute / (how.flops_per_parameter * n);
  result.log_tokens_error = at.standard_error;
  if (!of.log_tokens.empty()) {  // tokens at the vertex, by a line through those of the runs
    matrix columns(x.size(), 2);
    for (std::size_t i = 0; i != x.size(); ++i) columns(i, 0) = 1, columns(i, 1) = x[i];
    std::vector<double> const line = fit_linear(columns, of.log_tokens).coefficients;
    result.tokens = std::exp(line[0] + line[1] * at.value);
    result.log_tokens_error = std::fabs(line[1]) * at.standard_error;
  }
  if (std::fabs(result.off_centre) > 1)
    warn(std::string("the vertex is extrapolated: it lies outside the runs") +
         (result.used ? "" : ", so power laws leave it out"));
  else if (std::fabs(result.off_centre) > 0.25)
    warn("the grid is off-centre (the vertex lies " + brief(100 * result.off_centre, 2) +
         " % of its half-width from its middle), which biases a parabola (arXiv 2603.22339)");
  if (result.decades > 1.5)
    warn("the grid spans " + brief(result.decades, 2) +
         " decades of parameters, over which the loss is not a parabola (arXiv 2603.22339)");
  return result;
}

/// Power laws through the profiles that are used, each weighted by the error of its vertex.
inline void fit_allocation(allocation_fit& result, double confidence, std::optional<double> exponent = {}) {
  std::vector<double> compute, parameters, tokens, of_parameters, of_tokens;
  for (isoflop_profile const& each : result.profiles) {
    if (!each.used) continue;
    compute.push_back(each.compute);
    parameters.push_back(each.parameters.value);
    tokens.push_back(each.tokens);
    of_parameters.push_back(each.log_error);
    of_tokens.push_back(each.log_tokens_error);
  }
  // Errors of noise-free runs are rounding; no budget counts more than a thousandfold.
  for (std::vector<double>* const errors : {&of_parameters, &of_tokens}) {
    double const largest = *std::max_element(errors->begin(), errors->end());
    for (double& each : *errors) each = std::fmax(each, largest / 30);
    if (!(largest > 1e-9)) errors->clear();
  }
  result.parameters = fit_power_law(compute, parameters, {confidence, of_parameters, exponent});
  if (exponent) *exponent = 1 - *exponent;
  result.tokens = fit_power_law(compute, tokens, {confidence, of_tokens, exponent});
}

inline allocation_fit isoflop_of(std::span<double const> parameters, std::span<double const> compute,
                                 std::span<double const> loss, std::span<double const> tokens,
                                 isoflop_options const& how) {
  runs table{{"parameters", "compute"},
             {{parameters.begin(), parameters.end()}, {compute.begin(), compute.end()}},
             {loss.begin(), loss.end()}};
  if (!tokens.empty()) table.names.push_back("tokens"), table.columns.emplace_back(tokens.begin(), tokens.end());
  validate(table);
  for (std::size_t row = 0; row != table.size(); ++row)
    for (std::size_t i = 0; i != table.names.size(); ++i)
      moetric::detail::require_positive(table.names[i] + " of run " + std::to_string(row + 1), table.columns[i][row]);
  allocation_fit result;
  for (std::vector<std::size_t> const& rows :
       budgets_of(table.columns[1], table.columns[0], how.merge_within, result.warnings)) {
    detail::budget_runs part{};
    std::vector<double> sizes;
    for (std::size_t const row : rows) {
      part.compute += std::log(table.columns[1][row]) / static_cast<double>(rows.size());
      part.log_parameters.push_back(std::log(table.columns[0][row]));
      if (!tokens.empty()) part.log_tokens.push_back(std::log(table.columns[2][row]));
      part.loss.push_back(table.loss[row]);
    }
    part.compute = std::exp(part.compute);
    auto const skip = [&](std::string const& why) {
      warning told{finding::left_out, "compute " + brief(part.compute) + " is left out: " + why};
      for (std::size_t const row : rows) told.rows.push_back(row + 1);
      result.warnings.push_back(std::move(told));
    };
    if (std::size_t const n = n_distinct(part.log_parameters); n < 4) {
      skip("it has runs of " + std::to_string(n) + (n == 1 ? " size" : " sizes") + ", and a parabola needs 4");
      continue;
    }
    try {
      result.profiles.push_back(detail::profile_of(part, how, result.warnings));
    } catch (std::invalid_argument const& error) {
      std::string_view sentence = error.what();
      sentence.remove_prefix(sentence.starts_with("moetric: ") ? 9 : 0);
      skip(std::string(sentence));
    }
  }
  auto const n_used = std::count_if(result.profiles.begin(), result.profiles.end(),
                                    [](isoflop_profile const& each) { return each.used; });
  if (n_used < (how.exponent ? 2 : 3)) {
    std::string why;
    std::size_t reasons = 0;
    for (warning const& each : result.warnings)
      if (each.kind != finding::reading && ++reasons <= 3) why += (why.empty() ? ": " : "; ") + each.sentence;
    if (reasons > 3) why += "; and " + std::to_string(reasons - 3) + " more";
    if (reasons != 0 && !how.merge_within)
      why += "; --merge-within makes one budget of runs whose compute differs by a factor";
    moetric::detail::invalid(("moetric: isoflop must have at least " + std::string(how.exponent ? "2" : "3") +
                              " budgets with a minimum inside of their runs, but has " + std::to_string(n_used) + why)
                                 .c_str());
  }
  detail::fit_allocation(result, how.confidence, how.exponent);
  return result;
}

}  // namespace detail

/// Fits a parabola of the loss in ln N for each budget, and power laws through the vertices. `parameters`, `compute`
/// (FLOPs) and `tokens` (empty if they are not known) have one number per run. Budgets of fewer than 4 sizes, and those
/// whose loss has no minimum, are skipped with a warning.
/// \throws std::invalid_argument for fewer than 3 budgets (2 for a held exponent), naming why others are skipped
MOETRIC_INLINE allocation_fit fit_isoflop(std::span<double const> parameters, std::span<double const> compute,
                                          std::span<double const> loss, std::span<double const> tokens = {},
                                          isoflop_options const& how = {});
#ifndef MOETRIC_COMPILED
inline allocation_fit fit_isoflop(std::span<double const> parameters, std::span<double const> compute,
                                  std::span<double const> loss, std::span<double const> tokens,
                                  isoflop_options const& how) {
  return detail::isoflop_of(parameters, compute, loss, tokens, how);
}
#endif

}  // namespace moetric::v0::fit
