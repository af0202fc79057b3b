#include "moetric/plan/least_cost.hpp"

#include "catch.hpp"
#include "moetric/cluster/devices.hpp"

using namespace moetric;

namespace {

plan::cost_question asked(double output_tokens, double loss = 2.2) {
  cluster::device_price const price{.per_device_hour = 2};
  return {.target_loss = loss,
          .on = cluster::device_named("h100-sxm"),
          .devices = 512,
          .price = price,
          .serving_price = price,
          .serving = {.output_tokens = output_tokens, .context = 4096, .sequences = 64}};
}

}  // namespace

TEST_CASE("the more a model serves, the smaller and the longer trained it is, at one loss") {
  // 2401.00448: the demand for inference moves the optimum to fewer parameters and more tokens.
  plan::least_cost_plan const few = plan::make_cheapest(asked(1e10), {}), many = plan::make_cheapest(asked(1e13), {});
  for (plan::least_cost_plan const* each : {&few, &many}) {
    CHECK(each->loss.law == "fine-grained");
    CHECK(each->loss.loss == Approx(2.2).epsilon(0.001));
    CHECK(each->best.cost.total.amount.median <= each->compute_optimal.cost.total.amount.median);
    for (plan::cost_point const& other : each->tried)  // integers move the cost of the plan itself a little
      CHECK(each->best.cost.total.amount.median <= 1.01 * other.cost.total.amount.median);
    CHECK(each->time.days.median > 0);
    CHECK(static_cast<double>(each->plan.run.tokens) == Approx(each->best.tokens).epsilon(0.02));
  }
  CHECK(many.best.training_flops_per_token < few.best.training_flops_per_token);
  CHECK(many.best.tokens > few.best.tokens);
  CHECK(many.best.cost.training.amount.median > few.best.cost.training.amount.median);
  // Both models must pay more when they serve more.
  CHECK(many.best.cost.total.amount.median > few.best.cost.total.amount.median);
}

TEST_CASE("a loss out of reach, and a demand that does not say how it is served, are refused") {
  CHECK_THROWS_WITH(plan::make_cheapest(asked(1e12, 0.1), {}),
                    Catch::Matchers::ContainsSubstring("moetric: target_loss must be the loss of a plan"));
  CHECK_THROWS_WITH(plan::make_cheapest(asked(1e12, -1), {}), Catch::Matchers::ContainsSubstring("target_loss"));
  plan::cost_question unsaid = asked(1e12);
  unsaid.serving.sequences = 0;
  CHECK_THROWS_WITH(plan::make_cheapest(unsaid, {}), Catch::Matchers::ContainsSubstring("sequences of serving"));
}
