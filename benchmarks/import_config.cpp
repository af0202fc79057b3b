// From the text of a config.json to a model.
#include <benchmark/benchmark.h>

#include "moetric/io/hugging_face.hpp"

namespace {

/// The sizes in DeepSeek-V3's config.json.
constexpr char const* config = R"({
  "model_type": "deepseek_v3", "hidden_size": 7168, "intermediate_size": 18432, "moe_intermediate_size": 2048,
  "num_hidden_layers": 61, "first_k_dense_replace": 3, "moe_layer_freq": 1, "num_attention_heads": 128,
  "num_key_value_heads": 128, "n_routed_experts": 256, "num_experts_per_tok": 8, "n_shared_experts": 1, "n_group": 8,
  "topk_group": 4, "topk_method": "noaux_tc", "scoring_func": "sigmoid", "routed_scaling_factor": 2.5,
  "q_lora_rank": 1536, "kv_lora_rank": 512, "qk_nope_head_dim": 128, "qk_rope_head_dim": 64, "v_head_dim": 128,
  "num_nextn_predict_layers": 1, "vocab_size": 129280, "max_position_embeddings": 163840, "rope_theta": 10000,
  "rms_norm_eps": 1e-06, "hidden_act": "silu", "attention_bias": false, "tie_word_embeddings": false})";

void import(benchmark::State& state) {
  for (auto _ : state) {
    moetric::model const m = moetric::io::parse_model(config);
    benchmark::DoNotOptimize(&m);
  }
}
BENCHMARK(import)->Name("import of a config.json");

}  // namespace
