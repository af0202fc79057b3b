// Zhao's comprehensive law against the optima that the paper states and hand arithmetic. Source: arXiv 2509.23678,
// coefficients from a summary.
#include "moetric/laws/zhao.hpp"

#include <string>

#include "catch.hpp"
#include "law_numbers.hpp"
#include "moetric/zoo/catalogue.hpp"

namespace {

using namespace moetric;
namespace zhao = laws::zhao;
using Catch::Matchers::ContainsSubstring;
using Catch::Matchers::WithinAbs;
using Catch::Matchers::WithinRel;

template <class Inputs>
concept TakesGranularity = requires(Inputs at) {
  at.granularity;
};
static_assert(!TakesGranularity<zhao::inputs>);
static_assert(laws::ComputeLaw<zhao::law>);

}  // namespace

TEST_CASE("Zhao's coefficients are those of the summary, and say so") {
  double const expected[] = {.1577,  7.2446, 5.1395,   -3.2363, .0013,  .0450,
                             38.051, .2383,  27129.05, .4694,   31.096, 1.8182};
  auto const& listed = zhao::comprehensive.about->coefficients;
  REQUIRE(listed.size() == std::size(expected));
  for (std::size_t i = 0; i != listed.size(); ++i) {
    CHECK(listed[i].value == expected[i]);
    CHECK(listed[i].how == provenance::second_hand);
    bool const verified =
        !(listed[i].name == "a" || listed[i].name == "b" || listed[i].name == "beta" || listed[i].name == "epsilon");
    CHECK((listed[i].source.find("nothing verifies") == std::string_view::npos) == verified);
  }
  CHECK(zhao::comprehensive.about->id == "zhao");
  CHECK_THAT(std::string(zhao::comprehensive.about->caution), ContainsSubstring("a, b, beta and epsilon"));
}

TEST_CASE("Zhao's loss is the equation, powers as powers") {
  CHECK_THAT(loss_at(zhao::comprehensive, {.active_parameters = 1e9,
                                           .tokens = 1e11,
                                           .total_parameters = 9e9,
                                           .n_active_experts = 8,
                                           .shared_expert_ratio = .125}),
             WithinAbs(2.40586, 5e-6));
  double const gamma = .1577 * 6 + 7.2446 / 6 + 5.1395 * .25 * .25 - 3.2363 * .25;
  double const of_n = std::pow(2e10, -.2383), of_active = std::pow(4e9, -.2383);
  CHECK_THAT(loss_at(zhao::comprehensive, {4e9, 2e11, 2e10, 6, .25}),
             WithinRel(gamma * (of_n + .0013 * of_active + .0450 * .2) + 38.051 * of_n +
                           27129.05 / std::pow(2e11, .4694) + 31.096 * of_active + 1.8182,
                       1e-13));
  CHECK(zhao::comprehensive.training_flops_per_token(zhao::inputs{4e9, 2e11, 2e10, 6, .25}) == 2.4e10);
  CHECK(zhao::comprehensive.irreducible() == 1.8182);
}

TEST_CASE("Zhao's closed forms are the optima that the paper states") {
  CHECK_THAT(zhao::optimal_active_experts(), WithinAbs(6.78, .005));
  CHECK_THAT(zhao::optimal_active_experts(), WithinAbs(6.778, .0005));
  CHECK_THAT(zhao::optimal_shared_expert_ratio(), WithinAbs(.31, .005));
  CHECK_THAT(zhao::optimal_shared_expert_ratio(), WithinAbs(.3148, 5e-5));
  CHECK_THAT(zhao::optimal_active_parameters(30e9) / 30e9, WithinAbs(.4007, 5e-5));    // the paper: 40 %
  CHECK_THAT(zhao::optimal_active_parameters(671e9) / 671e9, WithinAbs(.2204, 5e-5));  // the paper: 22 %
  CHECK_THROWS_WITH(zhao::optimal_active_parameters(0),
                    "moetric: total_parameters must be positive and finite, but got 0");
}

