// A design, the losses that a planted law gives its runs, the fit, and the plan. benchmarks/round_trip.cpp counts more.
#include "catch.hpp"
#include "planted_runs.hpp"

using namespace moetric;

TEST_CASE("a law that is planted behind a design comes back from its fit, and plans by the fit lie in its band") {
  plan::design const made = plan::design_isoflop({});
  REQUIRE(made.runs.size() == 42);  // six scales, seven sizes
  int const repetitions = 12;
  std::array<double, 6> const expected = laws::detail::to_array(planted_runs::planted.k);
  std::array<int, 6> inside{};
  int tokens_inside = 0;
  for (int seed = 1; seed <= repetitions; ++seed) {
    CAPTURE(seed);
    auto const found = planted_runs::fitted_to(planted_runs::runs_of(made, 0.002, static_cast<std::uint64_t>(seed)), 0);
    REQUIRE(found.of.identified());
    for (std::size_t k = 0; k != inside.size(); ++k)
      inside[k] += found.of.coefficients[k].low <= expected[k] && expected[k] <= found.of.coefficients[k].high;
    plan::request r{.compute = 1e21};
    r.source = plan::fitted_source("FIT", fit::forget_type(fit::forms::wang, found), plan::experts_of(r));
    plan::complete_plan const p = plan::make(r);
    CHECK(planted_runs::regret_of(p) < 1e-3);
    double const best = optimum::at_compute(planted_runs::planted,
                                            1e21 * 6 / p.shape.targets().flops_per_active_parameter, {.n_experts = 288})
                            .at.tokens;
    tokens_inside += p.spreads[0].low <= best && best <= p.spreads[0].high;
  }
  for (std::size_t k = 0; k != inside.size(); ++k) {
    CAPTURE(k);
    CHECK(inside[k] >= 10);  // of 95 % intervals; fewer once in fifty times for each
  }
  CHECK(tokens_inside >= 10);
}
