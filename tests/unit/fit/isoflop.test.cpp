// Chinchilla's first two approaches on losses of a law whose optimum has a closed form: N ∝ C^(beta/(alpha + beta)).
#include "moetric/fit/envelope.hpp"

#include "catch.hpp"
#include "data.hpp"
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
      of.compute.push_back(c);
      of.loss.push_back(1.8 + 400 * std::pow(n, -alpha) + 400 * std::pow(of.compute.back() / 6 / n, -beta));
    }
  return of;
}

fit::allocation_fit fitted(design const& of) {
  return fit::fit_isoflop(of.parameters, of.compute, of.loss);
}

bool warns(fit::allocation_fit const& of, std::string const& words) {
  for (fit::warning const& each : of.warnings)
    if (each.sentence.find(words) != std::string::npos) return true;
  return false;
}

// Porian et al. (2406.19146), the tuned sweep: 121 runs of 12 budgets.
design porian() {
  design of;
  for (auto const& row : test_data::rows("runs/porian-tuned.csv")) {
    of.parameters.push_back(std::stod(row.at("total_parameters")));
    of.compute.push_back(std::stod(row.at("compute")));
    of.loss.push_back(std::stod(row.at("loss")));
  }
  return of;
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
  design const far = isoflops(1, .8, .34, .34);
  CHECK(warns(fit::fit_isoflop(far.parameters, far.compute, far.loss, {}, {.use_outside = true}),
              "the vertex is extrapolated: it lies outside the runs"));
  CHECK_THROWS_WITH(fitted(far), ContainsSubstring("budgets with a minimum inside of their runs, but has 0"));
  fit::allocation_fit const wide = fitted(isoflops(2.4, 0, .34, .22));
  CHECK(warns(wide, "the grid spans 2.4 decades"));
  // The cubic that replaces the parabola of a law that is not symmetric is closer to the truth.
  fit::isoflop_profile const& first = wide.profiles[0];
  double const truth = std::pow(.34 / .22, 1 / .56) * std::pow(first.compute / 6, .22 / .56);
  double const off = std::log(first.parameters.value / truth);
  CHECK(first.cubic);
  CHECK(std::fabs(off + first.bias) > .02);  // of the parabola
  CHECK(std::fabs(off) < std::fabs(off + first.bias) / 2);
}

TEST_CASE("budgets that differ are budgets of their own") {
  // a = beta / (alpha + beta) of besiroglu is 0.51264, whatever the distance of budgets
  design of;
  for (int b = 0; b != 10; ++b)
    for (int i = -4; i <= 4; ++i) {
      double const c = 1e19 * std::pow(1.2, b), a = .36585 / (.34781 + .36585);
      double const g = std::pow(.34781 * 482.01 / (.36585 * 2085.43), 1 / (.34781 + .36585));
      double const n = g * std::pow(c / 6, a) * std::pow(10, .1 * i);
      of.parameters.push_back(n), of.compute.push_back(c);
      of.loss.push_back(1.8172 + 482.01 * std::pow(n, -.34781) + 2085.43 * std::pow(c / 6 / n, -.36585));
    }
  fit::allocation_fit const found = fitted(of);
  CHECK(found.profiles.size() == 10);
  CHECK_THAT(found.parameters.law.exponent, WithinAbs(.51264, 1e-4));
  fit::allocation_fit const merged = fit::fit_isoflop(of.parameters, of.compute, of.loss, {}, {.merge_within = 1.25});
  CHECK(merged.profiles.size() == 5);
  CHECK(warns(merged, "differs by up to a factor 1.25 are merged into 5 budgets"));
  CHECK_THROWS_WITH(fit::fit_isoflop(of.parameters, of.compute, of.loss, {}, {.merge_within = .9}),
                    ContainsSubstring("merge-within must be a factor of at least 1, but got 0.9"));

  // Real budgets are met within some percent: with no exact ones, the narrowest width that gives budgets is told.
  design rough = isoflops(1, 0, .34, .34);
  for (std::size_t i = 0; i != rough.compute.size(); ++i) rough.compute[i] *= 1 + .013 * static_cast<double>(i % 4);
  fit::allocation_fit const widened = fitted(rough);
  CHECK(widened.profiles.size() == 4);
  CHECK(warns(widened, "no exact budgets: runs whose compute differs by up to a factor 1.05 are merged"));
}

TEST_CASE("tokens come from the runs where they state them") {
  design const of = isoflops(1, 0, .34, .34);
  V tokens;  // of models whose FLOPs per token are 7.2 N
  for (std::size_t i = 0; i != of.loss.size(); ++i) tokens.push_back(of.compute[i] / 7.2 / of.parameters[i]);
  fit::allocation_fit const found = fit::fit_isoflop(of.parameters, of.compute, of.loss, tokens);
  for (fit::isoflop_profile const& each : found.profiles)
    CHECK_THAT(each.tokens, WithinRel(each.compute / 7.2 / each.parameters.value, 1e-9));
}

