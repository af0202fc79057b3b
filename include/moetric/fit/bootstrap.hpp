#pragma once

#include <cstdint>
#include <functional>
#include <random>
#include <thread>
#include <vector>

#include "moetric/fit/fit.hpp"
#include "moetric/optimum/uncertainty.hpp"

/// Bootstraps: the fit again, over runs drawn from the runs.
namespace moetric::v0::fit {

/// Calls task(i) for every i below n, in any order and on any threads; the caller's thread pool may stand here.
using executor = std::function<void(std::size_t n, std::function<void(std::size_t)> const& task)>;

/// One after the other, on the calling thread.
inline void serially(std::size_t n, std::function<void(std::size_t)> const& task) {
  for (std::size_t i = 0; i != n; ++i) task(i);
}

/// On so many threads of its own. A task that throws ends the program: tasks of this library do not.
inline executor on_threads(std::size_t threads) {
  return [threads](std::size_t n, std::function<void(std::size_t)> const& task) {
    std::vector<std::thread> others;
    auto const part = [&](std::size_t first) {
      for (std::size_t i = first; i < n; i += threads) task(i);
    };
    for (std::size_t t = 1; t < threads; ++t) others.emplace_back(part, t);
    part(0);
    for (std::thread& each : others) each.join();
  };
}

enum class resampling {
  pairs,      // runs are drawn with replacement, inputs and loss together
  residuals,  // inputs stay; each predicted loss gets a residual that is drawn with replacement
};

struct bootstrap_options {
  std::size_t samples = 1000;
  std::uint64_t seed = 1;  // the same seed gives the same samples, however many threads draw them
  resampling how = resampling::pairs;
  executor execute = serially;
};

/// Coefficients of each refit, in the form's order.
struct bootstrap {
  std::vector<std::vector<double>> samples;
  std::size_t failed = 0;  // draws whose fit did not converge; they are left out

  /// Standard deviation and percentile interval of one coefficient.
  estimate of(std::size_t coefficient, estimate const& full, double confidence = 0.95) const {
    if (samples.size() < 2) moetric::detail::invalid("moetric: a bootstrap must have at least 2 fits that converged");
    std::vector<double> values;
    for (std::vector<double> const& each : samples) values.push_back(each[coefficient]);
    std::sort(values.begin(), values.end());
    double mean = 0, square = 0;
    for (double const value : values) mean += value / static_cast<double>(values.size());
    for (double const value : values) square += (value - mean) * (value - mean);
    estimate result = full;
    result.standard_error = std::sqrt(square / static_cast<double>(values.size() - 1));
    result.low = optimum::detail::percentile(values, (1 - confidence) / 2);
    result.high = optimum::detail::percentile(values, (1 + confidence) / 2);
    return result;
  }
};

namespace detail {

/// A generator for one sample, whichever thread draws it.
inline std::mt19937_64 generator_of(std::uint64_t seed, std::size_t sample) {
  std::uint64_t bits = seed + 0x9e37'79b9'7f4a'7c15 * (static_cast<std::uint64_t>(sample) + 1);
  bits = (bits ^ (bits >> 30)) * 0xbf58'476d'1ce4'e5b9;
  bits = (bits ^ (bits >> 27)) * 0x94d0'49bb'1331'11eb;
  return std::mt19937_64(bits ^ (bits >> 31));
}

inline std::size_t drawn_below(std::size_t n, std::mt19937_64& bits) {
  return static_cast<std::size_t>(optimum::detail::uniform(bits) * static_cast<double>(n));
}

/// One refit from the full fit's minimum; empty where it did not converge.
inline std::vector<double> resampled(problem const& of, std::vector<double> const& target, report const& full,
                                     resampling how, std::mt19937_64 bits) {
  std::vector<double> weight = of.weight, drawn = target;
  if (how == resampling::pairs) {
    std::vector<double> times(of.rows(), 0.0);
    for (std::size_t i = 0; i != of.rows(); ++i) ++times[drawn_below(of.rows(), bits)];
    for (std::size_t i = 0; i != of.rows(); ++i) weight[i] *= times[i];
  } else {
    // Residuals of p fitted numbers are smaller than the errors that they stand for.
    double const n = static_cast<double>(full.runs);
    double const wider = std::sqrt(n / (n - static_cast<double>(full.fitted)));
    for (std::size_t i = 0; i != of.rows(); ++i) {
      std::size_t const from = drawn_below(of.rows(), bits);
      double const scale = std::sqrt(of.weight[from] / of.weight[i]);
      drawn[i] = target[i] + full.residuals[i] - wider * scale * full.residuals[from];
    }
  }
  minimum const end = minimise(of, drawn, weight, full.found.at);
  return end.converged ? coordinates(of.how.unknowns).to(end.at) : std::vector<double>{};
}

}  // namespace detail

/// Refits of a fit. Each starts at the minimum of all runs.
template <class Form>
bootstrap bootstrap_of(fitted<Form> const& full, problem const& of, bootstrap_options const& options = {}) {
  std::vector<double> const target = detail::target_of(of);
  std::vector<std::vector<double>> all(options.samples);
  options.execute(options.samples, [&](std::size_t i) {
    all[i] = detail::resampled(of, target, full.of, options.how, detail::generator_of(options.seed, i));
  });
  bootstrap result;
  for (std::vector<double>& each : all)
    if (each.empty())
      ++result.failed;
    else
      result.samples.push_back(std::move(each));
  return result;
}

/// The refits as laws, for the interval of any quantity: optimum::interval_over.
template <class Form>
std::vector<laws::law<Form>> laws_of(fitted<Form> const& full, bootstrap const& of) {
  std::vector<laws::law<Form>> all;
  for (std::vector<double> const& each : of.samples) all.push_back(with_coefficients(full.law(), each));
  return all;
}

}  // namespace moetric::v0::fit
