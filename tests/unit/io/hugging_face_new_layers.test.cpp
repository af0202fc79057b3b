// Model types whose layers are of kinds of their own. Totals are those of published checkpoints, or of the published
// classes on shapes; active ones are those without the experts that a token does not use.
#include <nlohmann/json.hpp>
#include <string>

#include "catch.hpp"
#include "config_edits.hpp"
#include "moetric/account/cache.hpp"
#include "moetric/account/parameters.hpp"
#include "moetric/zoo/falcon_h1.hpp"
#include "moetric/zoo/gemma_3n.hpp"
#include "moetric/zoo/gemma_4.hpp"

using namespace moetric;
using Catch::Matchers::ContainsSubstring;
using nlohmann::json;

namespace {

model read(json const& config) {
  return io::parse_model(config.dump());
}
count total(json const& config) {
  return total_parameters(read(config));
}

json falcon_h1() {
  return json::parse(R"({"architectures": ["FalconH1ForCausalLM"], "attention_bias": false, "attention_dropout": 0.0,
      "hidden_act": "silu", "head_dim": 64, "hidden_size": 1024, "intermediate_size": 2048, "mamba_chunk_size": 256,
      "mamba_conv_bias": true, "mamba_d_conv": 4, "mamba_d_head": 64, "mamba_d_ssm": 1536, "mamba_d_state": 128,
      "mamba_expand": 2, "mamba_n_groups": 1, "mamba_n_heads": 24, "mamba_norm_before_gate": false,
      "mamba_proj_bias": false, "mamba_rms_norm": false, "mamba_use_mlp": true, "mlp_bias": false,
      "mlp_expansion_factor": 8, "model_type": "falcon_h1", "num_attention_heads": 8, "num_hidden_layers": 36,
      "num_key_value_heads": 2, "projectors_bias": false, "rms_norm_eps": 1e-05, "tie_word_embeddings": false,
      "vocab_size": 32784})");
}

json gemma_3n() {
  json config = json::parse(R"({"architectures": ["Gemma3nForCausalLM"], "model_type": "gemma3n_text",
      "altup_active_idx": 0, "altup_coef_clip": 120.0, "altup_correct_scale": true, "altup_lr_multiplier": 1.0,
      "altup_num_inputs": 4, "attention_bias": false, "final_logit_softcapping": 30.0, "head_dim": 256,
      "hidden_activation": "gelu_pytorch_tanh", "hidden_size": 2048, "hidden_size_per_layer_input": 256,
      "laurel_rank": 64, "max_position_embeddings": 32768, "num_attention_heads": 8, "num_hidden_layers": 30,
      "num_key_value_heads": 2, "num_kv_shared_layers": 10, "rms_norm_eps": 1e-06, "rope_local_base_freq": 10000.0,
      "rope_theta": 1000000.0, "sliding_window": 512, "vocab_size": 262400, "vocab_size_per_layer_input": 262144})");
  for (int i = 0; i != 30; ++i) {
    config["layer_types"].push_back(i % 5 == 4 ? "full_attention" : "sliding_attention");
    config["intermediate_size"].push_back(8192);
    config["activation_sparsity_pattern"].push_back(i < 10 ? .95 : 0.);
  }
  return config;
}

json gemma_4_e2b() {
  json config = json::parse(R"({"model_type": "gemma4_text", "attention_bias": false, "attention_k_eq_v": false,
      "enable_moe_block": false, "expert_intermediate_size": null, "final_logit_softcapping": 30.0,
      "global_head_dim": 512, "head_dim": 256, "hidden_activation": "gelu_pytorch_tanh", "hidden_size": 1536,
      "hidden_size_per_layer_input": 256, "intermediate_size": 6144, "num_attention_heads": 8, "num_experts": null,
      "num_global_key_value_heads": null, "num_hidden_layers": 35, "num_key_value_heads": 1,
      "num_kv_shared_layers": 20, "sliding_window": 512, "tie_word_embeddings": true, "top_k_experts": null,
      "use_bidirectional_attention": null, "use_double_wide_mlp": true, "vocab_size": 262144,
      "vocab_size_per_layer_input": 262144})");
  for (int i = 0; i != 35; ++i) config["layer_types"].push_back(i % 5 == 4 ? "full_attention" : "sliding_attention");
  return config;
}

}  // namespace

