#include "moetric/optimum/question.hpp"

#include "catch.hpp"
#include "moetric/laws/catalogue.hpp"

using namespace moetric;
using namespace moetric::optimum;
using Catch::Matchers::ContainsSubstring;
using Catch::Matchers::WithinAbs;
using Catch::Matchers::WithinRel;

namespace {

laws::any_law law_of(std::string_view id) {
  return *laws::require(id).loss;
}

std::string refusal(std::string_view id, question const& asked) {
  try {
    static_cast<void>(solve(law_of(id), asked));
  } catch (std::invalid_argument const& error) {
    return error.what();
  }
  return "no refusal";
}

}  // namespace

TEST_CASE("what is given decides what is solved for") {
  laws::any_law const chinchilla = law_of("chinchilla-tex");
  solution const best = solve(chinchilla, {.compute = 5.76e23});
  CHECK_THAT(best.at[0], WithinRel(4.036e10, 5e-4));  // 2404.10102
  CHECK_THAT(solve(chinchilla, {.loss = best.loss}).compute, WithinRel(5.76e23, 1e-9));
  CHECK_THAT(solve(chinchilla, {.fixed = {{"total_parameters", {best.at[0]}}}}).compute, WithinRel(5.76e23, 1e-9));
  CHECK_THAT(solve(chinchilla, {.compute = 5.76e23, .fixed = {{"tokens", {best.at[1]}}}}).at[0],
             WithinRel(best.at[0], 1e-9));
  CHECK_THAT(solve(chinchilla, {.compute = 5.76e23, .fixed = {{"total_parameters", {best.at[0]}}}}).at[1],
             WithinRel(best.at[1], 1e-9));
  CHECK_THAT(solve(chinchilla, {.loss = best.loss, .fixed = {{"tokens", {best.at[1]}}}}).at[0],
             WithinRel(best.at[0], 1e-6));
  CHECK_THAT(solve(chinchilla, {.loss = best.loss, .fixed = {{"total_parameters", {best.at[0]}}}}).at[1],
             WithinRel(best.at[1], 1e-6));
}

TEST_CASE("further inputs are fixed, chosen from values, or optimised over a range") {
  // 2502.05172, Table 2: 14.4e9 active parameters at 1e22 FLOPs and 8 experts.
  CHECK_THAT(solve(law_of("joint-moe"), {.compute = 1e22, .fixed = {{"expansion_rate", {8}}}}).at[0],
             WithinRel(14.4e9, .018));
  solution const of_many = solve(law_of("joint-moe"), {.compute = 1e22, .fixed = {{"expansion_rate", {1, 8, 32}}}});
  CHECK(of_many.at[2] == 32);
  solution const bits = solve(law_of("precision-one-width"), {.compute = 1e20, .fixed = {{"bits", {4, 16}, true}}});
  CHECK_THAT(bits.at[2], WithinAbs(7.002, 5e-4));  // 2411.04330: 7 to 8 bits
  CHECK(bits.at_end_of_range.empty());
  CHECK(solve(law_of("precision-one-width"), {.compute = 1e20, .fixed = {{"bits", {8, 16}, true}}}).at_end_of_range ==
        std::vector<std::string_view>{"bits"});
}

TEST_CASE("a demand of inference moves the optimum to a smaller model of the same loss") {
  // 2401.00448: 30B quality for 5T tokens of inference is cheapest as 16.4B on 3.27T, 16.28 % cheaper.
  laws::any_law const sardana = law_of("sardana");
  std::array const quality{30e9, 1.556e12};
  solution const best =
      solve(sardana, {.loss = sardana.loss(quality), .demand = inference_demand{.input_tokens = 5e12}});
  CHECK_THAT(best.at[0], WithinRel(16.4e9, 2e-3));
  CHECK_THAT(best.at[1], WithinRel(3.27e12, 2e-3));
  CHECK_THAT(best.serving->cost_over_training_optimum, WithinAbs(1 - .1628, 2e-4));
}

TEST_CASE("intervals are those of what a question leaves open") {
  laws::any_law const law = law_of("besiroglu");
  question const asked{.compute = 1e21};
  auto const found = intervals_of(law, asked, solve(law, asked), drawn_laws(law, {.samples = 50}), 0.8);
  REQUIRE(found.size() == 3);
  CHECK(found[0].name == "total_parameters");
  CHECK(found[1].name == "tokens");
  CHECK(found[2].name == "loss");
  for (auto const& each : found) CHECK(each.within.low < each.within.high);
  question const of_tokens{.loss = 2.2, .fixed = {{"tokens", {1e11}}}};
  auto const others = intervals_of(law, of_tokens, solve(law, of_tokens), drawn_laws(law, {.samples = 50}), 0.8);
  REQUIRE(others.size() == 2);
  CHECK(others[1].name == "compute");
}

TEST_CASE("questions that say too much or too little are refused") {
  CHECK_THAT(refusal("joint-moe", {.compute = 1e22}), ContainsSubstring("must get expansion_rate as name=value"));
  CHECK_THAT(refusal("chinchilla-tex", {}), ContainsSubstring("must get compute, loss or total_parameters"));
  CHECK_THAT(refusal("chinchilla-tex", {.compute = 1e21, .loss = 2}), ContainsSubstring("compute or loss, not both"));
  CHECK_THAT(refusal("chinchilla-tex", {.fixed = {{"tokens", {1}}, {"total_parameters", {1}}}}),
             ContainsSubstring("at most one of total_parameters and tokens"));
  CHECK_THAT(refusal("chinchilla-tex", {.compute = 1e21, .fixed = {{"token", {1}}}}), ContainsSubstring("tokens"));
  CHECK_THAT(refusal("chinchilla-tex", {.compute = 1e21, .fixed = {{"tokens", {}}}}),
             ContainsSubstring("tokens must have a value"));
  CHECK_THAT(refusal("abnar", {.loss = 2, .fixed = {{"inactive_expert_fraction", {0, .9}, true}}}),
             ContainsSubstring("must get compute"));
  CHECK_THAT(refusal("kaplan-n", {.compute = 1e21}), ContainsSubstring("must count training FLOPs"));
}