TEST_CASE("Zhao's form runs on dual numbers") {
  auto const at = [](double active, double experts, double shared) {
    return zhao::form::inputs<dual_number>{dual_number(active), dual_number(1e12), dual_number(30e9),
                                           dual_number(experts), dual_number(shared)};
  };
  double const active = zhao::optimal_active_parameters(30e9), g = zhao::optimal_active_experts(),
               s = zhao::optimal_shared_expert_ratio();
  auto by_active = at(active, g, s), by_experts = at(active, g, s), by_shared = at(active, g, s),
       by_tokens = at(active, g, s);
  by_active.active_parameters = variable(active);
  by_experts.n_active_experts = variable(g);
  by_shared.shared_expert_ratio = variable(s);
  by_tokens.tokens = variable(1e12);
  // The optima are stationary: what x dL/dx leaves is nothing beside the loss.
  CHECK_THAT(active * zhao::comprehensive.loss(by_active).by[0], WithinAbs(0, 1e-12));
  CHECK_THAT(g * zhao::comprehensive.loss(by_experts).by[0], WithinAbs(0, 1e-12));
  CHECK_THAT(s * zhao::comprehensive.loss(by_shared).by[0], WithinAbs(0, 1e-12));
  // dL/dD = -beta b / D^(beta + 1)
  CHECK_THAT(zhao::comprehensive.loss(by_tokens).by[0], WithinRel(-.4694 * 27129.05 / std::pow(1e12, 1.4694), 1e-12));
}

TEST_CASE("Zhao's law reads total and active parameters and the experts in use") {
  laws::evaluation const far = laws::evaluate(zhao::comprehensive, {1e17, 1e22, 1e18, 8, 0});
  CHECK(is_positive_and_finite(far.loss));
  CHECK(far.outside_range.size() == 5);
  // 446 runs up to 9e9 parameters and 100e9 tokens; the lower ends and those of G and S are not stated.
  for (laws::extrapolation const& each : laws::evaluate(zhao::comprehensive, {1e9, 1e11, 9e9, 8, .125}).outside_range)
    CHECK_FALSE(each.fitted);
  auto const longer = laws::evaluate(zhao::comprehensive, {1e9, 2e11, 18e9, 8, .125}).outside_range;
  CHECK(longer[1].input == "tokens");
  CHECK(longer[1].factor == 2);
  CHECK(longer[2].input == "total_parameters");
  CHECK(longer[2].factor == 2);
  CHECK_THROWS_WITH(laws::evaluate(zhao::comprehensive, {1e9, 1e11, 9e9, 8, 1}),
                    "moetric: shared_expert_ratio must be at least 0 and below 1, but got 1");

  auto const mixtral = laws::evaluate(zhao::comprehensive, zoo::mixtral_8x7b, count(1'000'000'000'000));
  CHECK(mixtral.at.active_parameters == 12'879'925'248.0);
  CHECK(mixtral.at.total_parameters == 46'702'792'704.0);
  CHECK(mixtral.at.n_active_experts == 2);
  CHECK(mixtral.at.shared_expert_ratio == 0);
  CHECK(mixtral.is_prediction);
  // 8 routed and 1 shared expert
  auto const deepseek = laws::evaluate(zhao::comprehensive, zoo::deepseek_v3, count(14'800'000'000'000));
  CHECK(deepseek.at.n_active_experts == 9);
  CHECK_THAT(deepseek.at.shared_expert_ratio, WithinRel(1. / 9, 1e-15));
  auto const gpt_3 = laws::evaluate(zhao::comprehensive, zoo::gpt_3, count(300'000'000'000));
  CHECK_FALSE(gpt_3.is_prediction);
  CHECK_THAT(gpt_3.outside_family[0], ContainsSubstring("no experts"));
}
