// What repeated tokens are worth. Source: arXiv 2305.16264 and its repository.
#include "moetric/laws/data_constrained.hpp"

#include <string>

#include "catch.hpp"
#include "law_numbers.hpp"
#include "moetric/zoo/catalogue.hpp"

namespace {

using namespace moetric;
namespace data_constrained = laws::data_constrained;
using Catch::Matchers::WithinAbs;
using Catch::Matchers::WithinRel;
using form = data_constrained::form;

template <class Inputs>
concept TakesActiveParameters = requires(Inputs at) {
  at.active_parameters;
};
template <class Inputs>
concept TakesInferenceTokens = requires(Inputs at) {
  at.inference_tokens;
};
static_assert(!TakesActiveParameters<data_constrained::inputs> && !TakesInferenceTokens<data_constrained::inputs>);
static_assert(!std::is_convertible_v<laws::chinchilla::law::inputs, data_constrained::inputs>);
static_assert(laws::ComputeLaw<data_constrained::law>);

auto const& law = data_constrained::authors;

}  // namespace

TEST_CASE("the coefficients are those of the authors' code") {
  CHECK_THAT(std::log(law.k.a), WithinRel(6.255414, 1e-15));
  CHECK_THAT(std::log(law.k.b), WithinRel(7.3049974, 1e-15));
  CHECK_THAT(std::log(law.k.e), WithinRel(.6254804, 1e-15));
  CHECK(law.k.alpha == .3526596);
  CHECK(law.k.beta == .3526596);
  CHECK(law.k.r_tokens == 15.387756);
  CHECK(law.k.r_parameters == 5.309743);
  CHECK(law.about->id == "data-constrained");
  for (laws::coefficient const& each : law.about->coefficients) CHECK(each.how == provenance::authors_code);
}

TEST_CASE("the published loss of 6.34B parameters on 242B tokens, 25B of them different, to all its digits") {
  double const loss =
      law.loss(data_constrained::inputs{.total_parameters = 6.34e9, .tokens = 242e9, .unique_tokens = 25e9});
  CHECK_THAT(loss, WithinAbs(2.2256440889984477, 1e-15));
}

TEST_CASE("tokens that are seen again are worth less and less") {
  // D_eff / U: 2 epochs 1.9682, 4 epochs 3.7257, 16 epochs 10.582, 40 epochs 15.167, never more than 16.388.
  for (auto const& [epochs, worth, digit] : {std::tuple{1., 1., 1e-14},
                                             {2., 1.9682, 5e-5},
                                             {4., 3.7257, 5e-5},
                                             {16., 10.582, 5e-4},
                                             {40., 15.167, 5e-4},
                                             {1e6, 16.388, 5e-4}}) {
    CAPTURE(epochs);
    double const effective = form::effective_tokens(law.k, data_constrained::inputs{1e9, epochs * 1e9, 1e9});
    CHECK_THAT(effective / 1e9, WithinAbs(worth, digit));
  }
  // With more different tokens than are seen, each is new.
  CHECK_THAT(form::effective_tokens(law.k, data_constrained::inputs{1e9, 1e9, 5e9}), WithinRel(1e9, 1e-15));
}

TEST_CASE("without repetition, and with no more parameters than the tokens call for, it is Chinchilla's form") {
  // 1e9 parameters on 1e12 new tokens: far fewer than are optimal for so many tokens.
  double const plain =
      1.8691436784054858 + 520.8249516599187 / std::pow(1e9, .3526596) + 1487.716093782861 / std::pow(1e12, .3526596);
  CHECK_THAT(law.loss(data_constrained::inputs{1e9, 1e12, 1e12}), WithinRel(plain, 1e-14));
  CHECK_THAT(law.loss(data_constrained::inputs{1e9, 1e12, 9e12}), WithinRel(plain, 1e-14));
  // alpha = beta, so G = (A/B)^(1/0.7053192) = 0.225798 and U_N = U_D·G²: 5.09848e8 for 1e10 tokens. Of 1e10 parameters
  // N_eff = U_N·(1 + 5.309743·(1 − exp(−(19.6137 − 1)/5.309743))) = 5.09848e8·6.15029.
  CHECK_THAT(form::effective_parameters(law.k, data_constrained::inputs{1e10, 1e10, 1e10}), WithinRel(3.13571e9, 1e-4));
  CHECK(law.loss(data_constrained::inputs{1e10, 1e10, 1e10}) > law.loss(data_constrained::inputs{1e10, 2e10, 2e10}));
  CHECK(law.irreducible() == law.k.e);
  CHECK(law.training_flops_per_token(data_constrained::inputs{2e9, 1e10, 1e10}) == 12e9);
}

TEST_CASE("the data-constrained law is told its unique tokens") {
  auto const inside = laws::evaluate(law, {6.34e9, 242e9, 25e9});
  REQUIRE(inside.outside_range.size() == 1);  // no range of unique tokens is published
  CHECK(inside.outside_range[0].input == "unique_tokens");
  auto const far = laws::evaluate(law, {9e10, 9e12, 1e9});
  REQUIRE(far.outside_range.size() == 3);
  CHECK_THAT(far.outside_range[0].factor, WithinRel(10.0, 1e-14));
  CHECK_THAT(far.outside_range[1].factor, WithinRel(10.0, 1e-14));
  CHECK_THROWS_WITH(laws::evaluate(law, {1e9, 1e10, 0}),
                    "moetric: unique_tokens must be positive and finite, but got 0");
  CHECK_THROWS_WITH(laws::evaluate(law, zoo::gpt_2, count(10'000'000'000)),
                    "moetric: unique_tokens of law data-constrained must be given, since a model does not tell it");
  auto const extreme = laws::evaluate(law, {1e18, 1e22, 1e10});
  CHECK(is_positive_and_finite(extreme.loss));
  CHECK(extreme.outside_range.size() == 3);
}

TEST_CASE("the data-constrained law runs on dual numbers") {
  data_constrained::inputs const at{1e9, 1e12, 1e11};
  // Ten epochs, few parameters: dL/dD = −beta·B·D_eff^(−beta − 1)·exp(−9/R*), dL/dN = −alpha·A·N^(−alpha − 1).
  double const effective = 1e11 * (1 + 15.387756 * (1 - std::exp(-9 / 15.387756)));
  CHECK_THAT(form::loss(law.k, inputs_by<form>(1, at)).by[0],
             WithinRel(-.3526596 * law.k.b * std::pow(effective, -1.3526596) * std::exp(-9 / 15.387756), 1e-12));
  CHECK_THAT(form::loss(law.k, inputs_by<form>(0, at)).by[0],
             WithinRel(-.3526596 * law.k.a * std::pow(1e9, -1.3526596), 1e-12));
  // By a coefficient, as a fit needs it: dL/dA = N^(−alpha).
  CHECK_THAT(form::loss(coefficients_by<form>(1, law.k), at).by[0], WithinRel(std::pow(1e9, -.3526596), 1e-12));
}
