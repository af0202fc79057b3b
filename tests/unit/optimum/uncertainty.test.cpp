// Laws as samples: intervals follow from printed digits and standard errors, and the same seed gives the same numbers.
#include "moetric/optimum/uncertainty.hpp"

#include "catch.hpp"
#include "moetric/laws/chinchilla.hpp"
#include "moetric/optimum/compute_optimal.hpp"

namespace {

using namespace moetric;
using Catch::Matchers::WithinAbs;
using Catch::Matchers::WithinRel;

double parameters(laws::chinchilla::law const& of) {
  return optimum::at_compute(of, 5.76e23).at.total_parameters;
}

}  // namespace

TEST_CASE("one uniform coefficient: the interval is that of its last digit") {
  // alpha is printed as .34: uniform on .335 .. .345, so 80 % lie in .336 .. .344.
  auto const alpha =
      optimum::interval_of(laws::chinchilla::printed, [](auto const& of) { return of.k.alpha; }, {.samples = 20000});
  CHECK(alpha.published == .34);
  CHECK_THAT(alpha.low, WithinAbs(.336, 2e-4));
  CHECK_THAT(alpha.median, WithinAbs(.34, 2e-4));
  CHECK_THAT(alpha.high, WithinAbs(.344, 2e-4));
  CHECK(alpha.failed == 0);
}

TEST_CASE("a published standard error is drawn as a normal distribution") {
  laws::description about = *laws::chinchilla::printed.about;
  about.coefficients[0].standard_error = .1;
  laws::chinchilla::law const of{about};
  auto const e = optimum::interval_of(of, [](auto const& each) { return each.k.e; }, {.samples = 20000});
  CHECK_THAT(e.low, WithinAbs(1.69 - .12816, 3e-3));  // the 10th percentile of a normal is at -1.2816
  CHECK_THAT(e.high, WithinAbs(1.69 + .12816, 3e-3));
}

TEST_CASE("published standard errors are drawn with the correlations of the fit where its runs are public") {
  laws::chinchilla::law const& of = laws::chinchilla::besiroglu;
  // 2404.10102: the exponent a = beta / (alpha + beta) is .513 with a standard error of .020 and an 80 % interval .051
  // wide.
  auto const exponent = optimum::interval_of(
      of, [](auto const& each) { return each.k.beta / (each.k.alpha + each.k.beta); }, {.samples = 4000});
  CHECK_THAT(exponent.high - exponent.low, WithinAbs(.051, .002));
  CHECK(exponent.failed == 0);
  // A bootstrap of 2000 refits to the authors' 240 points leaves a factor of 2.2 in N at 1e26 FLOPs (80 %).
  auto const at_1e26 = [](auto const& each) { return optimum::at_compute(each, 1e26).at.total_parameters; };
  auto const n = optimum::interval_of(of, at_1e26, {.samples = 4000});
  CHECK_THAT(n.high / n.low, WithinAbs(2.2, .1));
  CHECK(optimum::sampled_error(*of.about) ==
        "published standard errors, correlated as in our own fit to the same 240 public points");
  // Independent draws spread 20 times.
  laws::description apart = *of.about;
  apart.correlations = {};
  auto const independent = optimum::interval_of(laws::chinchilla::law(apart), at_1e26, {.samples = 4000});
  CHECK(independent.high / independent.low > 15);
  CHECK(optimum::sampled_error(apart) == "published standard errors, drawn as independent, too wide");
  CHECK(optimum::sampled_error(*laws::chinchilla::printed.about) ==
        "rounding of the published digits alone, the error of the fit is not published");
}

TEST_CASE("the optimum of printed digits is known to 20 %, that of the TeX digits to five digits") {
  auto const printed = optimum::interval_of(laws::chinchilla::printed, parameters);
  CHECK(printed.low < 2.7e10);
  CHECK(printed.high > 3.8e10);
  auto const tex = optimum::interval_of(laws::chinchilla::tex, parameters);
  CHECK_THAT(tex.low, WithinRel(tex.high, 1e-4));
  CHECK_THAT(tex.median, WithinRel(4.036e10, 1e-3));
}

TEST_CASE("samples repeat with their seed, and failures are counted") {
  auto const a = optimum::interval_of(laws::chinchilla::printed, parameters, {.seed = 7});
  auto const b = optimum::interval_of(laws::chinchilla::printed, parameters, {.seed = 7});
  auto const c = optimum::interval_of(laws::chinchilla::printed, parameters, {.seed = 8});
  CHECK(a.low == b.low);
  CHECK(a.low != c.low);
  auto const half = optimum::interval_of(laws::chinchilla::printed, [](auto const& of) {
    return of.k.alpha >= .34 ? of.k.alpha : throw std::invalid_argument("no");
  });
  CHECK(half.failed > 400);
  CHECK(half.failed < 600);
  CHECK_THROWS_WITH(optimum::interval_of(laws::chinchilla::printed, parameters, {.coverage = 1}),
                    "moetric: coverage must be above 0 and below 1, but got 1");
  CHECK_THROWS_WITH(optimum::interval_of(laws::chinchilla::printed, parameters, {.samples = 0}),
                    "moetric: a quantity must be defined for at least one sample");
}
