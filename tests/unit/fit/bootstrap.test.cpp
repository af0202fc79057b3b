// Bootstraps, held-out scales and the test of shared exponents, on runs of planted laws.
#include "moetric/fit/bootstrap.hpp"

#include "catch.hpp"
#include "moetric/fit/consistency.hpp"
#include "moetric/fit/fitted_law.hpp"
#include "moetric/fit/hold_out.hpp"
#include "moetric/optimum/compute_optimal.hpp"

namespace {

using namespace moetric;
using Catch::Matchers::ContainsSubstring;
using Catch::Matchers::WithinAbs;
using Catch::Matchers::WithinRel;
using chinchilla = laws::chinchilla::form;

laws::description const& about = laws::chinchilla::detail::about_tex;
laws::law<chinchilla>::coefficients const planted = laws::chinchilla::besiroglu.k;

fit::runs runs_of(laws::law<chinchilla>::coefficients const& k, double noise, std::uint64_t seed, int sizes = 12) {
  fit::runs of{{"total_parameters", "tokens"}, {{}, {}}, {}};
  std::mt19937_64 bits(seed);
  for (int c = 0; c != 8; ++c)
    for (int s = 0; s != sizes; ++s) {
      double const compute = 6e18 * std::pow(500, c / 7.0);
      double const n = std::sqrt(compute / 120) * std::pow(10, 1.4 * s / (sizes - 1.0) - .7);
      of.columns[0].push_back(n);
      of.columns[1].push_back(compute / 6 / n);
      double const z = optimum::normal_quantile(optimum::detail::uniform(bits));
      of.loss.push_back(chinchilla::loss(k, chinchilla::inputs<double>{n, compute / 6 / n}) * std::exp(noise * z));
    }
  return of;
}

fit::setup squares() {
  fit::setup how = fit::forms::chinchilla.how();
  how.huber = 0;
  return how;
}

}  // namespace

TEST_CASE("bootstraps spread as the intervals say, and are the same on any number of threads") {
  fit::runs const runs = runs_of(planted, .004, 1);
  auto const full = fit::fit<chinchilla>(about, runs, squares());
  fit::residual_problem const posed = fit::residual_problem_of<chinchilla>(about, runs, squares());
  for (fit::resampling const how : {fit::resampling::pairs, fit::resampling::residuals}) {
    fit::bootstrap_options options;
    options.samples = 300;
    options.how = how;
    fit::bootstrap const serial = fit::bootstrap_of(full, posed, options);
    CHECK(serial.samples.size() == 300);
    CHECK(serial.failed == 0);
    options.execute = on_threads{2};
    CHECK(fit::bootstrap_of(full, posed, options).samples == serial.samples);
    options.seed = 2;
    CHECK(fit::bootstrap_of(full, posed, options).samples != serial.samples);
    for (std::size_t k = 0; k != 5; ++k) {
      fit::fitted_coefficient const& told = full.of.coefficients[k];
      fit::fitted_coefficient const drawn = serial.of(k, told);
      CAPTURE(told.name);
      // 300 draws tell a standard error to 4 %; pairs of runs differ from a fixed design by more.
      bool const pairs = how == fit::resampling::pairs;
      CHECK_THAT(drawn.standard_error,
                 WithinRel(pairs ? told.standard_error : told.independent_error, pairs ? .2 : .15));
      CHECK(drawn.low < told.value);
      CHECK(drawn.high > told.value);
    }
  }
}

TEST_CASE("an optimum has the same interval by bootstrap and by covariance, and holds the planted one") {
  fit::runs const runs = runs_of(planted, .004, 3);
  auto const full = fit::fit<chinchilla>(about, runs, squares());
  fit::bootstrap_options options;
  options.samples = 300;
  options.how = fit::resampling::residuals;
  auto const drawn = fit::laws_of(
      full, fit::bootstrap_of(full, fit::residual_problem_of<chinchilla>(about, runs, squares()), options));
  auto const by_covariance = fit::drawn_laws(full.law(), full.of, squares(), 300);
  auto const parameters = [](laws::law<chinchilla> const& of) {
    return optimum::at_compute(of, 1e22).at.total_parameters;
  };
  double const truth = parameters(laws::chinchilla::besiroglu);
  using samples = std::span<laws::law<chinchilla> const>;
  auto const a = optimum::interval_over(full.law(), samples(drawn), parameters, .95);
  auto const b = optimum::interval_over(full.law(), samples(by_covariance), parameters, .95);
  for (auto const& each : {a, b}) {
    CHECK(each.low < truth);
    CHECK(each.high > truth);
  }
  CHECK_THAT(std::log(b.high / b.low), WithinRel(std::log(a.high / a.low), .25));
  // Coefficients drawn apart would leave far more: the fit knows A and alpha only together.
  auto const apart = optimum::interval_of(full.law(), parameters, {.samples = 300, .coverage = .95});
  CHECK(std::log(apart.high / apart.low) > 3 * std::log(b.high / b.low));
}

