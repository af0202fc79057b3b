// Fits a law to the losses of 240 runs: without start values, with bootstraps, and the coverage of the intervals for
// noise of several kinds.
#include <benchmark/benchmark.h>

#include <cstdio>
#include <cstdlib>

#include "moetric/fit/bootstrap.hpp"
#include "moetric/fit/forms.hpp"

namespace {

using namespace moetric;
using form = laws::chinchilla::form;

laws::description const& about = laws::chinchilla::detail::about_tex;
laws::law<form>::coefficients const planted = laws::chinchilla::besiroglu.k;

/// Sizes and tokens of 10 IsoFLOP profiles of 24 models; the seed draws noise of 0.5 %.
fit::runs runs_of(std::uint64_t seed) {
  fit::runs of{{"total_parameters", "tokens"}, {{}, {}}, {}};
  std::mt19937_64 bits(seed);
  for (int c = 0; c != 10; ++c)
    for (int s = 0; s != 24; ++s) {
      double const compute = 6e18 * std::pow(500, c / 9.0);
      double const n = std::sqrt(compute / 120) * std::pow(10, 1.4 * s / 23 - .7);
      double const z = optimum::normal_quantile(optimum::detail::uniform(bits));
      of.columns[0].push_back(n);
      of.columns[1].push_back(compute / 6 / n);
      of.loss.push_back(form::loss(planted, form::inputs<double>{n, compute / 6 / n}) * std::exp(.005 * z));
    }
  return of;
}

void approach_3(benchmark::State& state) {
  fit::runs const runs = runs_of(1);
  for (auto _ : state) {
    auto const found = fit::fit(fit::forms::chinchilla, runs);
    benchmark::DoNotOptimize(&found);
  }
}
BENCHMARK(approach_3)->Name("Chinchilla's approach 3 on 240 runs");

void bootstraps(benchmark::State& state, std::size_t threads) {
  fit::runs const runs = runs_of(1);
  fit::setup const how = fit::forms::chinchilla.how();
  auto const found = fit::fit<form>(about, runs, how);
  fit::residual_problem const posed = fit::residual_problem_of<form>(about, runs, how);
  fit::bootstrap_options options;
  options.samples = 4000;
  if (threads > 1) options.execute = on_threads{threads};
  for (auto _ : state) {
    auto const drawn = fit::bootstrap_of(found, posed, options);
    benchmark::DoNotOptimize(&drawn);
  }
}
BENCHMARK_CAPTURE(bootstraps, one, 1)->Name("4000 bootstraps of it")->Repetitions(3)->Iterations(1);
BENCHMARK_CAPTURE(bootstraps, two, 2)
    ->Name("4000 bootstraps of it, two threads")
    ->Repetitions(3)
    ->Iterations(1)
    ->UseRealTime();

/// Noise of runs: of one size; larger at small budgets; with heavy tails; or of 20 runs with 12 checkpoints each, whose
/// errors are an offset and a slope per run.
enum class noise { alike, unequal, heavy, clustered };

double normal(std::mt19937_64& bits) {
  return optimum::normal_quantile(optimum::detail::uniform(bits));
}

fit::runs checkpoints_of(std::uint64_t seed) {
  fit::runs of{{"total_parameters", "tokens"}, {{}, {}}, {}};
  std::mt19937_64 bits(seed);
  for (std::size_t run = 0; run != 20; ++run) {
    double const n = 6e7 * std::pow(200, static_cast<double>(run) / 19);
    double const offset = .005 * normal(bits), slope = .002 * normal(bits);
    double const last = 1e10 * std::pow(10, 1.5 * optimum::detail::uniform(bits));
    for (int s = 1; s <= 12; ++s) {
      double const d = last * s / 12;
      of.columns[0].push_back(n), of.columns[1].push_back(d), of.cluster.push_back(run);
      of.loss.push_back(form::loss(planted, form::inputs<double>{n, d}) *
                        std::exp(offset + slope * (s / 6. - 1) + .001 * normal(bits)));
    }
  }
  return of;
}

fit::runs runs_of(noise kind, std::uint64_t seed) {
  if (kind == noise::clustered) return checkpoints_of(seed);
  fit::runs of = runs_of(seed);
  if (kind == noise::alike) return of;
  std::mt19937_64 bits(seed);
  for (std::size_t i = 0; i != of.size(); ++i) {
    double error = .005 * normal(bits);  // what runs_of(seed) drew
    of.loss[i] *= std::exp(-error);
    if (kind == noise::unequal) error *= .4 * std::pow(5, 1 - static_cast<double>(i / 24) / 9);
    if (kind == noise::heavy) {
      std::mt19937_64 tail(seed * 1000 + i);
      error /= std::sqrt(std::fabs(normal(tail) * normal(tail)) + .1);
    }
    of.loss[i] *= std::exp(error);
  }
  return of;
}

/// Prints how often 95 % intervals hold the planted coefficients. Exits with an error unless each does in 90 to 99.5 of
/// 100 fits.
void coverage(benchmark::State& state, noise kind, double huber) {
  constexpr int repetitions = 400;
  fit::setup how = fit::forms::chinchilla.how();
  how.huber = huber;
  auto const expected = laws::detail::to_array(planted);
  int inside[expected.size()] = {}, independent[expected.size()] = {};
  for (auto _ : state)
    for (std::uint64_t seed = 1; seed <= repetitions; ++seed) {
      auto const found = fit::fit<form>(about, runs_of(kind, seed), how);
      for (std::size_t k = 0; k != expected.size(); ++k) {
        fit::fitted_coefficient const& each = found.of.coefficients[k];
        inside[k] += each.low <= expected[k] && expected[k] <= each.high;
        independent[k] += std::fabs(std::log(expected[k] / each.value)) <= 1.97 * each.independent_error / each.value;
      }
    }
  bool holds = true;
  std::printf("inside of 95 %% intervals, Huber delta %g, in %%, robust (as if independent):", huber);
  for (std::size_t k = 0; k != expected.size(); ++k) {
    std::printf(" %s %.1f (%.1f)", how.unknowns[k].name.c_str(), 100. * inside[k] / repetitions,
                100. * independent[k] / repetitions);
    holds = holds && inside[k] >= .9 * repetitions && inside[k] <= .995 * repetitions;
  }
  std::printf("\n");
  if (!holds) std::exit(1);
}
#define COVERAGE(kind, huber)                                                                                          \
  BENCHMARK_CAPTURE(coverage, kind##_##huber, noise::kind, huber * 1e-3)                                               \
      ->Name("400 planted laws, noise " #kind ", Huber " #huber "e-3")                                                 \
      ->Repetitions(1)                                                                                                 \
      ->Iterations(1)
COVERAGE(alike, 0);
COVERAGE(alike, 1);
COVERAGE(unequal, 0);
COVERAGE(unequal, 1);
COVERAGE(heavy, 0);
COVERAGE(heavy, 1);
COVERAGE(clustered, 0);
COVERAGE(clustered, 1);

}  // namespace
