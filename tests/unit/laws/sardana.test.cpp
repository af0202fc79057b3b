// Training for inference: the paper's worked examples. Source: arXiv 2401.00448.
#include "moetric/laws/sardana.hpp"

#include <string>

#include "catch.hpp"
#include "law_numbers.hpp"
#include "moetric/zoo/catalogue.hpp"

namespace {

using namespace moetric;
namespace sardana = laws::sardana;
using Catch::Matchers::WithinAbs;
using Catch::Matchers::WithinRel;
using form = sardana::form;

// Inference costs, but does not train: the loss has no place for its tokens.
template <class Inputs>
concept TakesInferenceTokens = requires(Inputs at) {
  at.inference_tokens;
};
template <class Inputs>
concept TakesActiveParameters = requires(Inputs at) {
  at.active_parameters;
};
static_assert(!TakesInferenceTokens<sardana::inputs> && !TakesActiveParameters<sardana::inputs>);
static_assert(!std::is_convertible_v<sardana::lifetime<double>, sardana::inputs>);
static_assert(laws::ComputeLaw<sardana::law>);

// (alpha·A / N^alpha) / (beta·B / D^beta), with the coefficients written out.
double gain_ratio(double n, double d) {
  return .336 * 406.4 * std::pow(n, -.336) / (.283 * 410.7 * std::pow(d, -.283));
}
double loss(double n, double d) {
  return sardana::examples.loss(sardana::inputs{.total_parameters = n, .tokens = d});
}

}  // namespace

TEST_CASE("the sets are those of the summaries") {
  struct row {
    char const* id;
    double alpha, beta, a, b, e;
  };
  row const rows[] = {{"sardana", .336, .283, 406.4, 410.7, 1.69},
                      {"sardana-100", .08, .13, 7.199, 25.97, .17},
                      {"sardana-250", .13, .16, 14.23, 39.54, .98},
                      {"sardana-500", .13, .16, 17.07, 35.80, .95},
                      {"sardana-all", .18, .24, 33.66, 138.9, 1.45}};
  REQUIRE(sardana::sets.size() == std::size(rows));
  for (std::size_t i = 0; i != std::size(rows); ++i) {
    sardana::law const& law = *sardana::sets[i];
    CAPTURE(rows[i].id);
    CHECK(law.about->id == rows[i].id);
    CHECK(law.k.alpha == rows[i].alpha);
    CHECK(law.k.beta == rows[i].beta);
    CHECK(law.k.a == rows[i].a);
    CHECK(law.k.b == rows[i].b);
    CHECK(law.k.e == rows[i].e);
    CHECK_THAT(law.loss(sardana::inputs{1e9, 1e11}), WithinRel(rows[i].e + rows[i].a / std::pow(1e9, rows[i].alpha) +
                                                                   rows[i].b / std::pow(1e11, rows[i].beta),
                                                               1e-14));
    for (laws::coefficient const& each : law.about->coefficients) CHECK(each.how == provenance::second_hand);
  }
}

TEST_CASE("5T tokens of inference at the quality of a compute-optimal 30B: 16.4B on 3.27T, 16 % cheaper") {
  double const inference = 5e12;
  // The dense optimum of 30B: on 1.556T tokens the gains are equal.
  CHECK_THAT(gain_ratio(30e9, 1.556e12), WithinRel(1.0, 1e-3));
  sardana::lifetime<double> const usual{30e9, 1.556e12, inference}, served{16.41e9, 3.265e12, inference};
  CHECK_THAT(loss(served.total_parameters, served.tokens), WithinRel(loss(30e9, 1.556e12), 2e-5));
  CHECK_THAT(gain_ratio(served.total_parameters, served.tokens), WithinRel(1 + inference / (3 * served.tokens), 1e-3));
  CHECK_THAT(served.flops() / usual.flops() - 1, WithinAbs(-.1628, 5e-4));
}

TEST_CASE("1e11 tokens of inference at the quality of a compute-optimal 7B: 6B on 1.18 times the tokens") {
  // gain_ratio = 1 at D = (beta·B·7e9^alpha / (alpha·A))^(1/beta).
  double const tokens = std::pow(.283 * 410.7 * std::pow(7e9, .336) / (.336 * 406.4), 1 / .283);
  sardana::lifetime<double> const usual{7e9, tokens, 1e11}, served{6.00e9, 1.176 * tokens, 1e11};
  CHECK_THAT(loss(served.total_parameters, served.tokens), WithinRel(loss(7e9, tokens), 1e-3));
  CHECK_THAT(gain_ratio(served.total_parameters, served.tokens), WithinRel(1 + 1e11 / (3 * served.tokens), .005));
  CHECK_THAT(served.flops() / usual.flops() - 1, WithinAbs(-.0085, 3e-3));
}

TEST_CASE("training costs 6 N D, inference 2 N D_inf") {
  sardana::lifetime<double> const of{.total_parameters = 7e9, .tokens = 1e12, .inference_tokens = 3e12};
  CHECK(of.training_flops() == 4.2e22);
  CHECK(of.inference_flops() == 4.2e22);
  CHECK(of.flops() == 8.4e22);
  CHECK(sardana::examples.training_flops_per_token(sardana::inputs{7e9, 1e12}) == 4.2e10);
}

TEST_CASE("Sardana's laws know what is outside") {
  CHECK_FALSE(laws::evaluate(sardana::examples, {7e9, 140e9}).extrapolated());
  // 10 to 100, 250, 500 or 10,000 tokens a parameter; the tokens themselves have no published range.
  CHECK(laws::evaluate(sardana::all, {1e9, 1e11}).outside_range.empty());
  CHECK(laws::evaluate(sardana::up_to_100, {1e9, 1e11}).outside_range.empty());
  for (auto const& [law, most] : {std::pair{&sardana::up_to_100, 100.}, std::pair{&sardana::up_to_250, 250.},
                                  std::pair{&sardana::up_to_500, 500.}, std::pair{&sardana::all, 1e4}}) {
    auto const longer = laws::evaluate(*law, {1e9, 2 * most * 1e9}).outside_range;
    REQUIRE(longer.size() == 1);
    CHECK(longer[0].input == "tokens_per_parameter");
    CHECK(longer[0].factor == 2);
    CHECK(laws::evaluate(*law, {1e9, 5e9}).outside_range.size() == 1);
  }
  auto const extreme = laws::evaluate(sardana::examples, {1e18, 1e22});
  CHECK(is_positive_and_finite(extreme.loss));
  CHECK(extreme.outside_range.size() == 2);
  CHECK_THROWS_WITH(laws::evaluate(sardana::examples, {-1, 1e22}),
                    "moetric: total_parameters must be positive and finite, but got -1");

  auto const dense = laws::evaluate(sardana::examples, zoo::gpt_2, count(10'000'000'000));
  CHECK(dense.at.total_parameters == 124'439'808.0);
  CHECK(dense.outside_family.empty());
  auto const moe = laws::evaluate(sardana::examples, zoo::mixtral_8x7b, count(100'000'000'000));
  CHECK_FALSE(moe.is_prediction);
  REQUIRE(moe.outside_family.size() == 1);
  CHECK(moe.outside_family[0] == "experts, the law's models are dense");
}

TEST_CASE("Sardana's law runs on dual numbers") {
  for (sardana::law const* const law : sardana::sets) {
    sardana::inputs const at{3e9, 2e11};
    CHECK_THAT(form::loss(law->k, inputs_by<form>(1, at)).by[0],
               WithinRel(-law->k.beta * law->k.b * std::pow(2e11, -law->k.beta - 1), 1e-12));
  }
}
