// Model types whose layers are of kinds of their own. Totals are those of published checkpoints, or of the published
// classes on shapes; active ones are those without the experts that a token does not use.
#include <nlohmann/json.hpp>
#include <string>

#include "catch.hpp"
#include "config_edits.hpp"
#include "moetric/account/cache.hpp"
#include "moetric/account/conventions.hpp"
#include "moetric/account/flops.hpp"
#include "moetric/account/parameters.hpp"
#include "moetric/model/parallel.hpp"
#include "moetric/zoo/ernie.hpp"
#include "moetric/zoo/falcon_h1.hpp"
#include "moetric/zoo/gemma_3n.hpp"
#include "moetric/zoo/gemma_4.hpp"
#include "moetric/zoo/llama.hpp"
#include "moetric/zoo/moonshot.hpp"
#include "moetric/zoo/ouro.hpp"
#include "moetric/zoo/rwkv.hpp"
#include "moetric/zoo/zamba.hpp"

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

json rwkv7() {
  return json::parse(R"({"architectures": ["RWKV7ForCausalLM"], "model_type": "rwkv7", "hidden_size": 2048,
      "num_hidden_layers": 24, "head_dim": 64, "intermediate_size": 8192, "vocab_size": 65536, "a_low_rank_dim": 96,
      "v_low_rank_dim": 64, "gate_low_rank_dim": 256, "decay_low_rank_dim": 96, "norm_eps": 1e-05,
      "tie_word_embeddings": false, "norm_first": true, "attn_mode": "chunk", "hidden_act": "sqrelu"})");
}

json kimi_k3() {
  json config = json::parse(R"({"model_type": "kimi_linear", "architectures": ["KimiLinearForCausalLM"],
      "activation_situ_beta": 4.0, "activation_situ_linear_beta": 25.0, "attn_res_block_size": 12,
      "first_k_dense_replace": 1, "hidden_act": "situ", "hidden_size": 7168, "intermediate_size": 33792,
      "kv_lora_rank": 512, "latent_moe_use_norm": true, "mla_use_nope": true, "mla_use_output_gate": true,
      "moe_intermediate_size": 3072, "moe_layer_freq": 1, "moe_renormalize": true,
      "moe_router_activation_func": "sigmoid", "num_attention_heads": 96, "num_expert_group": 1, "num_experts": 896,
      "num_experts_per_token": 16, "num_hidden_layers": 93, "num_key_value_heads": 96, "num_nextn_predict_layers": 0,
      "num_shared_experts": 2, "q_lora_rank": 1536, "qk_nope_head_dim": 128, "qk_rope_head_dim": 64,
      "rms_norm_eps": 1e-05, "routed_expert_hidden_size": 3584, "routed_scaling_factor": 1.0,
      "tie_word_embeddings": false, "topk_group": 1, "topk_method": "noaux_tc", "use_grouped_topk": true,
      "v_head_dim": 128, "vocab_size": 163840})");
  json linear = json::parse(R"({"gate_lower_bound": -5.0, "head_dim": 128, "num_heads": 96,
      "short_conv_kernel_size": 4, "use_full_rank_gate": true})");
  for (int i = 1; i <= 93; ++i) linear[i % 4 == 0 || i == 93 ? "full_attn_layers" : "kda_layers"].push_back(i);
  config["linear_attn_config"] = linear;
  return config;
}

json llama_3_2_vision() {
  return json::parse(R"({"model_type": "mllama_text_model", "cross_attention_layers": [3, 8, 13, 18, 23, 28, 33, 38],
      "dropout": 0, "hidden_act": "silu", "hidden_size": 4096, "intermediate_size": 14336,
      "num_attention_heads": 32, "num_hidden_layers": 40, "num_key_value_heads": 8, "rms_norm_eps": 1e-05,
      "rope_theta": 500000.0, "tie_word_embeddings": false, "vocab_size": 128256})");
}

