// Rules and refusals of the compute-optimal configurations; their numbers are in golden/ and property/.
#include "moetric/optimum/fine_grained.hpp"

#include "moetric/optimum/equal_loss.hpp"

#include <limits>
#include <string>

#include "catch.hpp"

namespace {

using namespace moetric;
namespace fine_grained = laws::fine_grained;
using Catch::Matchers::WithinRel;

constexpr double infinity = std::numeric_limits<double>::infinity();

}  // namespace

TEST_CASE("a configuration is consistent with the paper's definitions") {
  optimum::fine_grained_configuration const best = optimum::at_compute(fine_grained::four_decimals, 1e20);
  double const d = best.d_model;
  CHECK_THAT(best.n_blocks, WithinRel(d / 64, 1e-15));
  CHECK_THAT(best.active_non_embedding_parameters, WithinRel(12 * d * d * best.n_blocks, 1e-14));
  CHECK_THAT(best.total_non_embedding_parameters, WithinRel(43 * best.active_non_embedding_parameters, 1e-14));
  // Eq. 11 with c_f = 6, c_r = 14.
  CHECK_THAT((12 * d * d * 6 + d * 64 * best.granularity * 14) * best.tokens * best.n_blocks, WithinRel(1e20, 1e-13));
  CHECK(best.compute == 1e20);
  CHECK(best.expansion_rate == 64);
  CHECK(best.is_prediction);
  CHECK_FALSE(best.router_exceeds_experts);
  CHECK(best.loss == fine_grained::four_decimals.loss(
                         fine_grained::inputs{best.total_non_embedding_parameters, best.tokens, best.granularity}));
}

TEST_CASE("options choose expansion rate, routing cost and granularity, and leaving the paper is told") {
  CHECK(optimum::at_compute(fine_grained::e16, 1e20).expansion_rate == 16);
  CHECK(optimum::at_compute(fine_grained::e16, 1e20).outside_family.empty());

  auto const fixed = optimum::at_compute(fine_grained::four_decimals, 1e20, {.granularities = {{3}, 1}});
  CHECK(fixed.granularity == 3);
  CHECK(fixed.outside_family.empty());

  auto const e32 = optimum::at_compute(fine_grained::four_decimals, 1e20, {.expansion_rate = 32});
  CHECK_FALSE(e32.is_prediction);
  REQUIRE(e32.outside_family.size() == 1);
  CHECK(e32.outside_family[0] == "expansion rate 32, the coefficients hold at 64");
  CHECK_THAT(e32.total_non_embedding_parameters, WithinRel((8 * 32 + 4) * std::pow(e32.d_model, 3) / 64, 1e-14));

  CHECK(optimum::at_compute(fine_grained::four_decimals, 1e20, {.c_r = 6}).outside_family.empty());
  CHECK(optimum::at_compute(fine_grained::four_decimals, 1e20, {.c_r = 20}).outside_family.empty());
  CHECK(optimum::at_compute(fine_grained::four_decimals, 1e20, {.c_r = 21}).outside_family.size() == 1);

  // The larger of two that the list ends with.
  auto const cut = optimum::at_compute(fine_grained::four_decimals, 1e20, {.granularities = {{8, 4}, 2}});
  CHECK(cut.granularity == 8);
  REQUIRE(cut.outside_family.size() == 1);
  CHECK(cut.outside_family[0] == "the best granularity is the largest one offered");

  auto const crowded = optimum::at_compute(fine_grained::four_decimals, 1e16, {.granularities = {{512}, 1}});
  CHECK(crowded.router_exceeds_experts);
  CHECK(crowded.granularity > 8 * crowded.d_model / 64);
  CHECK(crowded.outside_family.size() == 1);
}

TEST_CASE("the optimum at wanted active parameters is the optimum of its own budget") {
  for (double const wanted : {1e7, 1e8, 1e9, 7e9, 3e11})
    for (fine_grained::law const* const law : fine_grained::sets) {
      CAPTURE(wanted, std::string(law->about->id));
      auto const there = optimum::at_active_parameters(*law, wanted);
      auto const back = optimum::at_compute(*law, there.compute);
      CHECK_THAT(there.active_non_embedding_parameters, WithinRel(wanted, 1e-13));
      CHECK(back.granularity == there.granularity);
      CHECK_THAT(back.active_non_embedding_parameters, WithinRel(wanted, 1e-11));
      CHECK_THAT(back.tokens, WithinRel(there.tokens, 1e-11));
      CHECK_THAT(back.loss, WithinRel(there.loss, 1e-14));
    }
}

