// Linear fits against NIST's certified values, and curves whose minimum and band are known in closed form.
#include "moetric/fit/linear.hpp"

#include <array>

#include "catch.hpp"
#include "moetric/fit/curve.hpp"
#include "moetric/fit/near_optimal.hpp"

namespace {

using namespace moetric;
using Catch::Matchers::ContainsSubstring;
using Catch::Matchers::WithinAbs;
using Catch::Matchers::WithinRel;
using V = std::vector<double>;

}  // namespace

TEST_CASE("NIST's Norris: a line through 36 points to the certified digits") {
  V const y{.1, 338.8, 118.1, 888.0, 9.2,   228.1, 668.5, 998.5, 449.1, 778.9, 559.2, .3,
            .1, 778.1, 668.8, 339.3, 448.9, 10.8,  557.7, 228.3, 998.0, 888.8, 119.6, .3,
            .6, 557.6, 339.3, 888.0, 998.5, 778.9, 10.2,  117.6, 228.9, 668.4, 449.2, .2};
  V const x{.2, 337.4, 118.2, 884.6, 10.1,  226.5, 666.3, 996.3, 448.6, 777.0, 558.2, .4,
            .6, 775.5, 666.9, 338.0, 447.5, 11.6,  556.0, 228.1, 995.8, 887.6, 120.2, .3,
            .3, 556.8, 339.1, 887.2, 999.0, 779.0, 11.1,  118.3, 229.2, 669.1, 448.9, .5};
  fit::matrix columns(x.size(), 2);
  for (std::size_t i = 0; i != x.size(); ++i) columns(i, 0) = 1, columns(i, 1) = x[i];
  fit::linear_fit const found = fit::fit_linear(columns, y);
  CHECK_THAT(found.coefficients[0], WithinRel(-.262323073774029, 1e-10));
  CHECK_THAT(found.coefficients[1], WithinRel(1.00211681802045, 1e-13));
  CHECK_THAT(found.coefficient(0).standard_error, WithinRel(.232818234301152, 1e-10));
  CHECK_THAT(found.coefficient(1).standard_error, WithinRel(.429796848199937e-3, 1e-10));
  CHECK_THAT(std::sqrt(found.square_sum / 34), WithinRel(.884796396144373, 1e-10));
  CHECK_THAT(found.r_squared, WithinRel(.999993745883712, 1e-12));
  // t(34, 97.5 %) = 2.0322 of tables
  CHECK_THAT(found.coefficient(1).high, WithinRel(1.00211681802045 + 2.0322 * .429796848199937e-3, 1e-7));
}

TEST_CASE("a power law is a line in logarithms: the learning rates of arXiv 2603.21862, Table 4") {
  V const compute{1e18, 3e18, 1e19, 3e19, 1e20, 3e20};
  V const rate{1.20e-3, 1.00e-3, 8.28e-4, 6.95e-4, 5.74e-4, 4.82e-4}, batch{64, 80, 128, 160, 208, 288};
  fit::power_law_fit const lr = fit::fit_power_law(compute, rate);
  CHECK_THAT(lr.law.coefficient, WithinAbs(.888, 5e-4));  // derived, apart, from the same table
  CHECK_THAT(lr.law.exponent, WithinAbs(-.1595, 5e-5));
  CHECK(lr.exponent.low < -.1595);
  CHECK(lr.exponent.high > -.1595);
  CHECK(lr.exponent.high - lr.exponent.low < .01);
  V tokens;
  for (double const each : batch) tokens.push_back(8192 * each);
  fit::power_law_fit const size = fit::fit_power_law(compute, tokens);
  CHECK_THAT(size.law.coefficient, WithinAbs(9.09, 5e-3));
  CHECK_THAT(size.law.exponent, WithinAbs(.2645, 5e-5));
  // The curve is known best in the middle, and one more point less well than the curve.
  CHECK(lr.at(1e24).standard_error / lr.at(1e24).value > 3 * lr.at(2e19).standard_error / lr.at(2e19).value);
  CHECK(lr.at(2e19, true).high > lr.at(2e19).high);
  CHECK_THAT(lr.coefficient.low, WithinRel(lr.at(1).low, 1e-9));  // the coefficient is the value at 1
  CHECK_THAT(lr.coefficient.high, WithinRel(lr.at(1).high, 1e-9));
  CHECK_THROWS_WITH(fit::fit_power_law(V{1, 2}, V{1, 2}),
                    "moetric: a fit of 2 coefficients must have at least 3 points, but got 2");
  CHECK_THROWS_WITH(fit::fit_power_law(V{5, 5, 5}, V{1, 2, 3}),
                    "moetric: points must differ enough to identify every coefficient of a fit");
  CHECK_THROWS_WITH(fit::fit_power_law(V{1, 2, 3}, V{1, 0, 3}),
                    "moetric: y of point 2 must be positive and finite, but got 0");
}

