// Allocation and hyper-parameters of DeepSeek LLM. Source: arXiv 2401.02954.
#include "moetric/laws/deepseek_llm.hpp"

#include "catch.hpp"
#include "moetric/core/text.hpp"

namespace {

using namespace moetric;
namespace deepseek_llm = laws::deepseek_llm;
using Catch::Matchers::WithinRel;

// C = M·D of a model: 72·n_layers·d² + 12·n_layers·d·4096 FLOPs a token, 2e12 tokens.
double compute_of(double n_layers, double d_model) {
  return (72 * n_layers * d_model * d_model + 12 * n_layers * d_model * 4096) * 2e12;
}

}  // namespace

TEST_CASE("M and D at a budget") {
  laws::allocation const& of = deepseek_llm::optimal;
  CHECK(of.about->id == "deepseek-llm");
  CHECK(of.parameters_name == "training_flops_per_token");
  CHECK(of.parameters.coefficient == .1715);
  CHECK(of.parameters.exponent == .5243);
  CHECK(of.tokens.coefficient == 5.8316);
  CHECK(of.tokens.exponent == .4757);
  CHECK(brief(of.parameters(1e20), 5) == "5.2513e+09");
  CHECK(brief(of.tokens(1e20), 5) == "1.9045e+10");
  CHECK_THAT(of.parameters(1e23) * of.tokens(1e23), WithinRel(1.0001e23, 5e-5));
  CHECK(of.about->coefficients[0].how == provenance::printed);
  CHECK(of.about->coefficients[2].how == provenance::second_hand);
}

TEST_CASE("the exponents by data add up to one") {
  REQUIRE(deepseek_llm::exponents_by_data.size() == 3);
  CHECK(deepseek_llm::exponents_by_data[0].training_flops_per_token == .450);
  CHECK(deepseek_llm::exponents_by_data[1].training_flops_per_token == .524);
  CHECK(deepseek_llm::exponents_by_data[2].data == "OpenWebText2");
  for (auto const& each : deepseek_llm::exponents_by_data)
    CHECK_THAT(each.training_flops_per_token + each.tokens, WithinRel(1.0, 1e-14));
}

TEST_CASE("the 7B and 67B models were trained near the fitted learning rate and batch") {
  // Used: 4.2e-4 and 2304 sequences of 4096; 3.2e-4 and 4608.
  CHECK(brief(deepseek_llm::learning_rate(compute_of(30, 4096)), 4) == "0.0004246");
  CHECK(brief(deepseek_llm::batch_tokens(compute_of(30, 4096)) / 4096, 4) == "2252");
  CHECK(brief(deepseek_llm::learning_rate(compute_of(95, 8192)), 4) == "0.000312");
  CHECK(brief(deepseek_llm::batch_tokens(compute_of(95, 8192)) / 4096, 4) == "5043");
  CHECK(brief(deepseek_llm::learning_rate(1e20), 4) == "0.000986");
  CHECK(brief(deepseek_llm::batch_tokens(1e20), 5) == "1.0171e+06");
  auto const& coefficients = deepseek_llm::about_hyper_parameters.coefficients;
  CHECK(coefficients[0].value == .3118);
  CHECK(coefficients[1].value == -.1250);
  CHECK(coefficients[2].value == .2920);
  CHECK(coefficients[3].value == .3271);
}
