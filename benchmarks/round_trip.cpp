// Coverage of a round trip: how often the planted coefficients and tokens lie in the intervals of the fit and the plan
// that a design leads to: ./quickstart benchmark --benchmark_filter='round trip'
#include <benchmark/benchmark.h>

#include <cstdio>
#include <cstdlib>

#include "planted_runs.hpp"

namespace {

using namespace moetric;

/// Exits with an error unless each coefficient and the planned tokens lie in their 95 % intervals in 92 to 98 of 100
/// repetitions, and the plan lies outside the planted law's 0.1 % band in at most 5 of 100.
void round_trip(benchmark::State& state, double noise, double huber) {
  constexpr int repetitions = 1000;
  constexpr double compute = 1e21;
  plan::design const made = plan::design_isoflop({});
  auto const expected = laws::detail::to_array(planted_runs::planted.k);
  double const counted = compute * 6 / laws::holistic::flops_per_active_parameter(compute);
  double const best = optimum::at_compute(planted_runs::planted, counted, {1, 1, 288}).at.tokens;
  std::array<int, expected.size()> inside{};
  int tokens_inside = 0, in_band = 0;
  for (auto _ : state)
    for (std::uint64_t seed = 1; seed <= repetitions; ++seed) {
      auto const found = planted_runs::fitted_to(planted_runs::runs_of(made, noise, seed), huber);
      for (std::size_t k = 0; k != expected.size(); ++k)
        inside[k] += found.of.coefficients[k].low <= expected[k] && expected[k] <= found.of.coefficients[k].high;
      plan::request r{.compute = compute};
      r.source = plan::fitted_source("FIT", fit::forget_type(fit::forms::wang, found), plan::experts_of(r));
      in_band += planted_runs::regret_of(plan::make(r)) < 1e-3;
      std::vector<double> tokens;
      for (auto const& each : r.source.variants) tokens.push_back(each(compute).tokens);
      auto const [low, high] = plan::detail::ends_of(std::move(tokens), r.source.spread);
      tokens_inside += low <= best && best <= high;
    }
  auto const holds = [](int n) { return n >= 920 && n <= 980; };
  bool all = holds(tokens_inside) && in_band >= 950;
  std::printf("%zu runs, noise %g, Huber delta %g; inside of 95 %% intervals, of %d:", made.runs.size(), noise, huber,
              repetitions);
  for (std::size_t k = 0; k != expected.size(); ++k) {
    if (k == planted_runs::gamma) continue;
    std::printf(" %s %d", fit::forms::wang.how().unknowns[k].name.c_str(), inside[k]);
    all = all && holds(inside[k]);
  }
  std::printf(", tokens at 1e21 FLOPs %d; plans in the 0.1 %% band %d\n", tokens_inside, in_band);
  if (!all) std::exit(1);
}
BENCHMARK_CAPTURE(round_trip, squares, 0.002, 0.0)->Name("1000 round trips, squares")->Repetitions(1)->Iterations(1);
BENCHMARK_CAPTURE(round_trip, huber, 0.002, 1e-3)->Name("1000 round trips, Huber")->Repetitions(1)->Iterations(1);

}  // namespace
