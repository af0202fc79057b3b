#include "catch.hpp"

#include <nlohmann/json.hpp>

#include "moetric/io/hugging_face_out.hpp"
#include "moetric/zoo/deepseek.hpp"
#include "moetric/zoo/llama.hpp"
#include "moetric/zoo/mistral.hpp"
#include "moetric/zoo/qwen.hpp"

using namespace moetric;
using Catch::Matchers::ContainsSubstring;

namespace {

shape<> const planned{.d_model = 1872,
                      .n_dense_layers = 2,
                      .n_moe_layers = 14,
                      .n_heads = 16,
                      .n_kv_heads = 8,
                      .head_dim = 128,
                      .d_ff = 5616,
                      .d_expert = 680,
                      .n_experts = 288,
                      .top_k = 8,
                      .n_shared_experts = 1,
                      .vocab_size = 152064};

}  // namespace

TEST_CASE("published models of the families come back whole") {
  auto const check = [](model const& m, std::string_view family) {
    io::exported_model const out = io::write_hugging_face(m);
    CHECK(out.family == family);
    CHECK(io::parse_model(out.text) == m);
    CHECK(out.notes.empty());
  };
  check(zoo::mixtral_8x7b, "mixtral");
  check(zoo::qwen3_30b_a3b, "qwen3_moe");
  check(zoo::deepseek_v3, "deepseek_v3");
}

TEST_CASE("a plan with one shared expert needs no extra weight") {
  io::exported_model const out = io::write_hugging_face(to_model(planned));
  CHECK(out.family == "llama4_text");
  CHECK(io::parse_model(out.text) == to_model(planned));
  auto const keys = nlohmann::json::parse(out.text);
  CHECK(keys["hidden_size"] == 1872);
  CHECK(keys["intermediate_size"] == 680);
  CHECK(keys["intermediate_size_mlp"] == 5616);
  CHECK(keys["moe_layers"].size() == 14);
  CHECK(keys["moe_layers"][0] == 2);
}

TEST_CASE("the weights that a family adds are reported") {
  shape<> s = planned;
  s.n_shared_experts = 0;
  io::exported_model const qwen = io::write_hugging_face(to_model(s));
  CHECK(qwen.family == "qwen3_moe");
  REQUIRE(qwen.notes.size() == 1);
  CHECK_THAT(qwen.notes[0], ContainsSubstring("4096 weights more"));  // 16 layers x 2 norms x 128
  CHECK(total_parameters(io::parse_model(qwen.text)) - total_parameters(to_model(s)) == 4096);
  io::exported_model const glm = io::write_hugging_face(to_model(s), "glm4_moe");
  CHECK(total_parameters(io::parse_model(glm.text)) - total_parameters(to_model(s)) == 14 * 288);
  CHECK(io::parse_model(glm.text) == glm.built);
  s.n_dense_layers = 0;
  CHECK(io::write_hugging_face(to_model(s)).family == "mixtral");
}

TEST_CASE("features that a family cannot express are refused by name") {
  model const m = to_model(planned);
  CHECK_THROWS_WITH(io::write_hugging_face(m, "mixtral"),
                    ContainsSubstring("n_dense_layers must be 0 in a config.json of mixtral, but got 2"));
  CHECK_THROWS_WITH(io::write_hugging_face(m, "qwen3_moe"),
                    ContainsSubstring("n_shared_experts must be 0 in a config.json of qwen3_moe, but got 1"));
  CHECK_THROWS_WITH(io::write_hugging_face(m, "deepseek_v3"),
                    ContainsSubstring("attention must be multi-head latent attention"));
  CHECK_THROWS_WITH(io::write_hugging_face(m, "gpt5"), ContainsSubstring("family must be one of mixtral"));
  CHECK_THROWS_WITH(io::write_hugging_face(zoo::deepseek_v3, "qwen3_moe"), ContainsSubstring("must be absent"));
  CHECK_THROWS_WITH(io::write_hugging_face(zoo::llama_3_8b),
                    ContainsSubstring("n_experts must be positive in a config.json of mixtral"));
  shape<> two_shared = planned;
  two_shared.n_shared_experts = 2;
  CHECK_THROWS_WITH(io::write_hugging_face(to_model(two_shared), "llama4_text"),
                    ContainsSubstring("n_shared_experts must be 1"));
  CHECK(io::write_hugging_face(to_model(two_shared)).family == "glm4_moe");
  model biased = m;
  biased.output.bias = true;
  CHECK_THROWS_WITH(io::write_hugging_face(biased), ContainsSubstring("embedding and output head must have no biases"));
}
