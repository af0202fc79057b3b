#include "moetric/report/noise_scale_answer.hpp"

#include "catch.hpp"
#include "moetric/report/text.hpp"
#include "units.hpp"

using namespace moetric;
using Catch::Matchers::ContainsSubstring;
using Catch::Matchers::WithinRel;

TEST_CASE("the noise scale of every group is of the whole batch, beside that of its own part") {
  // |G|² = (64·11 − 4·50)/60 = 8.4, tr(Σ) = 39/(1/4 − 1/64) = 166.4; 1812.06162, App. A
  optimum::noise_group router{.name = "router"}, experts{.name = "experts", .batch_share = optimum::expert_share(2, 8)};
  for (optimum::noise_group* const group : {&router, &experts}) group->add({4, 64, 50, 11});
  report::answer const made = report::noise_scale_answer({router, experts}, {}, 0.9);
  for (report::object_member const& each : made.values["groups"].members())
    CHECK_THAT(each.content["of_the_batch"]["noise_scale"].real(), WithinRel(166.4 / 8.4, 1e-13));
  report::value const& seen = made.values["groups"].members()[1].content;
  CHECK_THAT(seen["noise_scale"].real(), WithinRel(166.4 / 8.4 / 4, 1e-13));
  CHECK_THAT(seen["moving_noise_scale"].real(), WithinRel(166.4 / 8.4 / 4, 1e-13));
  CHECK(without_unit(made.values).empty());
  CHECK_THAT(to_text(made), ContainsSubstring("of its own part") && ContainsSubstring("19.81"));
  CHECK_THROWS_WITH(optimum::expert_share(9, 8), ContainsSubstring("top_k must not exceed n_experts"));
  experts.terms.clear();
  CHECK_THROWS_WITH(report::noise_scale_answer({experts}), ContainsSubstring("(group 'experts')"));
}
