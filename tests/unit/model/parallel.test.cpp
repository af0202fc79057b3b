#include "moetric/model/parallel.hpp"

#include "catch.hpp"
#include "moetric/zoo/catalogue.hpp"

using namespace moetric;

namespace {

std::string told(model const& m, parallel_sizes const& sizes) {
  std::string all;
  for (violation const& each : diagnose(m, sizes).violations) all += (all.empty() ? "" : "; ") + to_string(each);
  return all;
}

}  // namespace

TEST_CASE("sizes that real runs used break no rule") {
  // DeepSeek-V3 trained with 64-way expert parallelism, 16 pipeline stages and no tensor parallelism (2412.19437,
  // section 3.2)
  CHECK(told(zoo::deepseek_v3, {.expert = 64, .pipeline = 16}) == "");
  CHECK(told(zoo::llama_3_8b, {.tensor = 8, .pipeline = 4, .sequence_length = 8192}) == "");
  static_assert(diagnose(zoo::qwen3_30b_a3b, {.tensor = 4, .expert = 8}).ok());
}

TEST_CASE("sizes that do not divide are told by their sentences, all at once") {
  CHECK(told(zoo::deepseek_v3, {.expert = 96}) ==
        "moetric: n_experts must be divisible by the expert-parallel size, but got 256 and 96");
  CHECK(told(zoo::deepseek_v3, {.pipeline = 64}) ==
        "moetric: the pipeline-parallel size must not exceed the number of layers, but got 64 and 61");
  CHECK(told(zoo::llama_3_8b, {.tensor = 3}) ==
        "moetric: n_heads must be divisible by the tensor-parallel size, but got 32 and 3; "
        "moetric: n_kv_heads must divide or be divisible by the tensor-parallel size, but got 8 and 3; "
        "moetric: d_ff must be divisible by the tensor-parallel size, but got 14336 and 3");
  CHECK(told(zoo::llama_3_8b, {.expert = 2}) ==
        "moetric: the expert-parallel size must be 1 without experts, but got 2");
  CHECK(told(zoo::llama_3_8b, {.tensor = 0}) == "moetric: the tensor-parallel size must be positive, but got 0");
  CHECK(told(zoo::mistral_7b_v0_1, {.sequence_length = 2048}) ==
        "moetric: window must not exceed the sequence length, but got 4096 and 2048");
  CHECK_THROWS_AS(validate(zoo::deepseek_v3, {.expert = 96}), std::invalid_argument);
}

TEST_CASE("odd heads cannot be rotated") {
  model const odd{.d_model = 64,
                  .input = {.vocab_size = 10},
                  .layers = {{grouped_query_attention<>{.n_heads = 4, .head_dim = 15}, dense_ffn<>{.d_ff = 64}}}};
  CHECK(told(odd, {}) == "moetric: head_dim must be even for rotary positions, but got 15");
}

TEST_CASE("every kind of layer states how it splits over tensor-parallel ranks") {
  auto const with = [](mixer const& mix, parallel_sizes const& sizes,
                       feed_forward const& ffn = dense_ffn<>{.d_ff = 420}) {
    return told({.d_model = 64, .input = {.vocab_size = 10}, .layers = {{mix, ffn}}}, sizes);
  };
  // Seven divides the width of the feed-forward and nothing below.
  std::string const by_7 = " must be divisible by the tensor-parallel size, but got ";
  CHECK(with(
            compressed_attention<>{
                .n_heads = 16, .head_dim = 8, .q_lora_rank = 8, .n_output_groups = 4, .output_lora_rank = 8},
            {.tensor = 7}) == "moetric: n_heads" + by_7 + "16 and 7; moetric: n_output_groups" + by_7 + "4 and 7");
  CHECK(with(encoder_decoder_attention<>{.n_heads = 16, .head_dim = 8}, {.tensor = 7}) ==
        "moetric: n_heads" + by_7 + "16 and 7");
  CHECK(with(mixture_of_attention_heads<>{.n_experts = 4, .top_k = 2, .n_kv_heads = 16, .head_dim = 8},
             {.tensor = 7}) == "moetric: n_kv_heads" + by_7 + "16 and 7");
  CHECK(with(gated_delta_net<>{.n_key_heads = 4, .n_value_heads = 8, .key_head_dim = 8, .value_head_dim = 8},
             {.tensor = 7}) == "moetric: n_key_heads" + by_7 + "4 and 7; moetric: n_value_heads" + by_7 + "8 and 7");
  CHECK(with(kimi_delta_attention<>{.n_heads = 16, .head_dim = 8}, {.tensor = 7}) ==
        "moetric: n_heads" + by_7 + "16 and 7");
  CHECK(with(lightning_attention<>{.n_heads = 16, .head_dim = 8}, {.tensor = 7}) ==
        "moetric: n_heads" + by_7 + "16 and 7");
  CHECK(with(mamba_1<>{.inner_width = 128, .step_rank = 4}, {.tensor = 7}) ==
        "moetric: inner_width" + by_7 + "128 and 7");
  // Megatron-LM's MambaMixer asserts both.
  CHECK(with(mamba_2<>{.n_heads = 16, .head_dim = 8, .n_groups = 8, .state_size = 8}, {.tensor = 7}) ==
        "moetric: n_heads" + by_7 + "16 and 7; moetric: n_groups" + by_7 + "8 and 7");
  CHECK(with(mixer{}, {.tensor = 7}) == "");
  CHECK(with(mixer{}, {.tensor = 8}) == "moetric: d_ff" + by_7 + "420 and 8");
  CHECK(with(mixer{}, {.tensor = 8}, feed_forward{}) == "");
}

