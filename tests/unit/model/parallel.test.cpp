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
  // DeepSeek-V3 trained with 64-way expert parallelism and no tensor parallelism (2412.19437, section 3.2)
  CHECK(told(zoo::deepseek_v3, {.expert = 64}) == "");
  CHECK(told(zoo::llama_3_8b, {.tensor = 8, .pipeline = 4, .sequence_length = 8192}) == "");
  static_assert(diagnose(zoo::qwen3_30b_a3b, {.tensor = 4, .expert = 8}).ok());
}

TEST_CASE("sizes that do not divide are told by their sentences, all at once") {
  CHECK(told(zoo::deepseek_v3, {.expert = 96}) ==
        "moetric: n_experts must be divisible by the expert-parallel size, but got 256 and 96");
  CHECK(told(zoo::deepseek_v3, {.pipeline = 16}) ==
        "moetric: layers must be divisible by the pipeline-parallel size, but got 61 and 16");
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
