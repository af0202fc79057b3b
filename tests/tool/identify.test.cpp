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

TEST_CASE("identify explains rounded numbers by every count that rounds to them") {
  auto const j = run("identify deepseek-v3 --training-flops-per-token 250.45G --json").json();
  CHECK(j["exact"] == true);
  CHECK(j["interval"] == nlohmann::json{{"low", 250445000000}, {"high", 250455000000}});
  CHECK(j["ways"][0]["way"] == "matmul-causal-half");
  CHECK(j["ways"][0]["sequence_length"] == 4096);
  CHECK(j["ways"][0]["residue"] == 112768);
  auto const text = run("identify mixtral-8x7b --training-flops-per-token 49104814080");
  CHECK(text.out.find("nanotron:experts-as-one-dense") != std::string::npos);
  CHECK(text.out.find("known bug nanotron:experts-as-one-dense, of models: all: ") != std::string::npos);
}

TEST_CASE("identify traces a number of parameters") {
  auto const first = [](std::string const& parameters) {
    return run("identify deepseek-v3 --json --parameters " + parameters).json()["ways"][0];
  };
  CHECK(first("36625618432")["sum"] == "active_without_input_embedding");
  CHECK(first("684531386000")["sum"] == "main + mtp + mtp_embed_copy + mtp_head_copy + fp8_scales");
  CHECK(first("49.06B")["sum"] == "megatron-lm:mtp-with-all-experts");
  CHECK(first("49.06B")["parameters"] == 49059568640);
  CHECK(run("identify deepseek-v3 --parameters 5 --json").json()["exact"] == false);
  CHECK(run("identify deepseek-v3 --parameters 37B").out.find("active_without_input_embedding") != std::string::npos);
}

TEST_CASE("identify traces an MFU with what it was computed from") {
  auto const j =
      run("identify deepseek-v3 --mfu 43.10% --peak-flops 989e12 --tokens-per-second-per-device 1706.29 --json").json();
  CHECK(j["exact"] == true);
  CHECK(j["peak"] == "as given");
  CHECK(j["ways"][0]["convention"] == "megatron-lm");
  CHECK(j["ways"][0]["sequence_length"] == 4096);
}

TEST_CASE("identify names the peak behind an MFU") {
  // AI-Hypercomputer/tpu-recipes: Gemma 4 31B on TPU v7x, 5370.74 tokens/s a chip, MFU 45.8 %
  auto const j =
      run("identify gemma-4-31b --mfu 45.8% --tokens-per-second-per-device 5370.74 --device tpu-v7x --json").json();
  CHECK(j["exact"] == true);
  CHECK(j["peaks"][0]["peak"] == "bf16 2307 (datasheet) of tpu-v7x");
  CHECK(j["peaks"][0]["sequence_length"] == 8192);
  CHECK(j["above_published"] == false);
  auto const total = run("identify deepseek-v3 --tokens-per-second 1609728 --devices 256 --tflops 1635 --json").json();
  CHECK(total["exact"] == true);
  CHECK(total["device"].is_null());
}

TEST_CASE("identify refuses too little, too much and non-numbers") {
  CHECK(run("identify deepseek-v3").status == 2);
  CHECK(run("identify deepseek-v3 --parameters 5 --mfu 0.4").status == 2);
  auto const alone = run("identify deepseek-v3 --mfu 0.4 --peak-flops 989e12");
  CHECK(alone.status == 2);
  CHECK(alone.error.find("moetric: a speed must be two of --mfu, --tflops and") == 0);
  CHECK(run("identify deepseek-v3 --mfu 0.4 --tokens-per-second-per-device 1000").error ==
        "moetric: --mfu with tokens per second must come with --peak-flops or --device\n");
  CHECK(run("identify deepseek-v3 --tflops 300 --tokens-per-second-per-device 0").status == 2);
  auto const text = run("identify deepseek-v3 --parameters many");
  CHECK(text.status == 2);
  CHECK(text.error.find("moetric: parameters must be a number such as") == 0);
}

TEST_CASE("check lists every rule that a model breaks") {
  CHECK(run("check deepseek-v3 --expert-parallel 64").status == 0);
  CHECK(run("check deepseek-v3 --pipeline-parallel 16 --expert-parallel 64").status == 0);  // as it was trained
  CHECK(run("check qwen3-30b-a3b --tensor-parallel 4 --context-parallel 3 --sequence-length 8192").status == 2);
  CHECK(run("check qwen3-30b-a3b --tensor-parallel 4 --expert-tensor-parallel 5").status == 2);
  auto const got = run("check llama-3-8b --tensor-parallel 3 --json");
  CHECK(got.status == 2);
  CHECK(got.json()["broken_rules"].size() == 3);
}

TEST_CASE("check finds groups of experts from which no router could choose") {
  // four experts in groups of one, which score by their best two
  auto const path = tool_test::folder().file("groups.json", R"({"model_type": "deepseek_v3", "hidden_size": 64,
      "intermediate_size": 128, "num_hidden_layers": 3, "num_attention_heads": 4, "vocab_size": 1000,
      "q_lora_rank": 24, "kv_lora_rank": 16, "qk_nope_head_dim": 8, "qk_rope_head_dim": 4, "v_head_dim": 8,
      "moe_intermediate_size": 16, "n_routed_experts": 4, "n_shared_experts": 2, "num_experts_per_tok": 2,
      "first_k_dense_replace": 1, "n_group": 4, "topk_group": 2})");
  auto const got = run("check " + path);
  CHECK(got.status == 2);
  CHECK(got.error ==
        "moetric: experts in a group must be at least 2 with correction_bias, whose groups score by two, but got 1\n");
}
