// Several laws on one grid of plans: regret is zero on a law's own plan, positive on others', and known only within the
// published digits.
#include "moetric/optimum/regret.hpp"

#include <cmath>

#include "catch.hpp"

namespace {

using namespace moetric;
using Catch::Matchers::ContainsSubstring;
using Catch::Matchers::WithinRel;

optimum::comparison small() {
  return optimum::compare(1e20, {.laws = {"fine-grained", "fine-grained-dense", "joint-moe", "besiroglu"},
                                 .expansion_rates = {1, 8, 64},
                                 .granularities = {1, 16}});
}

}  // namespace

TEST_CASE("regret within each law: none on its own plan, none below, and what no law predicts is not judged") {
  auto const among = small();
  REQUIRE(among.verdicts.size() == 4);
  for (std::size_t i = 0; i != 4; ++i) {
    CHECK(among.regret[i][i] == 0);
    for (std::size_t j = 0; j != 4; ++j)
      if (!std::isnan(among.regret[i][j])) CHECK(among.regret[i][j] >= 0);
  }
  // The MoE law takes experts, the dense ones none; neither predicts the other's plan, the joint law judges both.
  CHECK(among.lines[among.verdicts[0].best.line].name == "E = 64, G = 16");
  CHECK(among.lines[among.verdicts[1].best.line].name == "dense");
  CHECK(std::isnan(among.regret[0][1]));
  CHECK(std::isnan(among.regret[1][0]));
  CHECK(among.regret[1][2] > .05);
  // The regret of a plan by hand: (loss − least) / (least − irreducible 1.3637).
  auto const& dense = among.verdicts[1].best;
  double const loss = among[dense].judgements[2].loss;
  CHECK_THROWS_AS(among[(optimum::choice{0, 1000})], std::out_of_range);
  CHECK_THAT(among.regret[1][2], WithinRel((loss - among.verdicts[2].loss) / (among.verdicts[2].loss - 1.3637), 1e-12));
}

TEST_CASE("a law without an irreducible loss has no regret") {
  CHECK_FALSE(laws::require("clark-s-base").loss->irreducible());
  CHECK_THROWS_WITH(optimum::compare(1e20, {.laws = {"clark-s-base"}}),
                    Catch::Matchers::ContainsSubstring("clark-s-base must have an irreducible loss"));
}

TEST_CASE("the plan of least worst-case regret is worse for no law that judges it than any other plan for some") {
  auto const among = small();
  auto const& chosen = among.lines[among.least_worst.line].sizes[among.least_worst.size];
  double worst = 0;
  for (std::size_t judge : {std::size_t{0}, std::size_t{2}}) {  // those that know experts
    REQUIRE(chosen.judgements[judge].is_prediction);
    worst = std::fmax(worst, (chosen.judgements[judge].loss - among.verdicts[judge].loss) /
                                 (among.verdicts[judge].loss - among.verdicts[judge].law.irreducible().value()));
  }
  CHECK_THAT(among.least_worst_regret, WithinRel(worst, 1e-12));
  CHECK(among.least_worst_regret <= among.regret[0][2]);
}

TEST_CASE("samples of laws leave plans and regrets in an interval, the same for the same seed") {
  auto const among = small();
  auto const sampled = optimum::sample(among, {.samples = 40});
  REQUIRE(sampled.plans.size() == 4);
  for (std::size_t i = 0; i != 4; ++i) {
    optimum::uncertain const& tokens = sampled.plans[i].tokens;
    CHECK(tokens.low <= tokens.median);
    CHECK(tokens.median <= tokens.high);
    CHECK(sampled.regret[i][i].high == 0);
    CHECK(sampled.regret[i][i].failed == 0);
  }
  // Standard errors of the replication leave more than four decimals do; correlated, they move tokens by one step of
  // the grid, about 12 %.
  CHECK(sampled.plans[3].tokens.high > 1.1 * sampled.plans[3].tokens.low);
  CHECK(sampled.plans[3].tokens.high < 1.3 * sampled.plans[3].tokens.low);
  CHECK(sampled.plans[0].tokens.high < 1.2 * sampled.plans[0].tokens.low);
  CHECK(std::isnan(sampled.regret[0][1].low));
  CHECK(sampled.regret[0][1].failed == 40);
  // Few digits move a regret little: samples lie about the published one.
  CHECK_THAT(sampled.regret[1][2].median, WithinRel(among.regret[1][2], .2));
  CHECK(sampled.regret[1][2].low > 0);
  CHECK(optimum::sample(among, {.samples = 40}).plans[3].tokens.low == sampled.plans[3].tokens.low);
  CHECK(optimum::sample(among, {.samples = 40, .seed = 9}).regret[1][2].median != sampled.regret[1][2].median);
}

TEST_CASE("a comparison refuses what it cannot ask") {
  CHECK_THROWS_WITH(optimum::compare(1e20, {.laws = {"holistic"}}),
                    "moetric: law holistic must give a loss to be compared");
  CHECK_THROWS_WITH(optimum::compare(0), "moetric: compute must be positive and finite, but got 0");
  CHECK_THROWS_WITH(optimum::compare(1e20, {.laws = {"precision"}, .expansion_rates = {1}}),
                    ContainsSubstring("weight_bits"));
  CHECK_THROWS_WITH(optimum::sample(optimum::comparison{}, {.samples = 0}),
                    "moetric: samples must be at least 1, but got 0");
}

TEST_CASE("one's own law is compared like a published one, and sampled by draws of its own") {
  laws::description about = *laws::chinchilla::besiroglu.about;
  about.id = "mine";
  auto mine = laws::chinchilla::besiroglu;
  mine.about = about;
  auto const among = optimum::compare(
      1e20, {.laws = {"besiroglu"}, .own_laws = {mine}, .expansion_rates = {1, 8}, .granularities = {1}});
  REQUIRE(among.verdicts.size() == 2);
  CHECK(among.verdicts[1].law.about->id == "mine");
  CHECK(among.verdicts[1].best == among.verdicts[0].best);
  CHECK(among.regret[0][1] == 0);
  auto const once = [mine](optimum::sampling const&) {
    return std::vector<laws::any_law>{mine};
  };  // fewer than are asked for
  auto const sampled = optimum::sample(among, {.samples = 40}, {{mine, once}});
  CHECK(sampled.plans[1].tokens.low == sampled.plans[1].tokens.high);
  CHECK(sampled.plans[1].tokens.failed == 0);
  CHECK(sampled.plans[0].tokens.low < sampled.plans[0].tokens.high);
  CHECK_THROWS_WITH(optimum::sample(among, {.samples = 40}), "moetric: law mine must be given to be sampled");
}
