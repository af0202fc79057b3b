// Hunyuan-Large's allocation against its model. Source: summaries of arXiv 2411.02265.
#include "moetric/laws/hunyuan_large.hpp"

#include "catch.hpp"

using namespace moetric;
namespace hunyuan = laws::hunyuan_large;
using Catch::Matchers::WithinRel;

TEST_CASE("3.109e24 FLOPs buy 58.1B active parameters on 5.64T tokens, as published") {
  laws::allocation const& of = hunyuan::optimal;
  CHECK(of.about->id == "hunyuan-large");
  CHECK(of.parameters_name == "active_parameters");
  CHECK(of.parameters.coefficient == 5.9e-3);
  CHECK(of.parameters.exponent == .5305);
  CHECK(of.tokens.coefficient == 3.2);
  CHECK(of.tokens.exponent == .5);
  CHECK_THAT(of.parameters(3.109e24), WithinRel(58.1e9, 5e-4));
  CHECK_THAT(of.tokens(3.109e24), WithinRel(5.642e12, 5e-4));
  for (laws::coefficient const& each : of.about->coefficients) CHECK(each.how == provenance::second_hand);
}

TEST_CASE("C = 9.59 N D + 2.3e8 D: 3.144e24 for that model") {
  CHECK_THAT(hunyuan::training_flops_per_token(58.1e9) * 5.642e12, WithinRel(3.144e24, 5e-4));
}

TEST_CASE("at the critical batch half of the compute would do") {
  CHECK(hunyuan::least_compute(2e24, 1) == 1e24);
  CHECK_THAT(hunyuan::least_compute(1e24, 1e-9), WithinRel(1e24, 1e-8));
  CHECK_THROWS_WITH(hunyuan::least_compute(1e24, 0),
                    "moetric: batch_over_critical must be positive and finite, but got 0");
}
