#include "catch.hpp"

#include <fstream>
#include <map>
#include <sstream>

#include "moetric/io/cpp_header.hpp"
#include "moetric/io/megatron.hpp"

using namespace moetric;
using Catch::Matchers::ContainsSubstring;

namespace {

std::string const text = R"({"architecture": {"d_model": 480, "n_layers": 10, "n_dense_layers": 2, "n_moe_layers": 8,
  "n_heads": 4, "n_kv_heads": 2, "head_dim": 64, "d_ff": 1440, "d_expert": 168, "n_experts": 288, "top_k": 8,
  "n_shared_experts": 1, "vocab_size": 152064}, "sequence_length": 8192, "tokens": 3742000001,
  "learning_rate": 1.2e-3, "batch_sequences": 64, "warnings": ["not read"]})";

std::string with(std::string const& from, std::string const& to) {
  std::string changed = text;
  return changed.replace(changed.find(from), from.size(), to);
}

std::map<std::string, std::string> arguments(std::string const& file) {
  std::map<std::string, std::string> found;
  std::istringstream lines(file);
  for (std::string line; std::getline(lines, line);) {
    if (line.empty() || line[0] == '#') continue;
    auto const space = line.find(' ');
    CHECK(found.emplace(line.substr(2, space - 2), space == std::string::npos ? "" : line.substr(space + 1)).second);
  }
  return found;
}

}  // namespace

