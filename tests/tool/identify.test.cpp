#include "catch.hpp"
#include "tool/run.hpp"

using tool_test::run;

TEST_CASE("identify traces Megatron's number for DeepSeek-V3 with its module") {
  auto const j = run("identify deepseek-v3 --training-flops-per-token 259992950784 --json").json();
  CHECK(j["exact"] == true);
  bool found = false;
  for (auto const& way : j["ways"])
    found = found || (way["convention"] == "megatron-lm" && way["mtp"] == true && way["sequence_length"] == 4096);
  CHECK(found);
  CHECK(run("identify deepseek-v3 --training-flops-per-token 1 --json").json()["exact"] == false);
}

TEST_CASE("identify traces a number of parameters") {
  CHECK(run("identify deepseek-v3 --parameters 36625618432 --json").json()["ways"][0] ==
        "active_without_input_embedding");
  CHECK(run("identify deepseek-v3 --parameters 684531386000 --json").json()["ways"][0] ==
        "main + mtp + mtp_embed_copy + mtp_head_copy + fp8_scales");
  CHECK(run("identify deepseek-v3 --parameters 5 --json").json()["exact"] == false);
  CHECK(run("identify deepseek-v3").status == 2);
}

TEST_CASE("check tells every rule that a trainer would break") {
  CHECK(run("check deepseek-v3 --expert-parallel 64").status == 0);
  auto const got = run("check llama-3-8b --tensor-parallel 3 --json");
  CHECK(got.status == 2);
  CHECK(got.json()["broken_rules"].size() == 3);
}
