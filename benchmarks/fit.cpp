// Fits a law to the losses of 240 runs: without start values, with bootstraps, and the coverage of the intervals.
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
  if (threads > 1) options.execute = fit::on_threads(threads);
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

/// Exits with an error unless each coefficient lies in its 95 % interval in 92 to 98 of 100 fits.
void coverage(benchmark::State& state, double huber) {
  constexpr int repetitions = 1000;
  fit::setup how = fit::forms::chinchilla.how();
  how.huber = huber;
  auto const expected = laws::detail::to_array(planted);
  int inside[expected.size()] = {};
  for (auto _ : state)
    for (std::uint64_t seed = 1; seed <= repetitions; ++seed) {
      auto const found = fit::fit<form>(about, runs_of(seed), how);
      for (std::size_t k = 0; k != expected.size(); ++k)
        inside[k] += found.of.coefficients[k].low <= expected[k] && expected[k] <= found.of.coefficients[k].high;
    }
  bool holds = true;
  std::printf("inside of 95 %% intervals, Huber delta %g, of %d:", huber, repetitions);
  for (std::size_t k = 0; k != expected.size(); ++k) {
    std::printf(" %s %d", how.unknowns[k].name.c_str(), inside[k]);
    holds = holds && inside[k] >= 920 && inside[k] <= 980;
  }
  std::printf("\n");
  if (!holds) std::exit(1);
}
BENCHMARK_CAPTURE(coverage, squares, 0.0)->Name("1000 planted laws, squares")->Repetitions(1)->Iterations(1);
BENCHMARK_CAPTURE(coverage, huber, 1e-3)->Name("1000 planted laws, Huber")->Repetitions(1)->Iterations(1);

}  // namespace