json zamba2() {
  json config = json::parse(R"({"model_type": "zamba2", "architectures": ["Zamba2ForCausalLM"], "adapter_rank": 128,
      "add_bias_linear": false, "attention_head_dim": 128, "attention_hidden_size": 4096, "chunk_size": 256,
      "ffn_hidden_size": 8192, "gated_linear_unit": true, "hidden_act": "gelu", "hidden_size": 2048,
      "hybrid_layer_ids": [5, 11, 17, 23, 29, 35], "intermediate_size": 8192, "mamba_d_conv": 4,
      "mamba_d_state": 128, "mamba_expand": 2, "mamba_headdim": 64, "mamba_ngroups": 1, "n_mamba_heads": 64,
      "num_attention_heads": 32, "num_hidden_layers": 38, "num_key_value_heads": 32, "num_mem_blocks": 1,
      "tie_word_embeddings": true, "use_conv_bias": true, "use_mem_rope": true,
      "use_shared_attention_adapter": true, "vocab_size": 32000})");
  for (int i = 0; i != 38; ++i) config["layers_block_type"].push_back(i % 6 == 5 ? "hybrid" : "mamba");
  return config;
}

json ouro() {
  return json::parse(R"({"model_type": "ouro", "architectures": ["OuroForCausalLM"], "early_exit_threshold": 1.0,
      "head_dim": 128, "hidden_act": "silu", "hidden_size": 2048, "intermediate_size": 5632,
      "max_position_embeddings": 65536, "num_attention_heads": 16, "num_hidden_layers": 48,
      "num_key_value_heads": 16, "sliding_window": null, "tie_word_embeddings": false, "total_ut_steps": 4,
      "use_sliding_window": false, "vocab_size": 49152})");
}

/// The defaults of the class, as transformers 5.16 writes them.
json axk2() {
  return json::parse(R"({"model_type": "axk2", "architectures": ["AXK2ForCausalLM"], "attention_bias": false,
      "first_k_dense_replace": 1, "gated_norm_rank": 16, "head_dim": 32, "hidden_act": "silu", "hidden_size": 2048,
      "index_head_dim": 128, "index_n_heads": 16, "index_topk": 2048, "intermediate_size": 5120,
      "kv_lora_rank": 128, "moe_intermediate_size": 512, "n_group": null, "n_routed_experts": 128,
      "n_shared_experts": 1, "norm_topk_prob": true, "num_attention_heads": 32, "num_experts_per_tok": 8,
      "num_hidden_layers": 48, "num_key_value_heads": 32, "q_lora_rank": 384, "qk_nope_head_dim": 64,
      "qk_rope_head_dim": 32, "routed_scaling_factor": 2.5, "tie_word_embeddings": false, "topk_group": null,
      "v_head_dim": 64, "vocab_size": 163840})");
}

/// The defaults of the class, as transformers 5.16 writes them.
json hrm_text() {
  return json::parse(R"({"model_type": "hrm_text", "architectures": ["HrmTextForCausalLM"], "H_cycles": 2,
      "L_bp_cycles": [2], "L_cycles": 3, "attention_bias": false, "embedding_scale": 50.0, "head_dim": 128,
      "hidden_act": "silu", "hidden_size": 1536, "intermediate_size": 4096, "mlp_bias": false,
      "num_attention_heads": 12, "num_hidden_layers": 128, "num_layers_per_stack": 16, "prefix_lm": true,
      "tie_word_embeddings": false, "vocab_size": 151808})");
}

/// The defaults of the class, as transformers 5.16 writes them.
json zaya() {
  return json::parse(R"({"model_type": "zaya", "architectures": ["ZayaForCausalLM"], "attention_bias": false,
      "cca_time0": 2, "cca_time1": 2, "head_dim": 128, "hidden_act": "silu", "hidden_size": 2048,
      "lm_head_bias": false, "moe_intermediate_size": 2048, "num_attention_heads": 8, "num_experts": 16,
      "num_experts_per_tok": 1, "num_hidden_layers": 40, "num_key_value_heads": 2, "router_hidden_size": 256,
      "sliding_window": null, "tie_word_embeddings": true, "vocab_size": 262272})");
}