TEST_CASE("each curve has its closed minimum and the band that its equation gives") {
  SECTION("a/(x - 6) + b x + c") {
    // a = .08, b = .02, c = 2: minimum 2.2 at 6 + sqrt(a/b) = 8, edges where a + b·u² = (2.2022 - 2.12)·u, u = x - 6.
    V x{6.5, 7, 7.5, 8, 9, 11, 14}, loss;
    for (double const each : x) loss.push_back(.08 / (each - 6) + .02 * each + 2);
    fit::fitted_curve const found = fit::fit_curve(fit::over_density(), x, loss);
    CHECK_THAT(found.best.value, WithinRel(8, 1e-9));
    CHECK_THAT(found.loss, WithinRel(2.2, 1e-12));
    double const half = (2.2 * 1.001 - 2.12) / .04, root = std::sqrt(half * half - 4);
    CHECK_THAT(found.low.value, WithinRel(6 + half - root, 1e-9));
    CHECK_THAT(found.high.value, WithinRel(6 + half + root, 1e-9));
    CHECK_THAT(found(8), WithinRel(2.2, 1e-12));
  }
  SECTION("a/(x - C1) + b/(C2 - x) + c") {
    // Where a/(x - 1)² = b/(C2 - x)²: with b = a·(1/4) the distances are 2 to 1.
    double const c2 = 289.0 / 9;
    V x{12, 16, 20, 22, 26, 30}, loss;
    for (double const each : x) loss.push_back(.4 / (each - 1) + .1 / (c2 - each) + 2);
    fit::fitted_curve const found = fit::fit_curve(fit::over_expansion(), x, loss, .01);
    CHECK_THAT(found.best.value, WithinRel(1 + (c2 - 1) * 2 / 3, 1e-9));
    for (double const edge : {found.low.value, found.high.value})
      CHECK_THAT(.4 / (edge - 1) + .1 / (c2 - edge) + 2, WithinRel(1.01 * found.loss, 1e-9));
  }
  SECTION("a quadratic in d_model, and its laws over compute") {
    V compute;
    std::vector<fit::fitted_curve> curves;
    for (int i = 0; i != 6; ++i) {
      double const scale = std::pow(3, i), best = 400 * std::pow(scale, .25), loss = 3 * std::pow(scale, -.05);
      double const half = 80 * std::pow(scale, .3);  // of the band of 0.1 %
      V x, y;
      for (int j = -3; j <= 3; ++j) {
        x.push_back(best + 40 * j);
        y.push_back(loss * (1 + 1e-3 * std::pow(40 * j / half, 2)));
      }
      compute.push_back(1e18 * scale);
      curves.push_back(fit::fit_curve(fit::quadratic(), x, y));
      CHECK_THAT(curves.back().best.value, WithinRel(best, 1e-7));
      CHECK_THAT(curves.back().low.value, WithinRel(best - half, 1e-6));
      CHECK_THAT(curves.back().high.value, WithinRel(best + half, 1e-6));
    }
    fit::band_laws const laws = fit::fit_band(compute, curves);
    CHECK_THAT(laws.best.law.exponent, WithinRel(.25, 1e-6));
    CHECK(laws.high.law.exponent > .25);
    CHECK(laws.low.law.exponent < .25);
  }
}

TEST_CASE("the interval of an optimum is what repeated noise gives") {
  // Standard error by the delta method against the spread of 400 refits with the noise that was put in.
  V const x{-3, -2, -1, 0, 1, 2, 3, 4};
  double mean = 0, square = 0, told = 0, edge_mean = 0, edge_square = 0, edge_told = 0;
  std::uint64_t state = 1;
  auto const noise = [&] {  // a sum of 12 uniforms
    double sum = -6;
    for (int i = 0; i != 12; ++i) {
      state = state * 6364136223846793005 + 1442695040888963407;
      sum += static_cast<double>(state >> 11) * 0x1p-53;
    }
    return sum;
  };
  int const n = 400;
  for (int i = 0; i != n; ++i) {
    V loss;
    for (double const each : x) loss.push_back(3 + .01 * (each - .5) * (each - .5) + .003 * noise());
    fit::fitted_curve const found = fit::fit_curve(fit::quadratic(), x, loss, .01);
    mean += found.best.value / n, square += found.best.value * found.best.value / n;
    told += found.best.standard_error / n;
    edge_mean += found.high.value / n, edge_square += found.high.value * found.high.value / n;
    edge_told += found.high.standard_error / n;
  }
  CHECK_THAT(mean, WithinAbs(.5, .02));
  CHECK_THAT(told, WithinRel(std::sqrt(square - mean * mean), .12));
  CHECK_THAT(edge_told, WithinRel(std::sqrt(edge_square - edge_mean * edge_mean), .12));
}

