// Steps against examples, and the gradient noise scale. Source: arXiv 1812.06162.
#include "moetric/laws/mccandlish.hpp"

#include "catch.hpp"

namespace mccandlish = moetric::laws::mccandlish;
using Catch::Matchers::WithinRel;

TEST_CASE("at the critical batch both steps and examples are twice the least") {
  mccandlish::trade_off<> const of{.least_steps = 1000, .least_examples = 2e9};
  CHECK(of.critical_batch() == 2e6);
  CHECK(of.steps(2e6) == 2000);
  CHECK(of.examples(2e6) == 4e9);
}

TEST_CASE("every batch trades steps for examples") {
  mccandlish::trade_off<> const of{1000, 2e9};
  for (double const batch : {1e3, 5e5, 3e6, 1e9}) {
    CHECK_THAT((of.steps(batch) / 1000 - 1) * (of.examples(batch) / 2e9 - 1), WithinRel(1.0, 1e-6));
    CHECK_THAT(of.steps(batch) * batch, WithinRel(of.examples(batch), 1e-14));  // examples = batch·steps
  }
}

TEST_CASE("the noise scale is variance over the squared gradient") {
  // Two parameters of gradient (3, 4) and variances 20 and 30: 50 / 25.
  CHECK(mccandlish::simple_noise_scale(50, 25) == 2);
  CHECK_THROWS_WITH(mccandlish::simple_noise_scale(50, 0),
                    "moetric: gradient_norm_squared must be positive and finite, but got 0");
  CHECK_THROWS_WITH(mccandlish::simple_noise_scale(-1, 1),
                    "moetric: trace_of_covariance must be positive and finite, but got -1");
}

TEST_CASE("half of the largest learning rate at the noise scale, nearly all of it far above") {
  CHECK_THAT(mccandlish::learning_rate_over_largest(1), WithinRel(.5, 1e-15));
  CHECK_THAT(mccandlish::learning_rate_over_largest(.25), WithinRel(.2, 1e-14));
  CHECK_THAT(mccandlish::learning_rate_over_largest(1. / 3, .5), WithinRel(.5, 1e-14));  // 1/√4
  CHECK(mccandlish::learning_rate_over_largest(1e6) > .999998);
  CHECK_THROWS_WITH(mccandlish::learning_rate_over_largest(0),
                    "moetric: batch_over_noise_scale must be positive and finite, but got 0");
}
