#pragma once

#include <algorithm>
#include <cstdint>
#include <mutex>
#include <optional>
#include <random>
#include <vector>

#include "moetric/core/executor.hpp"
#include "moetric/core/run_control.hpp"
#include "moetric/fit/fit.hpp"
#include "moetric/optimum/uncertainty.hpp"

/// Bootstrap refits: the same fit over resampled runs.
namespace moetric::v0::fit {

/// What a bootstrap draws with replacement.
enum class resampling {
  pairs,      // whole runs: inputs and loss together
  clusters,   // whole training runs with all their checkpoints, as `runs::cluster` says
  residuals,  // residuals, added to each predicted loss; inputs stay as they are
};

/// The names of what a bootstrap draws.
constexpr std::string_view name(resampling how) {
  return how == resampling::pairs ? "pairs" : how == resampling::clusters ? "clusters" : "residuals";
}

/// How a bootstrap is drawn.
struct bootstrap_options {
  std::size_t samples = 1000;
  std::uint64_t seed = 1;  // the same seed gives the same samples on any number of threads
  resampling how = resampling::pairs;
  executor execute = in_order{};
  run_control control{};  // a stopped bootstrap has the refits that were begun, which are the first ones
};

/// The coefficients of every refit, in the form's order. One that went to 0 or to a bound is a refit like the others.
struct bootstrap {
  std::vector<std::vector<double>> samples;
  std::size_t failed = 0;     // refits among them that ended before they converged
  std::size_t not_drawn = 0;  // refits that a stop left out

  /// One coefficient with the standard deviation and the percentile interval of its refits.
  /// \throws std::invalid_argument for fewer than 2 refits, as all
  fitted_coefficient of(std::size_t coefficient, fitted_coefficient const& full, double confidence = 0.95) const {
    if (samples.size() < 2) moetric::detail::invalid("moetric: a bootstrap must have at least 2 fits");
    std::vector<double> values;
    for (std::vector<double> const& each : samples) values.push_back(each[coefficient]);
    std::sort(values.begin(), values.end());
    double mean = 0, square = 0;
    for (double const value : values) mean += value / static_cast<double>(values.size());
    for (double const value : values) square += (value - mean) * (value - mean);
    fitted_coefficient result = full;
    result.standard_error = std::sqrt(square / static_cast<double>(values.size() - 1));
    result.low = optimum::detail::percentile(values, (1 - confidence) / 2);
    result.high = optimum::detail::percentile(values, (1 + confidence) / 2);
    return result;
  }
};

namespace detail {

/// A generator that depends on seed and sample alone, not on the thread that draws.
inline std::mt19937_64 generator_of(std::uint64_t seed, std::size_t sample) {
  std::uint64_t bits = seed + 0x9e37'79b9'7f4a'7c15 * (static_cast<std::uint64_t>(sample) + 1);
  bits = (bits ^ (bits >> 30)) * 0xbf58'476d'1ce4'e5b9;
  bits = (bits ^ (bits >> 27)) * 0x94d0'49bb'1331'11eb;
  return std::mt19937_64(bits ^ (bits >> 31));
}

inline std::size_t drawn_below(std::size_t n, std::mt19937_64& bits) {
  return static_cast<std::size_t>(optimum::detail::uniform(bits) * static_cast<double>(n));
}

/// One refit that starts at the full fit's minimum.
inline minimum resampled(residual_problem const& problem, std::vector<double> const& target, report const& full,
                         resampling how, std::mt19937_64 bits) {
  std::vector<double> weight = problem.weight, drawn = target;
  if (how == resampling::pairs) {
    std::vector<double> times(problem.rows(), 0.0);
    for (std::size_t i = 0; i != problem.rows(); ++i) ++times[drawn_below(problem.rows(), bits)];
    for (std::size_t i = 0; i != problem.rows(); ++i) weight[i] *= times[i];
  } else if (how == resampling::clusters) {
    std::size_t const n = 1 + *std::max_element(problem.cluster.begin(), problem.cluster.end());
    std::vector<double> times(n, 0.0);
    for (std::size_t i = 0; i != n; ++i) ++times[drawn_below(n, bits)];
    for (std::size_t i = 0; i != problem.rows(); ++i) weight[i] *= times[problem.cluster[i]];
  } else {
    // A fit of p coefficients shrinks its residuals by sqrt(1 - p/n); undo that.
    double const n = static_cast<double>(full.runs);
    double const wider = std::sqrt(n / (n - static_cast<double>(full.fitted)));
    for (std::size_t i = 0; i != problem.rows(); ++i) {
      std::size_t const from = drawn_below(problem.rows(), bits);
      double const scale = std::sqrt(problem.weight[from] / problem.weight[i]);
      drawn[i] = target[i] + full.residuals[i] - wider * scale * full.residuals[from];
    }
  }
  return minimise(problem, drawn, weight, full.found.at);
}

}  // namespace detail

/// Bootstrap refits of a fit. Each starts at the minimum over all runs.
/// \throws std::invalid_argument for clusters that the runs do not have
inline bootstrap bootstrap_of(any_fitted const& full, residual_problem const& problem,
                              bootstrap_options const& options = {}) {
  if (options.how == resampling::clusters && problem.cluster.empty())
    moetric::detail::invalid("moetric: runs must have clusters for a bootstrap to draw them");
  std::vector<double> const target = detail::target_of(problem);
  std::vector<std::optional<minimum>> all(options.samples);
  std::uint64_t done = 0;
  moetric::detail::mutex guard;
  options.execute(options.samples, [&](std::size_t i) {
    if (options.control.stop.stop_requested()) return;
    all[i] = detail::resampled(problem, target, full.of, options.how, detail::generator_of(options.seed, i));
    std::lock_guard const lock(guard);
    if (++done; options.control.progress) options.control.progress(done, options.samples);
  });
  bootstrap result;
  coordinates const where(problem.how.unknowns);
  for (std::optional<minimum> const& each : all) {
    if (!each) {
      ++result.not_drawn;
      continue;
    }
    result.failed += each->converged ? 0U : 1U;
    result.samples.push_back(where.to(each->at));
  }
  return result;
}

/// The refits as laws; optimum::interval_over turns them into the interval of any quantity.
template <class Form>
std::vector<laws::law<Form>> laws_of(fitted<Form> const& full, bootstrap const& refits) {
  std::vector<laws::law<Form>> all;
  for (std::vector<double> const& each : refits.samples) all.push_back(with_coefficients(full.law(), each));
  return all;
}

}  // namespace moetric::v0::fit