TEST_CASE("curves without a minimum, or with x outside their domain, are refused") {
  V const x{7, 8, 9, 10, 11};
  CHECK_THROWS_WITH(fit::fit_curve(fit::over_density(), x, V{3, 2.9, 2.8, 2.7, 2.6}),
                    ContainsSubstring("must bend upwards around a minimum near the points"));
  CHECK_THROWS_WITH(fit::fit_curve(fit::quadratic(), x, V{2, 2.5, 2.6, 2.5, 2}),
                    ContainsSubstring("must bend upwards"));
  CHECK_THROWS_WITH(fit::fit_curve(fit::over_density(), V{5, 7, 8, 9}, V{2, 2, 2, 2}),
                    "moetric: x of point 1 must lie in the domain of a/(x - 6) + b x + c, but got 5");
  CHECK_THROWS_WITH(fit::fit_curve(fit::quadratic(), V{1, 2, 3}, V{2, 1, 2}),
                    "moetric: a fit of 3 coefficients must have at least 4 points, but got 3");
  fit::fitted_curve const far = fit::fit_curve(fit::quadratic(), V{1, 2, 3, 4}, V{2, 1.62, 1.28, .98});
  REQUIRE_FALSE(far.warnings.empty());
  CHECK(far.warnings[0] == "the minimum is extrapolated: it lies outside the points");
}

TEST_CASE("two parallel lines bound the near-optimal runs") {
  // Rates in a strip of ln width .4 around C^-.16: the least loss is in its middle, the rest is worse than tolerance.
  V compute, rate, loss;
  for (int i = 0; i != 6; ++i)
    for (int j = -4; j <= 4; ++j) {
      compute.push_back(1e18 * std::pow(3, i));
      rate.push_back(.9 * std::pow(compute.back(), -.16) * std::exp(.1 * j));
      loss.push_back(2.5 * (1 + 5e-4 * j * j));  // |j| <= 2 is within .2 %
    }
  fit::parallel_lines const found = fit::fit_parallel_lines(compute, rate, loss);
  CHECK(found.points == 30);
  CHECK_THAT(found.centre.exponent, WithinRel(-.16, 1e-9));
  CHECK_THAT(found.centre.coefficient, WithinRel(.9, 1e-7));
  CHECK_THAT(found.width, WithinRel(.4, 1e-9));
  CHECK_THAT(found.exponent_low, WithinRel(-.16, 1e-9));
  CHECK_THAT(found.exponent_high, WithinRel(-.16, 1e-9));
  // Of a triangle the narrowest strip along x leans on a side: (0, 0), (1, 1), (2, 0) lies in y of width 1/… at slope
  // 0.
  fit::parallel_lines const triangle =
      fit::fit_parallel_lines(V{1, std::exp(1), std::exp(2)}, V{1, std::exp(1), 1}, V{1, 1, 1});
  CHECK_THAT(triangle.width, WithinRel(1, 1e-9));
  CHECK_THAT(triangle.centre.exponent, WithinAbs(0, 1e-9));
  // Of slopes that are equally narrow, -1/2 to 1/2 here, the middle one.
  double const e = std::exp(1);
  fit::parallel_lines const wedge =
      fit::fit_parallel_lines(V{1, 1, e, e, e * e}, V{1, e * e, std::sqrt(e), e * std::sqrt(e), e}, V{1, 1, 1, 1, 1});
  CHECK_THAT(wedge.width, WithinRel(2, 1e-9));
  CHECK_THAT(wedge.centre.exponent, WithinAbs(0, 1e-9));
  CHECK_THROWS_WITH(fit::fit_parallel_lines(V{1, 1, 2}, V{1, 2, 3}, V{1, 1, 1}),
                    "moetric: parallel lines must be fitted to at least 3 scales, but got 2");
}
