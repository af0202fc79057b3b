// The law across architectures, with numbers that are made up here: the paper's are not known.
// Source: arXiv 2410.05661 for the form and the exponents.
#include "moetric/laws/wang.hpp"

#include <string>
#include <type_traits>

#include "catch.hpp"
#include "law_numbers.hpp"
#include "moetric/zoo/catalogue.hpp"

namespace {

using namespace moetric;
namespace wang = laws::wang;
using Catch::Matchers::WithinAbs;
using Catch::Matchers::WithinRel;
using form = wang::form;

// No default: without coefficients there is no law.
static_assert(!std::is_default_constructible_v<wang::law>);
static_assert(laws::ComputeLaw<wang::law>);
template <class Inputs>
concept TakesTotalParameters = requires(Inputs at) {
  at.total_parameters;
};
template <class Inputs>
concept TakesExpansionRate = requires(Inputs at) {
  at.expansion_rate;
};
static_assert(!TakesTotalParameters<wang::inputs> && !TakesExpansionRate<wang::inputs>);

constexpr wang::law made_up = wang::with({.a = 500, .b = 900, .alpha = .32, .beta = .3, .gamma = .1, .sigma = 1.7});

}  // namespace

TEST_CASE("the loss is the printed form with the caller's numbers") {
  for (double const e : {1., 8., 64.}) {
    double const form = 500 / (std::pow(1e9, .32) * std::pow(e, .1)) + 900 / std::pow(2e10, .3) + 1.7;
    CHECK_THAT(made_up.loss(wang::inputs{.active_non_embedding_parameters = 1e9, .tokens = 2e10, .n_experts = e}),
               WithinRel(form, 1e-14));
  }
  CHECK(made_up.irreducible() == 1.7);
  CHECK(made_up.training_flops_per_token(wang::inputs{1e9, 2e10, 8}) == 6e9);
  CHECK(wang::about.coefficients.empty());
}

TEST_CASE("its optimum is the closed form") {
  // N = (alpha·A / (beta·B·E^gamma))^(1/(alpha + beta))·(C/6)^(beta/(alpha + beta)): there d ln-terms balance,
  // alpha·A/(N^alpha·E^gamma) = beta·B/D^beta.
  double const compute = 1e21, e = 8;
  double const n = std::pow(.32 * 500 / (.3 * 900 * std::pow(e, .1)), 1 / .62) * std::pow(compute / 6, .3 / .62);
  double const d = compute / 6 / n;
  double const by_n = form::loss(made_up.k, inputs_by<form>(0, {n, d, e})).by[0] * n;
  double const by_d = form::loss(made_up.k, inputs_by<form>(1, {n, d, e})).by[0] * d;
  CHECK_THAT(by_n / by_d, WithinRel(1.0, 1e-12));
}

TEST_CASE("exponents of allocation, and the gain that the paper calls 16.37 % better data utilisation") {
  CHECK(wang::dense_exponents.parameters == .507);
  CHECK(wang::dense_exponents.tokens == .493);
  CHECK(wang::moe_exponents.parameters == .590);
  CHECK(wang::moe_exponents.tokens == .410);
  CHECK_THAT(wang::gain_of_parameters_exponent(), WithinAbs(.1637, 5e-5));
  CHECK_THAT(wang::gain_of_parameters_exponent({.55, .45}, {.5, .5}), WithinRel(.1, 1e-14));
  CHECK(wang::reported_gamma.value == .13);
  CHECK(wang::reported_gamma.how == provenance::second_hand);

  laws::allocation const given = wang::allocation_with(wang::moe_exponents, .1, 1.7);
  CHECK(given.parameters_name == "active_non_embedding_parameters");
  CHECK_THAT(given.parameters(1e20), WithinRel(.1 * std::pow(1e20, .59), 1e-13));
  CHECK_THAT(given.tokens(1e20), WithinRel(1.7 * std::pow(1e20, .41), 1e-13));
  CHECK_THROWS_WITH(wang::allocation_with(wang::moe_exponents, 0, 1),
                    "moetric: k_n must be positive and finite, but got 0");
  CHECK_THROWS_WITH(wang::allocation_with(wang::moe_exponents, 1, -2),
                    "moetric: k_d must be positive and finite, but got -2");
}

TEST_CASE("the law across architectures reads dense models and MoE") {
  auto const dense = laws::evaluate(made_up, zoo::gpt_2, count(10'000'000'000));
  CHECK(dense.at.n_experts == 1);
  CHECK(dense.outside_family.empty());
  auto const mixtral = laws::evaluate(made_up, zoo::mixtral_8x7b, count(100'000'000'000));
  CHECK(mixtral.at.n_experts == 8);
  // 12,879,925,248 active without 2·32000·4096 of embedding and head.
  CHECK(mixtral.at.active_non_embedding_parameters == 12'879'925'248.0 - 262'144'000.0);
  REQUIRE(mixtral.outside_range.size() == 1);
  CHECK(mixtral.outside_range[0].input == "active_non_embedding_parameters");
  // Dense models of 50M to 7B, MoE of 200M to 3B active.
  CHECK(laws::evaluate(made_up, {60e6, 1e10, 1}).outside_range.empty());
  CHECK(laws::evaluate(made_up, {6e9, 1e10, 1}).outside_range.empty());
  CHECK(laws::evaluate(made_up, {2.9e9, 1e10, 8}).outside_range.empty());
  auto const small = laws::evaluate(made_up, {100e6, 1e10, 8}).outside_range;
  REQUIRE(small.size() == 1);
  CHECK(small[0].factor == 2);
  CHECK(small[0].fitted->high == 3e9);
  CHECK_THROWS_WITH(laws::evaluate(made_up, {1e9, 1e10, 0}),
                    "moetric: n_experts must be finite and at least 1, but got 0");
  CHECK(is_positive_and_finite(laws::evaluate(made_up, {1e18, 1e22, 1e4}).loss));
  CHECK(laws::evaluate(made_up, {1e18, 1e22, 1e4}).outside_range.size() == 3);
}

TEST_CASE("the law across architectures runs on dual numbers") {
  wang::inputs const at{1e9, 2e10, 8};
  CHECK_THAT(form::loss(made_up.k, inputs_by<form>(2, at)).by[0],
             WithinRel(-.1 * 500 / std::pow(1e9, .32) * std::pow(8, -1.1), 1e-12));
  CHECK_THAT(form::loss(coefficients_by<form>(4, made_up.k), at).by[0],  // by gamma
             WithinRel(-500 / std::pow(1e9, .32) * std::pow(8, -.1) * std::log(8.), 1e-12));
}