json ernie_vl() {
  return json::parse(R"({"model_type": "ernie4_5_vl_moe_text", "hidden_act": "silu", "hidden_size": 2560,
      "intermediate_size": 12288, "moe_intermediate_size": [1536, 512], "moe_k": 6, "moe_norm_min": 1e-12,
      "moe_num_experts": 64, "moe_num_shared_experts": 2, "num_attention_heads": 20, "num_hidden_layers": 28,
      "num_key_value_heads": 4, "rms_norm_eps": 1e-05, "tie_word_embeddings": true, "use_bias": false,
      "vocab_size": 103424})");
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

TEST_CASE("RWKV-7 computes decay, rate, gate and mix of values in low ranks") {
  CHECK(read(rwkv7()) == zoo::rwkv_7_1_5b);
  CHECK(total(rwkv7()) == 1'527'404'544);  // the published class on shapes
  CHECK(total(with(rwkv7(), "v_low_rank_dim", 32)) == total(rwkv7()) - 23 * 2 * 2048 * 32);
  CHECK(total(with(rwkv7(), "tie_word_embeddings", true)) == total(rwkv7()) - 65536 * 2048);
  CHECK_THAT(refusal(without(rwkv7(), "decay_low_rank_dim")), ContainsSubstring("'decay_low_rank_dim'"));
  CHECK_THAT(refusal(with(rwkv7(), "norm_first", false)), ContainsSubstring("be true"));
  CHECK_THAT(refusal(with(rwkv7(), "num_heads", 16)), ContainsSubstring("be 'hidden_size' / 'head_dim'"));
  CHECK_THAT(refusal(with(rwkv7(), "attn", {{"layers", {0}}})), ContainsSubstring("layers of attention"));
}

TEST_CASE("Kimi-K3 reads by attention over depth, and routes in a latent width") {
  CHECK(read(kimi_k3()) == zoo::kimi_k3);
  parameter_counts const got = count_parameters(read(kimi_k3()));
  CHECK(got.total == 2'779'484'476'000);  // tensors of the checkpoint, without the tower
  CHECK(got.active == 105'364'017'760);
  CHECK(got.active_matmul == 104'175'432'704);  // 187 scores of earlier layers among them
  CHECK(forward_flops(read(kimi_k3()), {1}).per_token(term::residual_mixing) == 2 * 187 * 7168);
  CHECK(total(with(kimi_k3(), "latent_moe_use_norm", false)) == got.total - 92 * 3584);
  CHECK(total(with(kimi_k3(), "mla_use_output_gate", false)) == got.total - 24ULL * 7168 * 96 * 128);
  CHECK(total(without(with(kimi_k3(), "q_lora_rank", nullptr), "attn_res_block_size")) ==
        got.total - (93 * 4 + 2) * 7168 - 24ULL * ((7168 + 1) * 1536 + 1536 * 96 * 192) + 24ULL * 7168 * 96 * 192);
  CHECK_THAT(refusal(without(kimi_k3(), "attn_res_block_size")), ContainsSubstring("'q_lora_rank'"));
  CHECK_THAT(refusal(without(kimi_k3(), "routed_expert_hidden_size")), ContainsSubstring("'latent_moe_use_norm'"));
}

TEST_CASE("Llama 3.2 with images has layers that a text skips") {
  CHECK(read(llama_3_2_vision()) == zoo::llama_3_2_11b_vision);
  CHECK(total(llama_3_2_vision()) == 9'775'192'080);  // the published class, its text part
  CHECK_THAT(io::import_model_text(llama_3_2_vision().dump()).notes.at(0), ContainsSubstring("skips them"));
  CHECK_THAT(refusal(without(llama_3_2_vision(), "cross_attention_layers")), ContainsSubstring("be present"));
  CHECK_THAT(refusal(with(llama_3_2_vision(), "cross_attention_layers", {40})), ContainsSubstring("from 0 to 39"));
}

TEST_CASE("Zamba2 uses blocks of shared weights again") {
  CHECK(read(zamba2()) == zoo::zamba_2_1_2b);
  CHECK(total(zamba2()) == 1'215'064'704);  // safetensors
  CHECK(total(without(zamba2(), "hybrid_layer_ids")) == total(zamba2()));
  CHECK(total(without(zamba2(), "layers_block_type")) == total(zamba2()));
  // a second block of attention 14 d^2, feed-forward 12 d^2 and norms 3 d, used in turn
  CHECK(total(with(zamba2(), "num_mem_blocks", 2)) - total(zamba2()) == 26 * 2048 * 2048 + 3 * 2048);
  CHECK(forward_flops(read(with(zamba2(), "num_mem_blocks", 2)), {64}).per_sequence() ==
        forward_flops(read(zamba2()), {64}).per_sequence());
  CHECK(total(zamba2()) - total(with(zamba2(), "use_shared_attention_adapter", false)) == 6 * 3 * 2 * 4096 * 128);
  CHECK_THAT(refusal(with(zamba2(), "hybrid_layer_ids", {5})), ContainsSubstring("calls hybrid"));
  CHECK_THAT(refusal(with(zamba2(), "num_mem_blocks", 7)), ContainsSubstring("got 7 and 6"));
  CHECK_THAT(refusal(with(zamba2(), "mamba_headdim", 32)), ContainsSubstring("'mamba_headdim'"));
}

TEST_CASE("Ouro passes through its layers several times") {
  CHECK(read(ouro()) == zoo::ouro_2_6b);
  CHECK(total(ouro()) == 2'667'974'657);  // safetensors
  CHECK(total(with(ouro(), "total_ut_steps", 1)) == total(ouro()));
  CHECK(read(with(ouro(), "num_hidden_layers", 24)) == zoo::ouro_1_4b);
  CHECK_THAT(refusal(without(ouro(), "total_ut_steps")), ContainsSubstring("'total_ut_steps'"));
  CHECK_THAT(refusal(with(ouro(), "use_sliding_window", true)), ContainsSubstring("be false"));
}

// The shapes of modeling_axk2.py: q_a_proj, q_a_layernorm, q_gate_proj, kv_a_proj_with_mqa, kv_a_layernorm, kv_b_proj,
// o_proj; the indexer's wq_b, wk, k_norm, weights_proj; norms with fc1 and fc2; gate, experts, shared experts.
TEST_CASE("A.X K2 gates its norms, and its attention from the latent query before and after its norm") {
  constexpr std::uint64_t d = 2048, norm = d, gated_norm = d + 2 * 16 * d;
  constexpr std::uint64_t attention = 384 * d + 384 + 32 * (96 + 64) * 768 + (128 + 32) * d + 128 + 32 * 128 * 128 +
                                      d * 32 * 64 + 16 * 128 * 384 + 128 * d + 2 * 128 + 16 * d;
  constexpr std::uint64_t dense = gated_norm + attention + norm + 3 * 5120 * d;
  constexpr std::uint64_t expert = 3 * 512 * d;
  constexpr std::uint64_t sparse = 2 * gated_norm + attention + 128 * d + 128 + 129 * expert;
  constexpr std::uint64_t all = 2 * 163840 * d + d + dense + 47 * sparse;
  STATIC_REQUIRE(all == 20'314'500'992);
  CHECK(total(axk2()) == all);
  CHECK(active_parameters(read(axk2())) == all - 47 * 120 * expert);
  CHECK(total(with(axk2(), "gated_norm_rank", 17)) == all + (1 + 2 * 47) * 2 * d);
  CHECK(total(with(axk2(), {{"n_group", 8}, {"topk_group", 4}})) == all);
  json named = without(axk2(), "first_k_dense_replace");
  for (int i = 0; i != 48; ++i) {
    named["layer_types"].push_back("deepseek_sparse_attention");
    named["mlp_layer_types"].push_back(i == 0 ? "dense" : "sparse");
  }
  CHECK(read(named) == read(axk2()));
  CHECK_THAT(refusal(with(axk2(), "q_lora_rank", nullptr)), ContainsSubstring("'q_lora_rank'"));
  CHECK_THAT(refusal(without(axk2(), "gated_norm_rank")), ContainsSubstring("'gated_norm_rank'"));
  CHECK_THAT(refusal(with(axk2(), "num_nextn_predict_layers", 1)), ContainsSubstring("'num_nextn_predict_layers'"));
  CHECK_FALSE(covers(find_convention("megatron-lm"), read(axk2()), "axk2"));
}

// The shapes of modeling_hrm_text.py: L_module and H_module of 16 layers with five projections of attention, three of
// the feed-forward and no weights in norms; z_L_init.
TEST_CASE("HRM-Text runs a low stack six times and a high stack twice") {
  constexpr std::uint64_t layer = 5 * 1536 * 1536 + 3 * 1536 * 4096;
  constexpr std::uint64_t embedding = 151808 * 1536;
  CHECK(total(hrm_text()) == 2 * embedding + 2 * 16 * layer + 1536);
  CHECK(count_parameters(read(hrm_text())).active_matmul == embedding + (6 + 2) * 16 * layer);
  CHECK(kv_cache_bytes_per_token(read(hrm_text())) == 128 * 2 * 1536 * 2);  // "one slot per attention invocation"
  json const first = without(with(hrm_text(), "num_hidden_layers", 16), "num_layers_per_stack");
  CHECK(read(first) == read(hrm_text()));
  CHECK(read(without(without(first, "H_cycles"), "L_cycles")) == read(hrm_text()));
  CHECK(total(with(first, "L_cycles", 1)) == total(hrm_text()));
  CHECK_THAT(io::import_model_text(first.dump()).notes.at(0), ContainsSubstring("run 6 and 2 times"));
  CHECK_THAT(refusal(with(hrm_text(), "num_hidden_layers", 64)), ContainsSubstring("'num_layers_per_stack' x"));
  CHECK_THAT(refusal(with(hrm_text(), "attention_bias", true)), ContainsSubstring("be false"));
  CHECK_THAT(refusal(with(hrm_text(), "num_key_value_heads", 4)), ContainsSubstring("the class has no other"));
}

// The shapes of modeling_zaya.py: q_proj, k_proj, two v_proj, o_proj, conv_qk_depthwise and conv_qk_grouped with
// biases, temp; the router's down_proj, norm, fc1, fc2, out_proj, balancing_biases and, but for the first layer,
// router_states_scale; four scales and biases after attention and after the experts.
TEST_CASE("ZAYA convolves queries and keys, and sends tokens to one expert or none by a network") {
  constexpr std::uint64_t d = 2048, q = 8 * 128, kv = 2 * 128, channels = q + kv, r = 256;
  constexpr std::uint64_t taps = channels * 2 + channels * 128 * 2;
  constexpr std::uint64_t attention = d * q + 2 * d * kv + q * d + taps + 2 * channels + 2;
  constexpr std::uint64_t router = d * r + r + r + 2 * (r * r + r) + r * 17 + 17;
  constexpr std::uint64_t expert = 3 * 2048 * d;
  constexpr std::uint64_t layer = attention + router + 16 * expert + 2 * d + 8 * d;
  CHECK(total(zaya()) == 262272 * d + 2 * d + d + 40 * layer + 39 * r);
  CHECK(total(zaya()) == 8'840'489'464);  // the published class on shapes
  model const m = read(zaya());
  // In the mean 16 of 17 choices are experts; scores and values of one token, and the convolutions
  CHECK(count_parameters(m).active_matmul ==
        262272 * d + 40 * (2 * d * q + 2 * d * kv + router - 4 * r - 17) + 40 * 3 * (2048 * d * 16 / 17));
  CHECK(forward_flops(m, {.length = 64}).per_token(term::convolution) == 40 * 2 * taps);
  CHECK(forward_flops(m, {.length = 64}).per_token(term::attention_core) == 40 * 2 * q * 64);
  CHECK(kv_cache_bytes_per_token(m) == 40 * 2 * 2 * kv);
  // conv_states of two tokens, recurrent_states of half a value
  CHECK(recurrent_state_bytes(m) == 40 * 2 * (2 * channels + kv / 2));
  CHECK(diagnose(m, {.tensor = 2}).violations.empty());
  CHECK_FALSE(diagnose(m, {.tensor = 4}).violations.empty());  // two key-value heads
  json named = with(zaya(), "sliding_window", 512);
  for (int i = 0; i != 40; ++i) named["layer_types"].push_back(i % 2 == 0 ? "hybrid" : "hybrid_sliding");
  CHECK(total(named) == total(zaya()));
  CHECK(cache_size_of(read(named), {}).growing_bytes_per_token == 20 * 2 * 2 * kv);
  CHECK(total(with(zaya(), "attention_bias", true)) == total(zaya()) + 40 * (q + 2 * kv + d));
  CHECK_THAT(refusal(with(named, "sliding_window", nullptr)), ContainsSubstring("'sliding_window'"));
  CHECK_THAT(refusal(with(zaya(), "num_experts_per_tok", 2)), ContainsSubstring("'num_experts_per_tok'"));
}

TEST_CASE("ERNIE-4.5-VL has experts for texts and others for images") {
  CHECK(read(ernie_vl()) == zoo::ernie_4_5_vl_28b_a3b);
  // The published class on shapes: ERNIE-4.5-21B-A3B's 21,825,437,888 and, in 27 layers, 64 experts of 512 with a
  // router and its bias
  CHECK(total(ernie_vl()) == 21'825'437'888 + 27ULL * (64 * 3 * 2560 * 512 + 64 * 2560 + 64));
  model m = read(ernie_vl());
  // A token of a text uses what it uses in ERNIE-4.5-21B-A3B
  CHECK(active_parameters(m) == active_parameters(zoo::ernie_4_5_21b_a3b));
  CHECK(forward_flops(m, {64}).per_sequence() == forward_flops(zoo::ernie_4_5_21b_a3b, {64}).per_sequence());
  for (std::size_t i = 0; i != m.layers.ffns.size(); ++i)
    if (auto* const moe = m.layers.ffns[i].get_if<experts<>>()) moe->of_image_token = true;
  // six experts of 512 instead of 1536
  CHECK(active_parameters(m) == active_parameters(read(ernie_vl())) - 27ULL * 6 * 3 * 2560 * 1024);
  json const flat = with(ernie_vl(), {{"model_type", "ernie4_5_moe_vl"},
                                      {"architectures", {"Ernie4_5_VLMoeForConditionalGeneration"}},
                                      {"moe_num_experts", {64, 64}},
                                      {"moe_layer_start_index", {1, 1}},
                                      {"moe_layer_end_index", {29, 28}},
                                      {"moe_layer_interval", 1},
                                      {"vision_config", {{"depth", 32}}}});
  CHECK(read(flat) == zoo::ernie_4_5_vl_28b_a3b);
  CHECK_THAT(refusal(with(flat, "moe_layer_start_index", {1, 2})), ContainsSubstring("the same for texts and images"));
  CHECK_THAT(refusal(with(ernie_vl(), "moe_intermediate_size", {1536})), ContainsSubstring("holds 1"));
  CHECK_THAT(refusal(with(ernie_vl(), "moe_num_experts", {64, 4})), ContainsSubstring("not exceed 'moe_num_experts'"));
}