TEST_CASE("experts are spread whole over expert-parallel ranks, shared ones over tensor-parallel ranks") {
  model m{.d_model = 64,
          .input = {.vocab_size = 10},
          .layers = {{mixer{}, experts<>{.n_experts = 8,
                                         .top_k = 2,
                                         .d_expert = 24,
                                         .n_shared_experts = 2,
                                         .d_shared_expert = 10,
                                         .d_residual = 28}}}};
  CHECK(told(m, {.tensor = 4, .expert = 8, .expert_tensor = 3}) == "");
  // Only the expert-tensor-parallel size splits a routed expert.
  CHECK(told(m, {.expert = 3, .expert_tensor = 5}) ==
        "moetric: n_experts must be divisible by the expert-parallel size, but got 8 and 3; "
        "moetric: d_expert must be divisible by the expert-tensor-parallel size, but got 24 and 5");
  CHECK(told(m, {.tensor = 8}) ==
        "moetric: the width of all shared experts must be divisible by the tensor-parallel size, but got 20 and 8; "
        "moetric: d_residual must be divisible by the tensor-parallel size, but got 28 and 8");
  CHECK(told(m, {.expert_tensor = 0}) == "moetric: the expert-tensor-parallel size must be positive, but got 0");
}

TEST_CASE("routed experts are split over the tensor-parallel ranks unless their own size says otherwise") {
  model const m{.d_model = 64,
                .input = {.vocab_size = 10},
                .layers = {{mixer{}, experts<>{.n_experts = 8, .top_k = 2, .d_expert = 1404}}}};
  CHECK(told(m, {.tensor = 8}) ==
        "moetric: d_expert must be divisible by the expert-tensor-parallel size, but got 1404 and 8");
  CHECK(told(m, {.tensor = 8, .expert_tensor = 1}) == "");
}

TEST_CASE("context-parallel ranks share a sequence in pairs of chunks") {
  CHECK(told(zoo::llama_3_8b, {.sequence_length = 8192, .context = 4}) == "");
  CHECK(told(zoo::llama_3_8b, {.sequence_length = 8196, .context = 4}) ==
        "moetric: the sequence length must be divisible by twice the context-parallel size, but got 8196 and 4");
  CHECK(told(zoo::llama_3_8b, {.context = 0}) == "moetric: the context-parallel size must be positive, but got 0");
}

TEST_CASE("published models of every kind are refused by a size that divides none of their heads") {
  CHECK(told(zoo::jetmoe_8b, {.tensor = 7}).find("n_kv_heads must be divisible") != std::string::npos);
  CHECK(told(zoo::jetmoe_8b, {.tensor = 8, .expert = 8}) == "");
  // Experts of attention heads are experts too.
  CHECK(told(zoo::jetmoe_8b, {.expert = 3}) ==
        "moetric: n_experts must be divisible by the expert-parallel size, but got 8 and 3; "
        "moetric: n_experts must be divisible by the expert-parallel size, but got 8 and 3");
}