TEST_CASE("a fit is validated on held-out scales") {
  auto const good = fit::hold_out_largest<chinchilla>(about, runs_of(planted, .003, 1), squares(), "tokens", .25);
  CHECK(good.held == 24);
  CHECK_THAT(good.rmse, WithinAbs(.003, 6e-4));
  CHECK(good.rmse_held < .005);
  // Losses that stop falling beyond the runs that are seen.
  fit::runs stuck = runs_of(planted, .003, 1);
  for (std::size_t i = 0; i != stuck.size(); ++i)
    if (stuck.columns[1][i] >= good.from) stuck.loss[i] *= 1.05;
  auto const bad = fit::hold_out_largest<chinchilla>(about, stuck, squares(), "tokens", .25);
  CHECK(bad.held == 24);
  CHECK(bad.rmse_held > .04);
  CHECK(bad.bias_held < -.04);  // it promises too much
  CHECK_THROWS_WITH(fit::hold_out_largest<chinchilla>(about, stuck, squares(), "steps"),
                    ContainsSubstring("must have a column steps"));
  CHECK_THROWS_WITH(fit::hold_out_largest<chinchilla>(about, stuck, squares(), "tokens", 1),
                    "moetric: share must be above 0 and below 1, but got 1");
}

TEST_CASE("two families: shared, separate, or more runs are needed") {
  auto const of = [&](double alpha, double amplitude) {
    auto k = planted;
    k.alpha = alpha;
    k.a *= amplitude;
    return k;
  };
  std::vector<std::string> const exponents{"alpha", "beta"};
  auto const test = [&](fit::runs const& a, fit::runs const& b) {
    return fit::test_consistency<chinchilla>(about, a, b, squares(), exponents);
  };
  auto const shared = test(runs_of(planted, .002, 3, 20), runs_of(of(planted.alpha, .8), .002, 4, 20));
  CHECK(shared.says == fit::outcome::shared);
  CHECK(shared.p > .05);
  REQUIRE(shared.differences.size() == 2);
  CHECK(shared.differences[0].low < 0);
  CHECK(shared.differences[0].high > 0);
  CHECK(shared.together.coefficients[2].value == shared.together.coefficients[7].value);
  auto const separate = test(runs_of(planted, .002, 1), runs_of(of(planted.alpha + .06, 3), .002, 2));
  CHECK(separate.says == fit::outcome::separate);
  CHECK(separate.aic_separate < separate.aic_shared);
  CHECK(separate.differences[0].low < .06);
  CHECK(separate.differences[0].high > .06);
  auto const few = test(runs_of(planted, .02, 1, 3), runs_of(of(planted.alpha, .8), .02, 2, 3));
  CHECK(few.says == fit::outcome::not_distinguishable);
  CHECK_THROWS_WITH(fit::test_consistency<chinchilla>(about, runs_of(planted, .01, 1), runs_of(planted, .01, 2),
                                                      squares(), {"gamma"}),
                    "moetric: a shared coefficient must be one of E, A, alpha, B, beta, but got 'gamma'");
}

// With one shared coefficient F is the square of its difference over the standard error, but for curvature.
TEST_CASE("F of one shared exponent is the square of its t") {
  auto const found = fit::test_consistency<chinchilla>(about, runs_of(planted, .002, 7, 20),
                                                       runs_of(planted, .002, 8, 20), squares(), {"alpha"});
  double const t = found.differences[0].difference / found.differences[0].standard_error;
  CHECK_THAT(found.f, WithinRel(t * t, .1));
}

// The F-test rejects a true hypothesis as often as it says: 5 % of 30 draws, so at most 5 but for one in three hundred.
TEST_CASE("shared exponents are seldom called separate") {
  int rejected = 0;
  for (std::uint64_t seed = 1; seed <= 30; ++seed)
    rejected += fit::test_consistency<chinchilla>(about, runs_of(planted, .004, seed, 6),
                                                  runs_of(planted, .004, seed + 1000, 6), squares(), {"alpha", "beta"})
                    .says == fit::outcome::separate;
  CHECK(rejected <= 5);
}
