// Efficiency leverage, allocation and hyper-parameters of Ling. Source: arXiv 2507.17702.
#include "moetric/laws/ling.hpp"

#include <string>

#include "catch.hpp"
#include "law_numbers.hpp"
#include "moetric/core/text.hpp"
#include "moetric/zoo/catalogue.hpp"

namespace {

using namespace moetric;
namespace ling = laws::ling;
using Catch::Matchers::WithinAbs;
using Catch::Matchers::WithinRel;
using form = ling::leverage_form;

// A leverage is no loss, and asks for no expansion rate.
static_assert(!laws::Law<ling::leverage_law>);
template <class Inputs>
concept TakesExpansionRate = requires(Inputs at) {
  at.expansion_rate;
};
template <class Inputs>
concept TakesTokens = requires(Inputs at) {
  at.tokens;
};
static_assert(!TakesExpansionRate<ling::leverage_inputs> && !TakesTokens<ling::leverage_inputs>);

double leverage(double a, double g, double c) {
  return ling::leverage({.activation_ratio = a, .granularity = g, .compute = c}).leverage;
}

}  // namespace

TEST_CASE("the leverage has the printed coefficients, and says that the bases of its logarithms are inferred") {
  auto const& k = ling::leverage_fit.k;
  CHECK(k.alpha == 1.23);
  CHECK(k.d == -7.61e-2);
  CHECK(k.gamma == 1.67e-2);
  CHECK(k.beta == -1.17e-1);
  CHECK(k.a_start == 1.63e-2);
  CHECK(k.a_max == 5.28e16);
  CHECK(ling::leverage_fit.about->id == "ling-leverage");
  CHECK(ling::leverage_fit.about->caution.find("inferred") != std::string_view::npos);
}

TEST_CASE("more than 7 times at 1e22 FLOPs, 3.1 % activated and granularity 12") {
  CHECK_THAT(leverage(.031, 12, 1e22), WithinAbs(7.2449, 5e-5));
  CHECK_THAT(leverage(.034, 12, 1e22), WithinAbs(6.9614, 5e-5));
  CHECK_THAT(leverage(1, 12, 1e22), WithinAbs(.9896, 5e-5));
  // The best granularity is 2^(−beta/(2·gamma)) = 2^(0.117/0.0334) = 11.3, "about 12".
  CHECK(leverage(.031, 11.3, 1e22) > leverage(.031, 11, 1e22));
  CHECK(leverage(.031, 11.3, 1e22) > leverage(.031, 11.7, 1e22));
}

TEST_CASE("the leverage of a model is that of its experts") {
  // DeepSeek-V3: (8 + 1) of (256 + 1) experts, of width 2048 at d_model 7168, so G = 7.
  double const of_model = ling::leverage(zoo::deepseek_v3, 3e24).leverage;
  CHECK_THAT(of_model, WithinRel(leverage(9. / 257, 7, 3e24), 1e-14));
  // Mixtral: 2 of 8, width 14336 at 4096.
  CHECK_THAT(ling::leverage(zoo::mixtral_8x7b, 1e22).leverage,
             WithinRel(leverage(.25, 2 * 4096 / 14336., 1e22), 1e-14));
  CHECK_THROWS_WITH(ling::leverage(zoo::gpt_2, 1e22), "moetric: a model must have experts to have a leverage");
  CHECK_THROWS_WITH(leverage(1.5, 12, 1e22), "moetric: activation_ratio must be above 0 and at most 1, but got 1.5");
  CHECK_THROWS_WITH(leverage(.1, 12, -1), "moetric: compute must be positive and finite, but got -1");
  CHECK(ling::leverage({.031, 12, 1e22}).outside_range.size() == 3);  // no range is known, so none is claimed
}

TEST_CASE("the leverage runs on dual numbers") {
  // d EL / d ln C = EL·ln Â·d/ln 10, with Â of 3.1 % by hand: 1/A_max vanishes, so Â = A + A_start = 0.0473.
  ling::leverage_inputs const at{.031, 12, 1e22};
  double const saturated = .031 + 1.63e-2;
  double const g = std::log2(12), exponent = 1.23 - 7.61e-2 * 22 + 1.67e-2 * g * g - 1.17e-1 * g;
  CHECK_THAT(form::leverage(ling::leverage_fit.k, inputs_by<form>(2, at)).by[0] * 1e22,
             WithinRel(std::pow(saturated, exponent) * std::log(saturated) * -7.61e-2 / std::log(10), 1e-12));
}

TEST_CASE("Table 1: M and D at a budget") {
  CHECK(ling::moe.about->id == "ling-moe");
  CHECK(ling::dense.about->id == "ling-dense");
  CHECK(ling::moe.parameters_name == "training_flops_per_token");
  CHECK(ling::moe.parameters.coefficient == .1915);
  CHECK(ling::moe.parameters.exponent == .5095);
  CHECK(ling::moe.tokens.coefficient == 5.2232);
  CHECK(ling::moe.tokens.exponent == .4905);
  CHECK(ling::dense.parameters.coefficient == .0655);
  CHECK(ling::dense.parameters.exponent == .5422);
  CHECK(ling::dense.tokens.coefficient == 15.2582);
  CHECK(ling::dense.tokens.exponent == .4578);
  CHECK(brief(ling::moe.parameters(1e20), 4) == "2.966e+09");
  CHECK(brief(ling::moe.tokens(1e20), 4) == "3.372e+10");
  for (double const compute : {1e18, 1e20, 1e24}) {
    CHECK_THAT(ling::moe.parameters(compute) * ling::moe.tokens(compute), WithinRel(1.0002 * compute, 1e-4));
    CHECK_THAT(ling::dense.parameters(compute) * ling::dense.tokens(compute), WithinRel(.9994 * compute, 1e-4));
  }
}

TEST_CASE("Eq. 3: learning rate and batch at a budget") {
  CHECK(brief(ling::learning_rate(1e20), 5) == "0.0010129");
  CHECK(brief(ling::batch_tokens(1e20), 4) == "1.347e+06");
  // Its Table 7 used 1.52e-3 at 2e18 and 7.0e-4 at 6e20, where Eq. 3 has:
  CHECK(brief(ling::learning_rate(2e18), 3) == "0.00184");
  CHECK(brief(ling::learning_rate(6e20), 2) == "0.00077");
  auto const& coefficients = ling::about_hyper_parameters.coefficients;
  CHECK(coefficients[0].value == 1.1576);
  CHECK(coefficients[1].value == -.1529);
  CHECK(coefficients[2].value == .0694);
  CHECK(coefficients[3].value == .3644);
}
