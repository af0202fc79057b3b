#include "moetric/optimum/hyper_parameters.hpp"

#include "catch.hpp"
#include "moetric/core/text.hpp"

using namespace moetric;

// Values of laws.md; where a paper prints what it used, that stands beside.

TEST_CASE("Ling: 1.0129e-3 and 1.347e6 tokens at 1e20") {
  CHECK(brief(laws::ling::learning_rate(1e20), 5) == "0.0010129");
  CHECK(brief(laws::ling::batch_tokens(1e20), 4) == "1.347e+06");
}

TEST_CASE("DeepSeek LLM: 9.860e-4 and 1.0171e6 tokens at 1e20") {
  CHECK(brief(laws::deepseek_llm::learning_rate(1e20), 4) == "0.000986");
  CHECK(brief(laws::deepseek_llm::batch_tokens(1e20), 5) == "1.0171e+06");
}

TEST_CASE("Step Law: 9.166e-4 and 4.999e6 tokens at 7B and 1.4T, 1.6325e-3 and 1.1077e6 at 1B and 100B") {
  CHECK(brief(laws::step_law::learning_rate({7e9, 1.4e12}), 4) == "0.0009166");
  CHECK(brief(laws::step_law::batch_tokens({7e9, 1.4e12}), 4) == "4.999e+06");
  CHECK(brief(laws::step_law::learning_rate({1e9, 1e11}), 5) == "0.0016325");
  CHECK(brief(laws::step_law::batch_tokens({1e9, 1e11}), 5) == "1.1077e+06");
}

TEST_CASE("joint MoE: 2.2580e-4 dense and 1.3426e-4 with 8 experts, at 1B active") {
  CHECK(brief(laws::joint_moe::learning_rate({1e9, 1}), 5) == "0.0002258");
  CHECK(brief(laws::joint_moe::learning_rate({1e9, 8}), 5) == "0.00013426");
}
