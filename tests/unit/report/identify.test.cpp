#include "moetric/report/identify_answer.hpp"

#include "catch.hpp"
#include "moetric/report/text.hpp"
#include "moetric/zoo/deepseek.hpp"
#include "moetric/zoo/mistral.hpp"
#include "moetric/zoo/qwen.hpp"
#include "units.hpp"

using namespace moetric;
using Catch::Matchers::ContainsSubstring;

TEST_CASE("a printed number is traced to the ways of counting that give it") {
  count const lengths[]{4096};
  report::answer const flops =
      report::identify_flops_answer("deepseek-v3", zoo::deepseek_v3, "259992950784", lengths);  // Megatron-LM's log
  CHECK(flops.values["exact"].flag());
  CHECK(flops.values["ways"].members()[0].content["convention"].text() == "megatron-lm");
  CHECK(without_unit(flops.values).empty());
  CHECK_THAT(to_text(flops), ContainsSubstring("are, to the printed digits,"));

  report::answer const bug = report::identify_flops_answer("mixtral-8x7b", zoo::mixtral_8x7b, "49104814080", lengths);
  CHECK_THAT(to_text(bug), ContainsSubstring("known bug nanotron:experts-as-one-dense, of models: all: "));

  report::answer const sums = report::identify_parameters_answer("deepseek-v3", zoo::deepseek_v3, "684531386000");
  CHECK(sums.values["ways"].members()[0].content["sum"].text() ==
        "main + mtp + mtp_embed_copy + mtp_head_copy + fp8_scales");
  CHECK(without_unit(sums.values).empty());
  CHECK_FALSE(report::identify_parameters_answer("deepseek-v3", zoo::deepseek_v3, "5").values["exact"].flag());

  report::answer const mfu =
      report::identify_mfu_answer("deepseek-v3", zoo::deepseek_v3, "43.10%", "989e12", "1706.29", lengths);
  CHECK(mfu.values["peak"].text() == "as given");
  CHECK(mfu.values["ways"].members()[0].content["convention"].text() == "megatron-lm");
  CHECK(without_unit(mfu.values).empty());
}

TEST_CASE("a bug of earlier releases says of which") {
  // torchtitan's log of its 16B model of latent attention: 6N of 2,451,435,008 and 12 L d_model s
  count const lengths[]{4096};
  report::answer const old =
      report::identify_flops_answer("deepseek-v2-lite", zoo::deepseek_v2_lite, "17426519040", lengths, "deepseek_v2");
  CHECK(old.values["ways"].members()[0].content["convention"].text() == "torchtitan:latent-core-of-d-model");
  CHECK_THAT(std::string(old.values["known_bugs"]["torchtitan:latent-core-of-d-model"].text()),
             ContainsSubstring("before 2025-10-29"));
}

TEST_CASE("a truncated number of a model card is told from a rounded one") {
  // Qwen3-30B-A3B: "3.3B activated" of 3,353,032,704
  report::answer const card = report::identify_parameters_answer("qwen3-30b-a3b", zoo::qwen3_30b_a3b, "3.3B");
  CHECK_FALSE(card.values["exact"].flag());
  report::value const& first = card.values["ways"].members()[0].content;
  CHECK(first["sum"].text() == "active");
  CHECK(first["truncated"].flag());
  CHECK_THAT(to_text(card), ContainsSubstring("are, truncated to the printed digits,"));
  report::answer const rounded = report::identify_parameters_answer("qwen3-30b-a3b", zoo::qwen3_30b_a3b, "3.35B");
  CHECK(rounded.values["exact"].flag());
  CHECK_FALSE(rounded.values["ways"].members()[0].content["truncated"].flag());
}

TEST_CASE("a speed is traced to its counting and its peak, and flagged above published runs") {
  count const lengths[]{4096};
  // Megatron-Bridge 26.08: DeepSeek-V3 on GB300, 6288 tokens/s and 1635 TFLOP/s
  report::answer const speed = report::identify_speed_answer(
      "deepseek-v3", zoo::deepseek_v3,
      {.tflops = "1635", .tokens_per_second = "1609728", .devices = count(256), .on = &cluster::device_named("gb300")},
      lengths);
  CHECK(speed.values["exact"].flag());
  CHECK(speed.values["ways"].members()[1].content["convention"].text() == "megatron-bridge");
  CHECK_FALSE(speed.values["above_published"].flag());
  CHECK(without_unit(speed.values).empty());
  // Twice that speed is no published run's.
  report::answer const claim = report::identify_speed_answer(
      "deepseek-v3", zoo::deepseek_v3,
      {.mfu = "65.4%", .tflops = "3270", .tokens_per_second = "12576", .on = &cluster::device_named("gb300")}, lengths);
  CHECK(claim.values["peaks"].members()[0].content["peak"].text() == "fp8 5000 (datasheet) of gb300");
  CHECK(claim.values["above_published"].flag());
  CHECK_THAT(to_text(claim), ContainsSubstring("ABOVE EVERY PUBLISHED RUN"));
  CHECK(without_unit(claim.values).empty());
}
