// Chinchilla's first two approaches on losses of a law whose optimum has a closed form: N ∝ C^(beta/(alpha + beta)).
#include "moetric/fit/isoflop.hpp"

#include "catch.hpp"
#include "moetric/laws/chinchilla.hpp"

namespace {

using namespace moetric;
using Catch::Matchers::ContainsSubstring;
using Catch::Matchers::WithinAbs;
using Catch::Matchers::WithinRel;
using V = std::vector<double>;

struct design {
  V parameters, compute, loss;
};

// Sizes of `decades` around the optimum, moved by `shift` decades; alpha = beta, so the loss is symmetric over ln N.
design isoflops(double decades, double shift, double alpha, double beta) {
  design of;
  double const g = std::pow(alpha * 400 / (beta * 400), 1 / (alpha + beta));
  for (double const c : {1e19, 1e20, 1e21, 1e22})
    for (int i = 0; i != 9; ++i) {
      double const best = g * std::pow(c / 6, beta / (alpha + beta));
      double const n = best * std::pow(10, decades * (i / 8.0 - .5) + shift);
      of.parameters.push_back(n);
      of.compute.push_back(c * (1 + .01 * (i % 3)));  // budgets of real runs are met within a percent or so
      of.loss.push_back(1.8 + 400 * std::pow(n, -alpha) + 400 * std::pow(of.compute.back() / 6 / n, -beta));
    }
  return of;
}

fit::allocation_fit fitted(design const& of) {
  return fit::fit_isoflop(of.parameters, of.compute, of.loss);
}

bool warns(fit::allocation_fit const& of, std::string const& words) {
  for (std::string const& each : of.warnings)
    if (each.find(words) != std::string::npos) return true;
  return false;
}

}  // namespace

TEST_CASE("IsoFLOP parabolas find the exponents of a symmetric law") {
  fit::allocation_fit const found = fitted(isoflops(1, 0, .34, .34));
  REQUIRE(found.profiles.size() == 4);
  CHECK_THAT(found.parameters.law.exponent, WithinAbs(.5, 2e-3));
  CHECK_THAT(found.tokens.law.exponent, WithinAbs(.5, 2e-3));
  CHECK_THAT(found.parameters.at(1e20).value, WithinRel(std::sqrt(1e20 / 6), .01));
  CHECK_THAT(found.tokens.at(1e20).value, WithinRel(std::sqrt(1e20 / 6), .01));
  CHECK(found.warnings.empty());
  for (fit::isoflop_profile const& each : found.profiles) {
    CHECK(each.runs == 9);
    CHECK_THAT(each.parameters.value, WithinRel(std::sqrt(each.compute / 6), .02));
    CHECK_THAT(each.decades, WithinRel(1, 1e-9));
    CHECK_THAT(each.off_centre, WithinAbs(0, .05));
  }
}

TEST_CASE("a grid that biases a parabola gets a warning") {
  fit::allocation_fit const aside = fitted(isoflops(1, .25, .34, .34));
  CHECK(warns(aside, "the grid is off-centre"));
  CHECK(aside.profiles[0].off_centre < -.3);
  CHECK(warns(fitted(isoflops(1, .8, .34, .34)), "the vertex is extrapolated: it lies outside the runs"));
  fit::allocation_fit const wide = fitted(isoflops(2.4, 0, .34, .22));
  CHECK(warns(wide, "the grid spans 2.4 decades"));
  // The parabola of a law that is not symmetric is off by what the cubic tells; the truth lies on the cubic's side.
  fit::isoflop_profile const& first = wide.profiles[0];
  double const truth = std::pow(.34 / .22, 1 / .56) * std::pow(first.compute / 6, .22 / .56);
  CHECK(std::fabs(std::log(first.parameters.value / truth)) > .02);
  CHECK(first.bias * std::log(first.parameters.value / truth) > 0);
  CHECK(std::fabs(std::log(first.parameters.value / truth) - first.bias) <
        std::fabs(std::log(first.parameters.value / truth)));
}

TEST_CASE("an envelope of training curves finds the exponents") {
  V parameters, compute, loss;
  for (int s = 0; s != 30; ++s)
    for (int step = 1; step != 200; ++step) {
      double const n = 1e7 * std::pow(1.3, s), tokens = 1e6 * std::pow(1.08, step);
      parameters.push_back(n);
      compute.push_back(6 * n * tokens);
      loss.push_back(1.8 + 400 * std::pow(n, -.34) + 400 * std::pow(tokens, -.34));
    }
  fit::allocation_fit const found = fit::fit_envelope(parameters, compute, loss);
  CHECK(found.profiles.size() > 20);
  CHECK_THAT(found.parameters.law.exponent, WithinAbs(.5, .02));
  CHECK_THAT(found.parameters.at(1e19).value, WithinRel(std::sqrt(1e19 / 6), .1));
  for (fit::isoflop_profile const& each : found.profiles) {
    CHECK(each.parameters.value > parameters.front());
    CHECK(each.parameters.value < parameters.back());
  }
  CHECK(warns(found, "the smallest or largest model wins there"));
  CHECK(warns(found, "share runs"));
}

TEST_CASE("budgets without enough sizes are refused") {
  V const n{1e8, 2e8, 4e8, 8e8}, c{1e20, 1e20, 1e20, 1e20};
  CHECK_THROWS_WITH(fit::fit_isoflop(n, c, V{3, 2.9, 2.9, 3}),
                    "moetric: a fit of 2 coefficients must have at least 3 points, but got 1");
  CHECK_THROWS_WITH(fit::fit_isoflop(n, V{1e20, 1e20, 1e20, 3e20}, V{3, 2.9, 2.9, 3}),
                    "moetric: each budget must have runs of at least 4 sizes, but compute 1e+20 has 3");
  CHECK_THROWS_WITH(fit::fit_isoflop(n, c, V{2.9, 3, 3, 2.9}), ContainsSubstring("must bend upwards"));
  CHECK_THROWS_WITH(fit::fit_isoflop(n, c, V{2.9, 3, 0, 2.9}),
                    "moetric: loss of run 3 must be positive and finite, but got 0");
  CHECK_THROWS_WITH(fit::fit_isoflop(V{1e8, -2e8, 4e8, 8e8}, c, V{2.9, 3, 3, 2.9}),
                    "moetric: parameters of run 2 must be positive and finite, but got -2e+08");
}
