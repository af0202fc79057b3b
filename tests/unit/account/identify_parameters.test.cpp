#include "moetric/account/identify_parameters.hpp"

#include "catch.hpp"
#include "moetric/zoo/catalogue.hpp"

using namespace moetric;

namespace {

std::vector<parameter_identification> identify(model const& m, std::string_view printed) {
  return identify_parameters(m, parse_printed_number("parameters", printed));
}

bool names(std::vector<parameter_identification> const& sums, std::string_view name) {
  for (parameter_identification const& sum : sums)
    if (sum.name == name) return true;
  return false;
}

}  // namespace

// The numbers are published ones, tests/data/models.json, and what the tools print.
TEST_CASE("a number of parameters is traced to the sum of weights that gives it") {
  CHECK(identify(zoo::deepseek_v3, "671026419200").front().name == "total");
  CHECK(identify(zoo::deepseek_v3, "37552297472").front().name == "active");
  CHECK(identify(zoo::deepseek_v3, "36625618432").front().name == "active_without_input_embedding");
  CHECK(identify(zoo::deepseek_v3, "669173061120").front().name == "non_embedding");
  CHECK(identify(zoo::deepseek_v3, "35698939392").front().name == "active_non_embedding");
  CHECK(identify(zoo::deepseek_v3, "11610068224").front().name == "mtp");
  CHECK(identify(zoo::deepseek_v3, "38240398080").front().name == "active + mtp");
  CHECK(identify(zoo::deepseek_v3, "684531386000").front().name ==
        "main + mtp + mtp_embed_copy + mtp_head_copy + fp8_scales");
  // Qwen3-0.6B's checkpoint stores its tied head: 596049920 + 151936·1024
  CHECK(identify(zoo::qwen3_0_6b, "751632384").front().name == "main + tied_head_copy");
}

TEST_CASE("rounded numbers of parameters have every sum that rounds to them") {
  // Megatron prints 49.06 billion active parameters for DeepSeek-V3 with its MTP module.
  CHECK(names(identify(zoo::deepseek_v3, "49.06B"), "megatron-lm:mtp-with-all-experts"));
  auto const marketed = identify(zoo::deepseek_v3, "37B");
  CHECK(marketed.front().name == "active_without_input_embedding");
  CHECK(names(marketed, "active_without_input_embedding + mtp"));
  CHECK_FALSE(names(marketed, "active"));  // 37.55B rounds to 38B
}

TEST_CASE("active counts with zero experts are a range") {
  // LongCat-Flash (2509.01322): 18.6B to 31.3B, 27B on average
  CHECK(names(identify(zoo::longcat_flash, "27B"), "active_without_input_embedding"));
  CHECK(names(identify(zoo::longcat_flash, "31.4B"), "active_without_input_embedding, most experts"));
  CHECK(names(identify(zoo::longcat_flash, "18.7B"), "active_without_input_embedding, fewest experts"));
  CHECK_FALSE(names(identify(zoo::deepseek_v3, "37B"), "active, most experts"));
}

TEST_CASE("parameters with a padded vocabulary are found") {
  // GPT-2's 50257 padded to 50304 = 393·128: 47·768 more, nanoGPT's 124.48M
  auto const sums = identify(zoo::gpt_2, "124475904");
  REQUIRE_FALSE(sums.empty());
  CHECK(sums.front().name == "total");
  CHECK(sums.front().vocab_size == 50304);
}

TEST_CASE("a number of parameters that nothing adds up to has its five nearest, in order") {
  auto const sums = identify(zoo::deepseek_v3, "5");
  REQUIRE(sums.size() == 5);
  for (std::size_t i = 1; i != sums.size(); ++i) CHECK_FALSE(sums[i].residue(5) < sums[i - 1].residue(5));
}