TEST_CASE("a plan's file is read back") {
  io::saved_plan const run = io::parse_plan(text);
  CHECK(run.architecture == shape<>{.d_model = 480,
                                    .n_dense_layers = 2,
                                    .n_moe_layers = 8,
                                    .n_heads = 4,
                                    .n_kv_heads = 2,
                                    .head_dim = 64,
                                    .d_ff = 1440,
                                    .d_expert = 168,
                                    .n_experts = 288,
                                    .top_k = 8,
                                    .n_shared_experts = 1,
                                    .vocab_size = 152064});
  CHECK(run.tokens == count(3'742'000'001));
  CHECK(run.batch_sequences == count(64));
  CHECK(run.learning_rate == 1.2e-3);
}

TEST_CASE("a plan's file may hold the widths of latent attention") {
  std::string const latents =
      "\"q_lora_rank\": 0, \"kv_lora_rank\": 512, \"qk_rope_head_dim\": 64, \"v_head_dim\": 128";
  io::saved_plan const run = io::parse_plan(with("\"n_heads\"", latents + ", \"n_heads\""));
  REQUIRE(run.latents);
  auto const attention = run.model().layers.mixers[0].get<multi_head_latent_attention<>>();
  CHECK_FALSE(attention.query_lora);
  CHECK(attention.kv_lora_rank == 512);
  CHECK(attention.qk_nope_head_dim == 64);
  auto const found = arguments(io::write_megatron(run, {}));
  CHECK(found.contains("multi-latent-attention"));
  CHECK(found.at("kv-lora-rank") == "512");
  CHECK_FALSE(found.contains("num-query-groups"));
  CHECK_THROWS_WITH(io::write_cpp_header(run), ContainsSubstring("must be of a plan with grouped queries"));
  CHECK_THROWS_WITH(io::parse_plan(with("\"n_heads\"", "\"kv_lora_rank\": 512, \"n_heads\"")),
                    ContainsSubstring("'architecture.q_lora_rank' of a plan must be present"));
}

TEST_CASE("a broken plan file is refused by key") {
  auto const refused = [](std::string const& changed, char const* sentence) {
    CHECK_THROWS_WITH(io::parse_plan(changed), ContainsSubstring(sentence));
  };
  refused("{}", "key 'architecture' of a plan must hold the object that moetric plan --json writes, but is missing");
  refused(with("\"d_model\": 480, ", ""), "'architecture.d_model' of a plan must be present");
  refused(with("\"d_model\": 480", "\"d_model\": -480"), "'architecture.d_model' of a plan must not be negative");
  refused(with("\"d_model\": 480", "\"d_model\": 4.5"), "'architecture.d_model' of a plan must be a whole number");
  refused(with("\"d_model\": 480", "\"d_model\": 0"), "'architecture.d_model' of a plan must be from 1");
  refused(with("\"n_layers\": 10", "\"n_layers\": 11"), "'architecture.n_layers' of a plan must be");
  refused(with("\"top_k\": 8", "\"top_k\": 289"), "top_k must not exceed n_experts");
  refused(with("\"n_kv_heads\": 2", "\"n_kv_heads\": 3"), "n_heads must be divisible by n_kv_heads");
  refused(with("\"n_heads\"", "\"sliding_window\": 4096, \"n_heads\""), "but got 'sliding_window'");
  refused(with("1.2e-3", "\"fast\""), "key 'learning_rate' of a plan must be a number, but got 'fast'");
  refused(with("3742000001", "-1"), "key 'tokens' of a plan must not be negative, but got -1");
  refused(with("1.2e-3", "-1.2e-3"), "key 'learning_rate' of a plan must be positive and finite, but got -0.0012");
  refused(with("\"n_heads\"", "\"n_headss\": 4, \"n_heads\""), "but got 'n_headss'; did you mean n_heads");
  refused("{\"architecture\": [1]}", "but got an array");
}

TEST_CASE("Megatron's arguments say the same model and run") {
  auto const found = arguments(io::write_megatron(io::parse_plan(text), {.tensor = 2, .expert = 8, .pipeline = 5}));
  std::map<std::string, std::string> const expected{{"num-layers", "10"},
                                                    {"hidden-size", "480"},
                                                    {"ffn-hidden-size", "1440"},
                                                    {"num-attention-heads", "4"},
                                                    {"group-query-attention", ""},
                                                    {"num-query-groups", "2"},
                                                    {"kv-channels", "64"},
                                                    {"vocab-size", "152064"},
                                                    {"seq-length", "8192"},
                                                    {"max-position-embeddings", "8192"},
                                                    {"position-embedding-type", "rope"},
                                                    {"normalization", "RMSNorm"},
                                                    {"swiglu", ""},
                                                    {"disable-bias-linear", ""},
                                                    {"untie-embeddings-and-output-weights", ""},
                                                    {"moe-layer-freq", "([0]*2+[1]*8)"},
                                                    {"num-experts", "288"},
                                                    {"moe-router-topk", "8"},
                                                    {"moe-ffn-hidden-size", "168"},
                                                    {"moe-shared-expert-intermediate-size", "168"},
                                                    {"lr", "0.0012"},
                                                    {"lr-decay-style", "WSD"},
                                                    {"global-batch-size", "64"},
                                                    {"micro-batch-size", "1"},
                                                    {"train-samples", "456788"},  // 3742000001 / 8192, rounded up
                                                    {"adam-beta1", "0.9"},
                                                    {"adam-beta2", "0.95"},
                                                    {"weight-decay", "0.1"},
                                                    {"clip-grad", "1.0"},
                                                    {"bf16", ""},
                                                    {"tensor-model-parallel-size", "2"},
                                                    {"pipeline-model-parallel-size", "5"},
                                                    {"expert-model-parallel-size", "8"},
                                                    {"sequence-parallel", ""}};
  CHECK(found == expected);
  CHECK_FALSE(
      arguments(io::write_megatron(io::parse_plan(with("\"n_shared_experts\": 1", "\"n_shared_experts\": 0")), {}))
          .count("moe-shared-expert-intermediate-size"));
}

TEST_CASE("plans that Megatron cannot run are refused by name") {
  CHECK_THROWS_WITH(io::write_megatron(io::parse_plan(text), {.tensor = 3}),
                    ContainsSubstring("n_heads must be divisible by the tensor-parallel size"));
  CHECK_THROWS_WITH(io::write_megatron(io::parse_plan(text), {.expert = 7}),
                    ContainsSubstring("n_experts must be divisible by the expert-parallel size"));
  CHECK_THROWS_WITH(io::write_megatron(io::parse_plan(text), {.pipeline = 3}),
                    ContainsSubstring("layers must be divisible by the pipeline-parallel size"));
  CHECK(arguments(io::write_megatron(io::parse_plan(text), {.tensor = 2})).count("expert-tensor-parallel-size") == 0);
  CHECK(arguments(io::write_megatron(io::parse_plan(text), {.tensor = 2, .expert_tensor = 1, .context = 4}))
            .at("expert-tensor-parallel-size") == "1");
  CHECK_THROWS_WITH(io::write_megatron(io::parse_plan(with("\"tokens\": 3742000001,", "")), {}),
                    ContainsSubstring("key 'tokens' of a plan must be present"));
}

TEST_CASE("the header that is written is the one that static/exported_plan.cpp compiles") {
  std::ifstream file(MOETRIC_SOURCE_DIR "/tests/static/exported_plan.hpp", std::ios::binary);
  std::ostringstream stored;
  stored << file.rdbuf();
  CHECK(io::write_cpp_header(io::parse_plan(text), "exported") == stored.str());
  CHECK_THROWS_WITH(io::write_cpp_header(io::parse_plan(text), "7b"), ContainsSubstring("must be a C++ identifier"));
  CHECK_THROWS_WITH(io::write_cpp_header(io::parse_plan(text), "a b"), ContainsSubstring("must be a C++ identifier"));
}
