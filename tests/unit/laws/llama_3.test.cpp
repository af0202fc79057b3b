// Llama 3's allocation against the paper's own example. Source: arXiv 2407.21783.
#include "moetric/laws/llama_3.hpp"

#include "catch.hpp"

using namespace moetric;
using Catch::Matchers::WithinRel;

TEST_CASE("3.8e25 FLOPs: 16.29T tokens, 1.6 % below the paper's 16.55T; 389B parameters by C = 6 N D, of 402B") {
  laws::allocation const& of = laws::llama_3::optimal;
  CHECK(of.about->id == "llama-3");
  CHECK(of.parameters_name == "total_parameters");
  CHECK(of.tokens.coefficient == .299);
  CHECK(of.tokens.exponent == .537);
  CHECK_THAT(of.tokens(3.8e25), WithinRel(16.29e12, 5e-4));
  CHECK_THAT(of.tokens(3.8e25), WithinRel(16.55e12, .017));
  CHECK_THAT(of.parameters(3.8e25), WithinRel(388.8e9, 5e-4));  // 3.8e25 / (6·16.29e12)
  CHECK_THAT(6 * of.parameters(3.8e25) * of.tokens(3.8e25), WithinRel(3.8e25, 1e-12));
  CHECK(laws::outside_range(*of.about, std::array{1e21}).empty());  // fitted from 6e18 to 1e22 FLOPs
  CHECK_THAT(laws::outside_range(*of.about, std::array{3.8e25})[0].factor, WithinRel(3.8e3, 1e-12));
  // The digits of the paper's text would give 10.46T.
  CHECK_THAT(laws::power_law({.29, .53})(3.8e25), WithinRel(10.46e12, .001));
}