TEST_CASE("where the granularity doubles, N_act jumps; inside the jump the least loss is taken") {
  // 1.5312e8 lies between the optima on both sides of 6.24e18 FLOPs.
  double const wanted = 1.5312e8;
  auto const below = optimum::at_compute(fine_grained::four_decimals, 6.2e18);
  auto const above = optimum::at_compute(fine_grained::four_decimals, 6.28e18);
  REQUIRE(below.granularity == 8);
  REQUIRE(above.granularity == 16);
  REQUIRE(below.active_non_embedding_parameters < wanted);
  REQUIRE(above.active_non_embedding_parameters > wanted);
  auto const there = optimum::at_active_parameters(fine_grained::four_decimals, wanted);
  CHECK_THAT(there.active_non_embedding_parameters, WithinRel(wanted, 1e-13));
  auto const rival = optimum::at_compute(fine_grained::four_decimals, there.compute);
  CHECK(there.loss >= rival.loss);
  CHECK(there.loss - rival.loss < 1e-4);
}

TEST_CASE("the budget at which a dense model reaches a loss is the inverse of its optimum") {
  for (double const compute : {1e10, 1e16, 1e20, 1e27}) {
    double const loss = optimum::at_compute(fine_grained::dense, compute).loss;
    CHECK_THAT(optimum::at_loss(fine_grained::dense, loss).compute, WithinRel(compute, 1e-11));
  }
  CHECK_THROWS_WITH(optimum::at_loss(fine_grained::dense, .47),
                    "moetric: loss must exceed the irreducible 0.47 of law fine-grained-dense, but got 0.47");
  CHECK_THROWS_AS(optimum::at_loss(fine_grained::dense, .1), std::invalid_argument);
  CHECK_THROWS_WITH(optimum::at_loss(fine_grained::dense, std::nan("")),
                    "moetric: loss must be positive and finite, but got nan");
  CHECK_THROWS_AS(optimum::at_loss(fine_grained::dense, 1e300), std::invalid_argument);
}

TEST_CASE("what is not positive and finite is refused by its name") {
  using Catch::Matchers::StartsWith;
  auto const& law = fine_grained::four_decimals;
  for (double const bad : {0.0, -1e20, infinity, -infinity, std::nan("")}) {
    CAPTURE(bad);
    CHECK_THROWS_AS(optimum::at_compute(law, bad), std::invalid_argument);
    CHECK_THROWS_WITH(optimum::at_compute(law, bad),
                      StartsWith("moetric: compute must be positive and finite, but got "));
    CHECK_THROWS_WITH(optimum::at_compute(fine_grained::dense, bad),
                      StartsWith("moetric: compute must be positive and finite, but got "));
    CHECK_THROWS_WITH(optimum::at_active_parameters(law, bad),
                      StartsWith("moetric: active_non_embedding_parameters must be positive and finite, but got "));
    CHECK_THROWS_WITH(optimum::at_compute(law, 1e20, {.expansion_rate = bad}),
                      StartsWith("moetric: expansion_rate must be positive and finite, but got "));
    CHECK_THROWS_WITH(optimum::at_compute(law, 1e20, {.c_r = bad}),
                      StartsWith("moetric: c_r must be positive and finite, but got "));
    CHECK_THROWS_WITH(optimum::at_compute(law, 1e20, {.granularities = {{1, bad}, 2}}),
                      StartsWith("moetric: granularity must be positive and finite, but got "));
    CHECK_THROWS_WITH(optimum::at_active_parameters(law, 1e9, {.c_r = bad}),
                      StartsWith("moetric: c_r must be positive and finite, but got "));
  }
  CHECK_THROWS_WITH(optimum::at_compute(law, 1e20, {.granularities = {}}),
                    "moetric: granularities must hold at least one value");
}

TEST_CASE("an optimum that does not fit in a double is refused, never wrong") {
  CHECK_THROWS_WITH(optimum::at_compute(fine_grained::four_decimals, 1e20, {.expansion_rate = 1e307, .c_r = 1e307}),
                    "moetric: the optimum must fit in a double");
  CHECK_THROWS_AS(optimum::at_active_parameters(fine_grained::four_decimals, 1e300), std::overflow_error);
}