TEST_CASE("vertices outside of their runs and short budgets are left out, and told") {
  design of = isoflops(1, 0, .34, .34);
  for (int i = 0; i != 3; ++i) of.parameters.push_back(1e9 + i), of.compute.push_back(1e23), of.loss.push_back(2);
  for (int i = 0; i != 6; ++i) {  // all far below the optimum
    double const n = 1e8 * std::pow(1.6, i);
    of.parameters.push_back(n), of.compute.push_back(3e23);
    of.loss.push_back(1.8 + 400 * std::pow(n, -.34) + 400 * std::pow(3e23 / 6 / n, -.34));
  }
  fit::allocation_fit const found = fitted(of);
  REQUIRE(found.profiles.size() == 5);
  CHECK(!found.profiles[4].used);
  CHECK(warns(found, "compute 1e+23 is left out: it has runs of 3 sizes, and a parabola needs 4"));
  CHECK(warns(found,
              "at compute 3e+23 the vertex is extrapolated: it lies outside the runs, so power laws leave it out"));
  CHECK_THAT(found.parameters.law.exponent, WithinAbs(.5, 2e-3));
  auto const all = fit::fit_isoflop(of.parameters, of.compute, of.loss, {}, {.use_outside = true});
  CHECK(all.profiles[4].used);
  CHECK(all.parameters.law.exponent != found.parameters.law.exponent);
}

TEST_CASE("vertices count by their errors") {
  // numpy.polyfit of the vertices of 12 parabolas over ln compute, with weights 1/error
  design const of = porian();
  fit::allocation_fit const found = fitted(of);
  REQUIRE(found.profiles.size() == 12);
  V compute, n, error;
  for (fit::isoflop_profile const& each : found.profiles)
    compute.push_back(each.compute), n.push_back(each.parameters.value), error.push_back(each.log_error);
  fit::isoflop_profile const& first = found.profiles[0];
  CHECK(!first.cubic);
  CHECK_THAT(first.parameters.value, WithinRel(1.178e7, 5e-4));
  CHECK_THAT(first.log_error, WithinAbs(.032, 5e-4));
  CHECK(found.profiles[7].cubic);  // its bias is -.396, its error .104
  CHECK_THAT(found.profiles[7].bias, WithinAbs(-.396, 5e-4));
  V const x{1, 2, 4, 8}, y{1, 3, 4, 9};
  auto const weighted = fit::fit_power_law(x, y, {.error = {.1, .2, .1, .4}});
  CHECK_THAT(weighted.exponent.value, WithinRel(1.0056889308, 1e-9));
  CHECK_THAT(weighted.coefficient.value, WithinRel(1.04379277163, 1e-9));
  CHECK_THAT(weighted.exponent.standard_error, WithinRel(0.130697292475, 1e-9));
  auto const exact = fit::fit_power_law(V{1, 2, 4}, V{1, 2, 4}, {.error = {.1, .2, .1}});
  CHECK_THAT(exact.exponent.standard_error, WithinRel(0.10201394466, 1e-9));
}

TEST_CASE("an exponent is held") {
  design const of = isoflops(1, 0, .34, .34);
  auto const found = fit::fit_isoflop(of.parameters, of.compute, of.loss, {}, {.exponent = .48});
  CHECK(found.parameters.law.exponent == .48);
  CHECK_THAT(found.tokens.law.exponent, WithinAbs(.52, 1e-12));
  CHECK(found.parameters.exponent.standard_error == 0);
  CHECK(found.parameters.held);
  // R^2 is that of ln y: .48 in the place of .5 leaves (.02 / .5)^2 of its variance.
  CHECK_THAT(found.parameters.line.r_squared, WithinAbs(1 - .04 * .04, 1e-4));
  double const middle = std::sqrt(1e19 * 1e22);
  CHECK_THAT(found.parameters.at(middle).value, WithinRel(std::sqrt(middle / 6), .02));
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
  // Porian et al. print N = .1182 C^.4970 for these runs.
  design const of = porian();
  fit::allocation_fit const printed = fit::fit_envelope(of.parameters, of.compute, of.loss);
  CHECK_THAT(printed.parameters.law.exponent, WithinAbs(.4970, 5e-4));
  CHECK_THAT(printed.parameters.law.coefficient, WithinRel(.1182, 2e-3));
}

TEST_CASE("budgets without enough sizes are refused") {
  V const n{1e8, 2e8, 4e8, 8e8}, c{1e20, 1e20, 1e20, 1e20};
  CHECK_THROWS_WITH(fit::fit_isoflop(n, c, V{3, 2.9, 2.9, 3}),
                    "moetric: isoflop must have at least 3 budgets with a minimum inside of their runs, but has 1");
  CHECK_THROWS_WITH(fit::fit_isoflop(n, V{1e20, 1e20, 1e20, 3e20}, V{3, 2.9, 2.9, 3}),
                    ContainsSubstring("but has 0: compute 1e+20 is left out: it has runs of 3 sizes"));
  CHECK_THROWS_WITH(fit::fit_isoflop(n, c, V{2.9, 3, 3, 2.9}), ContainsSubstring("must bend upwards"));
  CHECK_THROWS_WITH(fit::fit_isoflop(n, c, V{2.9, 3, 0, 2.9}),
                    "moetric: loss of run 3 must be positive and finite, but got 0");
  CHECK_THROWS_WITH(fit::fit_isoflop(V{1e8, -2e8, 4e8, 8e8}, c, V{2.9, 3, 3, 2.9}),
                    "moetric: parameters of run 2 must be positive and finite, but got -2e+08");
}