TEST_CASE("Falcon-H1 has attention and Mamba-2 in every layer") {
  CHECK(read(falcon_h1()) == zoo::falcon_h1_0_5b);
  CHECK(total(falcon_h1()) == 521'411'104);
  CHECK(total(with(falcon_h1(), "mamba_rms_norm", true)) - total(falcon_h1()) == 36 * 1536);
  CHECK(total(with(falcon_h1(), {{"mamba_d_head", "auto"}})) == total(falcon_h1()));
  // expand x hidden_size = 2048 channels instead of 1536, in 32 heads
  count const wider = total(with(without(falcon_h1(), "mamba_d_ssm"), "mamba_n_heads", 32));
  CHECK(wider - total(falcon_h1()) == 36 * (1024 * (2 * 512 + 8) + 512 * 5 + 3 * 8 + 512 * 1024));
  CHECK(total(with(falcon_h1(), "mlp_bias", true)) - total(falcon_h1()) == 36 * (2 * 2048 + 1024));
  CHECK_THAT(refusal(with(falcon_h1(), "mamba_d_head", 32)), ContainsSubstring("be 'mamba_d_ssm' / 'mamba_n_heads'"));
  CHECK_THAT(refusal(with(falcon_h1(), "projectors_bias", true)), ContainsSubstring("be false"));
  CHECK_THAT(refusal(with(falcon_h1(), "mamba_n_heads", 7)), ContainsSubstring("divisible by 'mamba_n_heads'"));
}

TEST_CASE("Gemma 3n has embeddings of each layer, four streams and shared keys and values") {
  CHECK(read(gemma_3n()) == zoo::gemma_3n_e2b);
  // The published class on shapes; Google calls it 2B effective
  parameter_counts const got = count_parameters(read(gemma_3n()));
  CHECK(got.total == 4'456'156'768);
  CHECK(got.effective == got.total - 262144ULL * 30 * 256);
  // Ten layers store keys, values and the keys' norm, and use none
  CHECK(got.active == got.total - 10 * (2 * 2048 * 512 + 256));
  // 20 layers cache; 16 of them 512 tokens: 2 heads of 256, keys and values, bf16
  CHECK(kv_cache_bytes_per_token(read(gemma_3n())) == 20 * 2 * 2 * 2 * 256);
  CHECK(cache_size_of(read(gemma_3n()), {}).growing_bytes_per_token == 4 * 2 * 2 * 2 * 256);
  CHECK(total(with(gemma_3n(), "intermediate_size", 8192)) == got.total);
  CHECK(total(with(gemma_3n(), "laurel_rank", 32)) == got.total - 30 * 2 * 2048 * 32);
  CHECK(total(with(gemma_3n(), "num_kv_shared_layers", 0)) == got.total);
  CHECK_THAT(refusal(with(gemma_3n(), "num_kv_shared_layers", 28)), ContainsSubstring("leave a layer of each kind"));
  CHECK_THAT(refusal(with(gemma_3n(), "intermediate_size", {8192})), ContainsSubstring("'num_hidden_layers' items"));
}

TEST_CASE("small models of Gemma 4 have embeddings of each layer and shared keys and values") {
  CHECK(read(gemma_4_e2b()) == zoo::gemma_4_e2b);
  parameter_counts const got = count_parameters(read(gemma_4_e2b()));
  CHECK(got.total == 4'628'569'379);                         // the published class on shapes
  CHECK(got.effective == got.total - 262144ULL * 35 * 256);  // "2.3B effective"
  CHECK(got.active == got.total);
  // 12 layers of 256 and 3 of 512 cache keys and values
  CHECK(kv_cache_bytes_per_token(read(gemma_4_e2b())) == 2 * 2 * (12 * 256 + 3 * 512));
  // 20 feed-forwards of half the width
  CHECK(total(with(gemma_4_e2b(), "use_double_wide_mlp", false)) == got.total - 20ULL * 3 * 1536 * 6144);
  // keys, values and the keys' norm of 16 layers of 256 and 4 of 512
  CHECK(total(with(gemma_4_e2b(), {{"num_kv_shared_layers", 0}})) ==
        got.total - 20ULL * 3 * 1536 * 6144 + 16 * (2 * 1536 * 256 + 256) + 4 * (2 * 1536 * 512 + 512));
  CHECK(total(with(gemma_4_e2b(), "hidden_size_per_layer_input", 0)) ==
        got.total - 262144ULL * 35 * 256 - 1536 * 35 * 256 - 256 - 35 * (2 * 1536 * 256 + 1536));
}
