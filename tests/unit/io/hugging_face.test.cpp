// config.json of Hugging Face transformers: published models, hostile input, and what each key changes.
#include <algorithm>
#include <cmath>
#include <iterator>
#include <string>
#include <string_view>
#include <utility>

#include <nlohmann/json.hpp>

#include "catch.hpp"
#include "moetric/account/cache.hpp"
#include "moetric/account/flops.hpp"
#include "moetric/account/parameters.hpp"
#include "moetric/io/hugging_face.hpp"
#include "moetric/io/hugging_face/key_rules.hpp"
#include "moetric/zoo/catalogue.hpp"
#include "published_configs.hpp"

using namespace moetric;
using Catch::Matchers::ContainsSubstring;
using nlohmann::json;

namespace {

/// A published model: the keys of its config.json that matter, and what was published about it.
struct published {
  char const* name;
  char const* config;
  std::uint64_t total;
  double active_billions;  // as its publisher rounds it; 0 for dense models
};

// Totals: safetensors metadata on the Hub and models.json, which counts independently of this
// library; DeepSeek-V3 and Moonlight without MTP and rotary buffers, Kimi-K2 as the sum of its tensors' shapes without
// quantisation scales. Active: the model cards. A red row means that an import no longer gives the published model.
constexpr published models[] = {
    {"Llama-2-7B", R"({"model_type": "llama", "architectures": ["LlamaForCausalLM"], "hidden_act": "silu",
      "hidden_size": 4096, "intermediate_size": 11008, "num_hidden_layers": 32, "num_attention_heads": 32,
      "vocab_size": 32000, "tie_word_embeddings": false, "pretraining_tp": 1, "max_position_embeddings": 2048})",
     6738415616, 0},
    {"CodeLlama-7B", R"({"model_type": "llama", "hidden_size": 4096, "intermediate_size": 11008,
      "num_hidden_layers": 32, "num_attention_heads": 32, "num_key_value_heads": 32, "vocab_size": 32016,
      "rope_theta": 1000000, "rope_scaling": null})",
     6738546688, 0},
    {"Llama-3.1-405B", R"({"model_type": "llama", "attention_bias": false, "mlp_bias": false, "hidden_size": 16384,
      "intermediate_size": 53248, "num_hidden_layers": 126, "num_attention_heads": 128, "num_key_value_heads": 8,
      "vocab_size": 128256, "rope_scaling": {"factor": 8.0, "low_freq_factor": 1.0, "rope_type": "llama3"}})",
     405853388800, 0},
    {"Llama-3.2-1B", R"({"model_type": "llama", "head_dim": 64, "hidden_size": 2048, "intermediate_size": 8192,
      "num_hidden_layers": 16, "num_attention_heads": 32, "num_key_value_heads": 8, "vocab_size": 128256,
      "tie_word_embeddings": true})",
     1235814400, 0},
    {"TinyLlama-1.1B", R"({"model_type": "llama", "hidden_size": 2048, "intermediate_size": 5632,
      "num_hidden_layers": 22, "num_attention_heads": 32, "num_key_value_heads": 4, "vocab_size": 32000})",
     1100048384, 0},
    {"Mistral-7B-v0.1", R"({"model_type": "mistral", "hidden_size": 4096, "intermediate_size": 14336,
      "num_hidden_layers": 32, "num_attention_heads": 32, "num_key_value_heads": 8, "vocab_size": 32000,
      "sliding_window": 4096})",
     7241732096, 0},
    {"Mistral-7B-v0.3", R"({"model_type": "mistral", "hidden_size": 4096, "intermediate_size": 14336,
      "num_hidden_layers": 32, "num_attention_heads": 32, "num_key_value_heads": 8, "vocab_size": 32768,
      "sliding_window": null})",
     7248023552, 0},
    {"Mistral-Nemo-12B", R"({"model_type": "mistral", "head_dim": 128, "hidden_size": 5120, "intermediate_size": 14336,
      "num_hidden_layers": 40, "num_attention_heads": 32, "num_key_value_heads": 8, "vocab_size": 131072,
      "sliding_window": null})",
     12247782400, 0},
    {"Mistral-Small-24B-2501", R"({"model_type": "mistral", "head_dim": 128, "hidden_size": 5120,
      "intermediate_size": 32768, "num_hidden_layers": 40, "num_attention_heads": 32, "num_key_value_heads": 8,
      "vocab_size": 131072, "sliding_window": null})",
     23572403200, 0},
    {"Ministral-8B-2410", R"({"model_type": "mistral", "head_dim": 128, "hidden_size": 4096,
      "intermediate_size": 12288, "num_hidden_layers": 36, "num_attention_heads": 32, "num_key_value_heads": 8,
      "vocab_size": 131072, "sliding_window": 32768})",
     8019808256, 0},
    {"Qwen2.5-0.5B", R"({"model_type": "qwen2", "hidden_size": 896, "intermediate_size": 4864, "max_window_layers": 24,
      "num_hidden_layers": 24, "num_attention_heads": 14, "num_key_value_heads": 2, "vocab_size": 151936,
      "sliding_window": 32768, "use_sliding_window": false, "use_mrope": false, "tie_word_embeddings": true})",
     494032768, 0},
    {"Qwen2.5-32B", R"({"model_type": "qwen2", "hidden_size": 5120, "intermediate_size": 27648,
      "max_window_layers": 64, "num_hidden_layers": 64, "num_attention_heads": 40, "num_key_value_heads": 8,
      "vocab_size": 152064, "sliding_window": 131072, "use_sliding_window": false})",
     32763876352, 0},
    {"Qwen3-0.6B", R"({"model_type": "qwen3", "head_dim": 128, "hidden_size": 1024, "intermediate_size": 3072,
      "max_window_layers": 28, "num_hidden_layers": 28, "num_attention_heads": 16, "num_key_value_heads": 8,
      "vocab_size": 151936, "sliding_window": null, "use_sliding_window": false, "tie_word_embeddings": true})",
     596049920, 0},
    {"Qwen3-8B", R"({"model_type": "qwen3", "head_dim": 128, "hidden_size": 4096, "intermediate_size": 12288,
      "num_hidden_layers": 36, "num_attention_heads": 32, "num_key_value_heads": 8, "vocab_size": 151936,
      "attention_bias": false})",
     8190735360, 0},
    {"OLMo-2-7B", R"({"model_type": "olmo2", "hidden_size": 4096, "intermediate_size": 11008, "num_hidden_layers": 32,
      "num_attention_heads": 32, "num_key_value_heads": 32, "vocab_size": 100352, "attention_bias": false})",
     7298617344, 0},
    {"Phi-4", R"({"model_type": "phi3", "hidden_size": 5120, "intermediate_size": 17920, "num_hidden_layers": 40,
      "num_attention_heads": 40, "num_key_value_heads": 10, "vocab_size": 100352, "sliding_window": null,
      "embd_pdrop": 0.0, "original_max_position_embeddings": 16384})",
     14659507200, 0},
    {"Phi-4-mini", R"({"model_type": "phi3", "hidden_size": 3072, "intermediate_size": 8192, "num_hidden_layers": 32,
      "num_attention_heads": 24, "num_key_value_heads": 8, "vocab_size": 200064, "sliding_window": 262144,
      "full_attn_mod": 1, "interpolate_factor": 1, "lm_head_bias": false, "mlp_bias": false,
      "partial_rotary_factor": 0.75, "tie_word_embeddings": true})",
     3836021760, 0},
    {"SmolLM3-3B", R"({"model_type": "smollm3", "hidden_size": 2048, "intermediate_size": 11008,
      "num_hidden_layers": 36, "num_attention_heads": 16, "num_key_value_heads": 4, "vocab_size": 128256,
      "max_window_layers": 28, "no_rope_layer_interval": 4, "no_rope_layers": [1, 1, 1, 0], "pretraining_tp": 2,
      "sliding_window": null, "use_sliding_window": false})",
     3075098624, 0},
    {"Mixtral-8x7B", R"({"model_type": "mixtral", "hidden_size": 4096, "intermediate_size": 14336,
      "num_hidden_layers": 32, "num_attention_heads": 32, "num_key_value_heads": 8, "vocab_size": 32000,
      "num_local_experts": 8, "num_experts_per_tok": 2, "router_aux_loss_coef": 0.02, "sliding_window": null})",
     46702792704, 12.9},
    {"Mixtral-8x22B", R"({"model_type": "mixtral", "hidden_size": 6144, "intermediate_size": 16384,
      "num_hidden_layers": 56, "num_attention_heads": 48, "num_key_value_heads": 8, "vocab_size": 32000,
      "num_local_experts": 8, "num_experts_per_tok": 2, "sliding_window": null})",
     140620634112, 39},
    {"Qwen1.5-MoE-A2.7B", R"({"model_type": "qwen2_moe", "hidden_size": 2048, "intermediate_size": 5632,
      "moe_intermediate_size": 1408, "shared_expert_intermediate_size": 5632, "num_experts": 60,
      "num_experts_per_tok": 4, "decoder_sparse_step": 1, "norm_topk_prob": false, "num_hidden_layers": 24,
      "num_attention_heads": 16, "num_key_value_heads": 16, "vocab_size": 151936, "max_window_layers": 21,
      "sliding_window": 32768, "use_sliding_window": false, "output_router_logits": false})",
     14315784192, 2.7},
    {"Qwen2-57B-A14B", R"({"model_type": "qwen2_moe", "hidden_size": 3584, "intermediate_size": 18944,
      "moe_intermediate_size": 2560, "shared_expert_intermediate_size": 20480, "num_experts": 64,
      "num_experts_per_tok": 8, "decoder_sparse_step": 1, "num_hidden_layers": 28, "num_attention_heads": 28,
      "num_key_value_heads": 4, "vocab_size": 151936, "max_window_layers": 28, "sliding_window": 65536,
      "use_sliding_window": false})",
     57408658944, 14},
    {"Qwen3-30B-A3B", R"({"model_type": "qwen3_moe", "head_dim": 128, "hidden_size": 2048, "intermediate_size": 6144,
      "moe_intermediate_size": 768, "num_experts": 128, "num_experts_per_tok": 8, "decoder_sparse_step": 1,
      "mlp_only_layers": [], "num_hidden_layers": 48, "num_attention_heads": 32, "num_key_value_heads": 4,
      "vocab_size": 151936, "max_window_layers": 48, "sliding_window": null, "use_sliding_window": false})",
     30532122624, 3.3},
    {"Qwen3-235B-A22B", R"({"model_type": "qwen3_moe", "head_dim": 128, "hidden_size": 4096,
      "intermediate_size": 12288, "moe_intermediate_size": 1536, "num_experts": 128, "num_experts_per_tok": 8,
      "num_hidden_layers": 94, "num_attention_heads": 64, "num_key_value_heads": 4, "vocab_size": 151936})",
     235093634560, 22},
    {"Qwen3-Coder-480B-A35B", R"({"model_type": "qwen3_moe", "head_dim": 128, "hidden_size": 6144,
      "intermediate_size": 8192, "moe_intermediate_size": 2560, "num_experts": 160, "num_experts_per_tok": 8,
      "num_hidden_layers": 62, "num_attention_heads": 96, "num_key_value_heads": 8, "vocab_size": 151936,
      "qkv_bias": false, "use_qk_norm": true, "shared_expert_intermediate_size": 0})",
     480154875392, 35},
    {"OLMoE-1B-7B", R"({"model_type": "olmoe", "hidden_size": 2048, "intermediate_size": 1024,
      "num_hidden_layers": 16, "num_attention_heads": 16, "num_key_value_heads": 16, "num_experts": 64,
      "num_experts_per_tok": 8, "vocab_size": 50304, "clip_qkv": null, "attention_bias": false})",
     6919161856, 1.3},
    {"DeepSeek-V2-Lite", R"({"model_type": "deepseek_v2", "hidden_size": 2048, "intermediate_size": 10944,
      "moe_intermediate_size": 1408, "n_routed_experts": 64, "n_shared_experts": 2, "num_experts_per_tok": 6,
      "first_k_dense_replace": 1, "moe_layer_freq": 1, "num_hidden_layers": 27, "num_attention_heads": 16,
      "num_key_value_heads": 16, "q_lora_rank": null, "kv_lora_rank": 512, "qk_nope_head_dim": 128,
      "qk_rope_head_dim": 64, "v_head_dim": 128, "topk_method": "greedy", "n_group": 1, "topk_group": 1,
      "aux_loss_alpha": 0.001, "seq_aux": true, "scoring_func": "softmax", "ep_size": 1, "vocab_size": 102400})",
     15706484224, 2.66},
    {"DeepSeek-V2", R"({"model_type": "deepseek_v2", "hidden_size": 5120, "intermediate_size": 12288,
      "moe_intermediate_size": 1536, "n_routed_experts": 160, "n_shared_experts": 2, "num_experts_per_tok": 6,
      "first_k_dense_replace": 1, "moe_layer_freq": 1, "num_hidden_layers": 60, "num_attention_heads": 128,
      "num_key_value_heads": 128, "q_lora_rank": 1536, "kv_lora_rank": 512, "qk_nope_head_dim": 128,
      "qk_rope_head_dim": 64, "v_head_dim": 128, "topk_method": "group_limited_greedy", "n_group": 8,
      "topk_group": 3, "routed_scaling_factor": 16.0, "vocab_size": 102400})",
     235741434880, 21},
    {"DeepSeek-V3", R"({"model_type": "deepseek_v3", "hidden_size": 7168, "intermediate_size": 18432,
      "moe_intermediate_size": 2048, "n_routed_experts": 256, "n_shared_experts": 1, "num_experts_per_tok": 8,
      "first_k_dense_replace": 3, "moe_layer_freq": 1, "num_hidden_layers": 61, "num_attention_heads": 128,
      "num_key_value_heads": 128, "q_lora_rank": 1536, "kv_lora_rank": 512, "qk_nope_head_dim": 128,
      "qk_rope_head_dim": 64, "v_head_dim": 128, "topk_method": "noaux_tc", "num_nextn_predict_layers": 1,
      "quantization_config": {"quant_method": "fp8", "weight_block_size": [128, 128]}, "vocab_size": 129280})",
     671026419200, 37},
    {"Moonlight-16B-A3B", R"({"model_type": "deepseek_v3", "hidden_size": 2048, "intermediate_size": 11264,
      "moe_intermediate_size": 1408, "n_routed_experts": 64, "n_shared_experts": 2, "num_experts_per_tok": 6,
      "first_k_dense_replace": 1, "moe_layer_freq": 1, "num_hidden_layers": 27, "num_attention_heads": 16,
      "num_key_value_heads": 16, "q_lora_rank": null, "kv_lora_rank": 512, "qk_nope_head_dim": 128,
      "qk_rope_head_dim": 64, "v_head_dim": 128, "topk_method": "noaux_tc", "vocab_size": 163840})",
     15960110208, 2.9},
    {"Kimi-K2", R"({"model_type": "kimi_k2", "hidden_size": 7168, "intermediate_size": 18432,
      "moe_intermediate_size": 2048, "n_routed_experts": 384, "n_shared_experts": 1, "num_experts_per_tok": 8,
      "first_k_dense_replace": 1, "moe_layer_freq": 1, "num_hidden_layers": 61, "num_attention_heads": 64,
      "num_key_value_heads": 64, "q_lora_rank": 1536, "kv_lora_rank": 512, "qk_nope_head_dim": 128,
      "qk_rope_head_dim": 64, "v_head_dim": 128, "topk_method": "noaux_tc", "n_group": 1, "topk_group": 1,
      "num_nextn_predict_layers": 0, "vocab_size": 163840})",
     1026408232448, 32.9},
};

/// A published model of a family with layers of its own kind: all counts of models.json, which counts
/// independently of this library. Modules of multi-token prediction are 0 where no key of the file names them.
/// What models.json does not have is checked against published totals below.
struct counted {
  char const* name;
  char const* config;
  std::uint64_t total;
  std::uint64_t active;
  std::uint64_t mtp;
};

constexpr counted counted_models[] = {
    {"BLOOM-560M", R"({"model_type": "bloom", "architectures": ["BloomForCausalLM"], "hidden_size": 1024, "n_layer": 24,
      "num_attention_heads": 16, "vocab_size": 250880, "seq_length": 2048, "offset_alibi": 100,
      "apply_residual_connection_post_layernorm": false})",
     559214592, 559214592, 0},
    {"DBRX", R"({"model_type": "dbrx", "d_model": 6144, "n_layers": 40, "n_heads": 48, "vocab_size": 100352,
      "max_seq_len": 32768, "tie_word_embeddings": false, "attn_config": {"clip_qkv": 8, "kv_n_heads": 8,
      "rope_theta": 500000}, "ffn_config": {"ffn_hidden_size": 10752, "moe_jitter_eps": 0.01,
      "moe_loss_weight": 0.05, "moe_num_experts": 16, "moe_top_k": 4}})",
     131596523520, 36469708800, 0},
    {"DeepSeek-V3.2",
     R"({"attention_bias": false, "first_k_dense_replace": 3, "hidden_act": "silu", "hidden_size": 7168,
      "index_head_dim": 128, "index_n_heads": 64, "index_topk": 2048, "intermediate_size": 18432,
      "kv_lora_rank": 512, "model_type": "deepseek_v32", "moe_intermediate_size": 2048, "moe_layer_freq": 1,
      "n_routed_experts": 256, "n_shared_experts": 1, "num_attention_heads": 128, "num_experts_per_tok": 8,
      "num_hidden_layers": 61, "num_key_value_heads": 128, "num_nextn_predict_layers": 1,
      "q_lora_rank": 1536, "qk_nope_head_dim": 128, "qk_rope_head_dim": 64, "tie_word_embeddings": false,
      "topk_method": "noaux_tc", "v_head_dim": 128, "vocab_size": 129280})",
     671877944064, 38403822336, 11624027648},
    {"DeepSeek-V4-Flash", R"({"attention_bias": false, "expert_dtype": "fp4", "hc_eps": 1e-06, "hc_mult": 4,
      "hc_sinkhorn_iters": 20, "head_dim": 512, "hidden_act": "silu", "hidden_size": 4096,
      "index_head_dim": 128, "index_n_heads": 64, "index_topk": 512, "model_type": "deepseek_v4",
      "moe_intermediate_size": 2048, "n_routed_experts": 256, "n_shared_experts": 1,
      "num_attention_heads": 64, "num_experts_per_tok": 6, "num_hidden_layers": 43, "num_hash_layers": 3,
      "num_key_value_heads": 1, "num_nextn_predict_layers": 1, "o_groups": 8, "o_lora_rank": 1024,
      "q_lora_rank": 1024, "qk_rope_head_dim": 64, "sliding_window": 128, "swiglu_limit": 10.0,
      "tie_word_embeddings": false, "topk_method": "noaux_tc", "vocab_size": 129280,
      "compress_rope_theta": 160000, "compress_ratios": [0, 0, 4, 128, 4, 128, 4, 128, 4, 128, 4, 128, 4,
      128, 4, 128, 4, 128, 4, 128, 4, 128, 4, 128, 4, 128, 4, 128, 4, 128, 4, 128, 4, 128, 4, 128, 4, 128, 4,
      128, 4, 128, 4, 0]})",
     284332240471, 13799632471, 6610048891},
    {"ERNIE-4.5-21B-A3B",
     R"({"model_type": "ernie4_5_moe", "hidden_size": 2560, "num_hidden_layers": 28, "num_attention_heads": 20,
      "num_key_value_heads": 4, "intermediate_size": 12288, "vocab_size": 103424, "use_bias": false,
      "moe_num_experts": 64, "moe_k": 6, "moe_intermediate_size": 1536, "moe_num_shared_experts": 2,
      "moe_layer_start_index": 1, "moe_layer_end_index": -1, "moe_layer_interval": 1, "moe_capacity": [64,
      64, 64], "moe_use_aux_free": true, "tie_word_embeddings": true})",
     21825437888, 3352150208, 0},
    {"Falcon-7B", R"({"model_type": "falcon", "hidden_size": 4544, "num_hidden_layers": 32, "num_attention_heads": 71,
      "vocab_size": 65024, "multi_query": true, "parallel_attn": true, "new_decoder_architecture": false,
      "bias": false, "alibi": false})",
     6921720704, 6921720704, 0},
    {"Gemma-2-27B", R"({"model_type": "gemma2", "hidden_size": 4608, "num_hidden_layers": 46, "num_attention_heads": 32,
      "num_key_value_heads": 16, "intermediate_size": 36864, "vocab_size": 256000, "head_dim": 128,
      "sliding_window": 4096, "query_pre_attn_scalar": 144})",
     27227128320, 27227128320, 0},
    {"Gemma-2-2B", R"({"model_type": "gemma2", "hidden_size": 2304, "num_hidden_layers": 26, "num_attention_heads": 8,
      "num_key_value_heads": 4, "intermediate_size": 9216, "vocab_size": 256000, "head_dim": 256,
      "hidden_activation": "gelu_pytorch_tanh", "sliding_window": 4096, "query_pre_attn_scalar": 256,
      "attn_logit_softcapping": 50.0, "final_logit_softcapping": 30.0, "cache_implementation": "hybrid"})",
     2614341888, 2614341888, 0},
    {"Gemma-2B", R"({"model_type": "gemma", "hidden_size": 2048, "num_hidden_layers": 18, "num_attention_heads": 8,
      "num_key_value_heads": 1, "intermediate_size": 16384, "vocab_size": 256000, "head_dim": 256,
      "hidden_act": "gelu", "hidden_activation": null})",
     2506172416, 2506172416, 0},
    {"Gemma-3-1B",
     R"({"model_type": "gemma3_text", "hidden_size": 1152, "num_hidden_layers": 26, "num_attention_heads": 4,
      "num_key_value_heads": 1, "intermediate_size": 6912, "vocab_size": 262144, "head_dim": 256,
      "sliding_window": 512, "sliding_window_pattern": 6})",
     999885952, 999885952, 0},
    {"Gemma-3-270M",
     R"({"model_type": "gemma3_text", "hidden_size": 640, "num_hidden_layers": 18, "num_attention_heads": 4,
      "num_key_value_heads": 1, "intermediate_size": 2048, "vocab_size": 262144, "head_dim": 256,
      "sliding_window": 512, "_sliding_window_pattern": 6, "use_bidirectional_attention": false})",
     268098176, 268098176, 0},
    {"Gemma-3-27B", R"({"model_type": "gemma3", "architectures": ["Gemma3ForConditionalGeneration"],
      "mm_tokens_per_image": 256, "boi_token_index": 255999, "image_token_index": 262144,
      "vision_config": {"hidden_size": 1152, "num_hidden_layers": 27},
      "text_config": {"model_type": "gemma3_text", "hidden_size": 5376, "num_hidden_layers": 62,
      "num_attention_heads": 32, "num_key_value_heads": 16, "intermediate_size": 21504, "vocab_size": 262208,
      "head_dim": 128, "sliding_window": 1024, "sliding_window_pattern": 6, "query_pre_attn_scalar": 168}})",
     27009346304, 27009346304, 0},
    {"Gemma-4-26B-A4B",
     R"({"audio_config": null, "audio_token_id": 258881, "boa_token_id": 256000, "boi_token_id": 255999,
      "eoa_token_id": 258883, "eoa_token_index": 258883, "eoi_token_id": 258882, "image_token_id": 258880,
      "model_type": "gemma4", "text_config": {"attention_bias": false, "attention_k_eq_v": true,
      "enable_moe_block": true, "final_logit_softcapping": 30.0, "global_head_dim": 512, "head_dim": 256,
      "hidden_activation": "gelu_pytorch_tanh", "hidden_size": 2816, "hidden_size_per_layer_input": 0,
      "intermediate_size": 2112, "layer_types": ["sliding_attention", "sliding_attention",
      "sliding_attention", "sliding_attention", "sliding_attention", "full_attention", "sliding_attention",
      "sliding_attention", "sliding_attention", "sliding_attention", "sliding_attention", "full_attention",
      "sliding_attention", "sliding_attention", "sliding_attention", "sliding_attention",
      "sliding_attention", "full_attention", "sliding_attention", "sliding_attention", "sliding_attention",
      "sliding_attention", "sliding_attention", "full_attention", "sliding_attention", "sliding_attention",
      "sliding_attention", "sliding_attention", "sliding_attention", "full_attention"],
      "model_type": "gemma4_text", "moe_intermediate_size": 704, "num_attention_heads": 16,
      "num_experts": 128, "num_global_key_value_heads": 2, "num_hidden_layers": 30, "num_key_value_heads": 8,
      "num_kv_shared_layers": 0, "sliding_window": 1024, "tie_word_embeddings": true, "top_k_experts": 8,
      "use_bidirectional_attention": "vision", "use_double_wide_mlp": false, "vocab_size": 262144,
      "vocab_size_per_layer_input": 262144}, "tie_word_embeddings": true, "video_token_id": 258884,
      "vision_soft_tokens_per_image": 280, "vision_config": {"hidden_size": 1152}})",
     25233141790, 3822530590, 0},
    {"Gemma-4-31B", R"({"model_type": "gemma4", "tie_word_embeddings": true, "vision_config": {"hidden_size": 1152},
      "text_config": {"model_type": "gemma4_text", "hidden_size": 5376, "num_hidden_layers": 60,
      "num_attention_heads": 32, "num_key_value_heads": 16, "intermediate_size": 21504, "vocab_size": 262144,
      "head_dim": 256, "global_head_dim": 512, "num_global_key_value_heads": 4, "attention_k_eq_v": true,
      "enable_moe_block": false, "num_experts": null, "hidden_size_per_layer_input": 0,
      "sliding_window": 1024, "num_kv_shared_layers": 0}})",
     30697345340, 30697345340, 0},
    {"GLM-4.5", R"({"model_type": "glm4_moe", "hidden_size": 5120, "num_hidden_layers": 92, "num_attention_heads": 96,
      "num_key_value_heads": 8, "intermediate_size": 12288, "vocab_size": 151552, "head_dim": 128,
      "attention_bias": true, "use_qk_norm": true, "moe_intermediate_size": 1536, "n_routed_experts": 160,
      "n_shared_experts": 1, "num_experts_per_tok": 8, "first_k_dense_replace": 3,
      "num_nextn_predict_layers": 1, "partial_rotary_factor": 0.5})",
     352797829024, 33632266144, 3988069792},
    {"GLM-4.7-Flash", R"({"model_type": "glm4_moe_lite", "hidden_size": 2048, "num_hidden_layers": 47,
      "num_attention_heads": 20, "num_key_value_heads": 20, "intermediate_size": 10240, "vocab_size": 154880,
      "q_lora_rank": 768, "kv_lora_rank": 512, "qk_nope_head_dim": 192, "qk_rope_head_dim": 64,
      "v_head_dim": 256, "moe_intermediate_size": 1536, "n_routed_experts": 64, "n_shared_experts": 1,
      "num_experts_per_tok": 4, "first_k_dense_replace": 1, "topk_method": "noaux_tc",
      "num_nextn_predict_layers": 1})",
     29943393920, 3896766080, 643706176},
    {"GLM-5",
     R"({"architectures": ["GlmMoeDsaForCausalLM"], "attention_bias": false, "first_k_dense_replace": 3, "hidden_size":
      6144, "index_head_dim": 128, "index_n_heads": 32, "index_topk": 2048, "intermediate_size": 12288,
      "kv_lora_rank": 512, "moe_intermediate_size": 2048, "moe_layer_freq": 1, "model_type": "glm_moe_dsa",
      "n_routed_experts": 256, "n_shared_experts": 1, "num_attention_heads": 64, "num_experts_per_tok": 8,
      "num_hidden_layers": 78, "num_nextn_predict_layers": 1, "q_lora_rank": 2048, "qk_head_dim": 256,
      "qk_nope_head_dim": 192, "qk_rope_head_dim": 64, "tie_word_embeddings": false, "topk_method": "noaux_tc",
      "v_head_dim": 256, "vocab_size": 154880})",
     743911218432, 41784728832, 9952920576},
    {"GPT-2 124M", R"({"model_type": "gpt2", "architectures": ["GPT2LMHeadModel"], "activation_function": "gelu_new",
      "n_embd": 768, "n_layer": 12, "n_head": 12, "n_positions": 1024, "n_ctx": 1024, "vocab_size": 50257,
      "summary_type": "cls_index", "summary_use_proj": true,
      "task_specific_params": {"text-generation": {"max_length": 50}}})",
     124439808, 124439808, 0},
    {"GPT-NeoX-20B",
     R"({"model_type": "gpt_neox", "hidden_act": "gelu_fast", "hidden_size": 6144, "num_hidden_layers": 44,
      "num_attention_heads": 64, "intermediate_size": 24576, "vocab_size": 50432, "rotary_pct": 0.25,
      "rotary_emb_base": 10000, "use_parallel_residual": true})",
     20554567680, 20554567680, 0},
    {"gpt-oss-20b", R"({"attention_bias": true, "experts_per_token": 4, "head_dim": 64, "hidden_act": "silu",
      "hidden_size": 2880, "initial_context_length": 4096, "intermediate_size": 2880,
      "layer_types": ["sliding_attention", "full_attention", "sliding_attention", "full_attention",
      "sliding_attention", "full_attention", "sliding_attention", "full_attention", "sliding_attention",
      "full_attention", "sliding_attention", "full_attention", "sliding_attention", "full_attention",
      "sliding_attention", "full_attention", "sliding_attention", "full_attention", "sliding_attention",
      "full_attention", "sliding_attention", "full_attention", "sliding_attention", "full_attention"],
      "model_type": "gpt_oss", "num_attention_heads": 64, "num_experts_per_tok": 4, "num_hidden_layers": 24,
      "num_key_value_heads": 8, "num_local_experts": 32, "sliding_window": 128, "swiglu_limit": 7.0,
      "tie_word_embeddings": false, "vocab_size": 201088})",
     20914757184, 4187440704, 0},
    {"Granite-3.0-1B-A400M",
     R"({"model_type": "granitemoe", "hidden_size": 1024, "num_hidden_layers": 24, "num_attention_heads": 16,
      "num_key_value_heads": 8, "intermediate_size": 512, "vocab_size": 49155, "num_local_experts": 32,
      "num_experts_per_tok": 8, "attention_multiplier": 0.015625, "embedding_multiplier": 12.0,
      "tie_word_embeddings": true})",
     1334628352, 428658688, 0},
    {"Granite-4.0-H-Small", R"({"model_type": "granitemoehybrid", "hidden_size": 4096, "num_hidden_layers": 40,
      "num_attention_heads": 32, "num_key_value_heads": 8, "intermediate_size": 768, "vocab_size": 100352,
      "num_local_experts": 72, "num_experts_per_tok": 10, "shared_intermediate_size": 1536,
      "mamba_n_heads": 128, "mamba_d_head": 64, "mamba_n_groups": 1, "mamba_d_state": 128, "mamba_d_conv": 4,
      "mamba_expand": 2, "mamba_chunk_size": 256, "mamba_conv_bias": true, "mamba_proj_bias": false,
      "normalization_function": "rmsnorm", "position_embedding_type": "nope", "tie_word_embeddings": true,
      "layer_types": ["mamba", "mamba", "mamba", "mamba", "mamba", "attention", "mamba", "mamba", "mamba",
      "mamba", "mamba", "mamba", "mamba", "mamba", "mamba", "attention", "mamba", "mamba", "mamba", "mamba",
      "mamba", "mamba", "mamba", "mamba", "mamba", "attention", "mamba", "mamba", "mamba", "mamba", "mamba",
      "mamba", "mamba", "mamba", "mamba", "attention", "mamba", "mamba", "mamba", "mamba"]})",
     32207337984, 8803121664, 0},
    {"Hunyuan-7B",
     R"({"architectures": ["HunYuanDenseV1ForCausalLM"], "attention_bias": false, "attention_head_dim": 128, "head_dim":
      128, "hidden_size": 4096, "intermediate_size": 14336, "mlp_bias": false, "model_type": "hunyuan_v1_dense",
      "norm_type": "rms", "num_attention_heads": 32, "num_hidden_layers": 32, "num_key_value_heads": 8,
      "tie_word_embeddings": true, "use_cla": false, "use_qk_norm": true, "vocab_size": 128167})",
     7504568320, 7504568320, 0},
    {"Hunyuan-A13B",
     R"({"architectures": ["HunYuanMoEV1ForCausalLM"], "attention_bias": false, "attention_head_dim": 128,
      "cla_share_factor": 2, "hidden_size": 4096, "intermediate_size": 3072, "mlp_bias": false, "model_type":
      "hunyuan", "moe_intermediate_size": [3072, 3072, 3072, 3072, 3072, 3072, 3072, 3072, 3072, 3072, 3072, 3072,
      3072, 3072, 3072, 3072, 3072, 3072, 3072, 3072, 3072, 3072, 3072, 3072, 3072, 3072, 3072, 3072, 3072, 3072,
      3072, 3072], "moe_layer_num_skipped": 0, "moe_topk": [8, 8, 8, 8, 8, 8, 8, 8, 8, 8, 8, 8, 8, 8, 8, 8, 8, 8, 8,
      8, 8, 8, 8, 8, 8, 8, 8, 8, 8, 8, 8, 8], "norm_type": "rms", "num_attention_heads": 32, "num_experts": 64,
      "num_hidden_layers": 32, "num_key_value_heads": 8, "num_shared_expert": [1, 1, 1, 1, 1, 1, 1, 1, 1, 1, 1, 1, 1,
      1, 1, 1, 1, 1, 1, 1, 1, 1, 1, 1, 1, 1, 1, 1, 1, 1, 1, 1], "tie_word_embeddings": true, "use_cla": false,
      "use_mixed_mlp_moe": true, "use_mla": false, "use_qk_norm": true, "vocab_size": 128167})",
     80393183232, 12747448320, 0},
    {"Hunyuan-A13B by transformers",
     R"({"architectures": ["HunYuanMoEV1ForCausalLM"], "attention_bias": false, "attention_head_dim": 128,
      "hidden_size": 4096, "intermediate_size": 3072, "mlp_bias": false, "model_type": "hunyuan_v1_moe",
      "moe_intermediate_size": [3072, 3072, 3072, 3072, 3072, 3072, 3072, 3072, 3072, 3072, 3072, 3072, 3072, 3072,
      3072, 3072, 3072, 3072, 3072, 3072, 3072, 3072, 3072, 3072, 3072, 3072, 3072, 3072, 3072, 3072, 3072, 3072],
      "moe_layer_num_skipped": 0, "moe_topk": [8, 8, 8, 8, 8, 8, 8, 8, 8, 8, 8, 8, 8, 8, 8, 8, 8, 8, 8, 8, 8, 8, 8, 8,
      8, 8, 8, 8, 8, 8, 8, 8], "norm_type": "rms", "num_attention_heads": 32, "num_experts": 64, "num_hidden_layers":
      32, "num_key_value_heads": 8, "num_shared_expert": [1, 1, 1, 1, 1, 1, 1, 1, 1, 1, 1, 1, 1, 1, 1, 1, 1, 1, 1, 1,
      1, 1, 1, 1, 1, 1, 1, 1, 1, 1, 1, 1], "tie_word_embeddings": true, "use_cla": false, "use_mixed_mlp_moe": true,
      "use_mla": false, "use_qk_norm": true, "vocab_size": 128167, "head_dim": 128})",
     80393183232, 12747448320, 0},
    {"Hunyuan-Large",
     R"({"model_type": "hunyuan", "architectures": ["HunYuanForCausalLM"], "attention_bias": false, "cla_share_factor":
      2, "hidden_size": 6400, "intermediate_size": 18304, "moe_topk": 1, "num_attention_heads": 80, "num_experts": 16,
      "num_hidden_layers": 64, "num_key_value_heads": 8, "num_shared_expert": 1, "tie_word_embeddings": true,
      "use_cla": true, "use_mixed_mlp_moe": true, "use_qk_norm": true, "vocab_size": 128512})",
     388698126080, 51318798080, 0},
    {"Hy3",
     R"({"model_type": "hy_v3", "architectures": ["HYV3ForCausalLM"], "hidden_size": 4096, "num_hidden_layers": 80,
      "num_attention_heads": 64, "num_key_value_heads": 8, "head_dim": 128, "intermediate_size": 13312,
      "moe_intermediate_size": 1536, "expert_hidden_dim": 1536, "first_k_dense_replace": 1, "num_experts": 192,
      "num_experts_per_tok": 8, "num_shared_experts": 1, "qk_norm": true, "moe_router_enable_expert_bias": true,
      "moe_router_use_sigmoid": true, "tie_word_embeddings": false, "vocab_size": 120832, "num_nextn_predict_layers":
      1})",
     295033543488, 20675730240, 3752612288},
    {"Jamba-v0.1", R"({"model_type": "jamba", "hidden_size": 4096, "num_hidden_layers": 32, "num_attention_heads": 32,
      "num_key_value_heads": 8, "intermediate_size": 14336, "vocab_size": 65536, "num_experts": 16,
      "num_experts_per_tok": 2, "attn_layer_period": 8, "attn_layer_offset": 4, "expert_layer_period": 2,
      "expert_layer_offset": 1, "mamba_d_state": 16, "mamba_d_conv": 4, "mamba_dt_rank": 256,
      "mamba_expand": 2, "mamba_conv_bias": true, "mamba_proj_bias": false, "use_mamba_kernels": true,
      "num_logits_to_keep": 1, "sliding_window": null})",
     51570323328, 12110311296, 0},
    {"Kimi-Linear-48B-A3B",
     R"({"model_type": "kimi_linear", "hidden_size": 2304, "num_hidden_layers": 27, "num_attention_heads": 32,
      "num_key_value_heads": 32, "intermediate_size": 9216, "vocab_size": 163840, "head_dim": 72,
      "q_lora_rank": null, "kv_lora_rank": 512, "qk_nope_head_dim": 128, "qk_rope_head_dim": 64,
      "v_head_dim": 128, "mla_use_nope": true, "moe_intermediate_size": 1024, "num_experts": 256,
      "num_experts_per_token": 8, "num_shared_experts": 1, "first_k_dense_replace": 1, "moe_layer_freq": 1,
      "num_expert_group": 1, "use_grouped_topk": true, "num_nextn_predict_layers": 0,
      "linear_attn_config": {"full_attn_layers": [4, 8, 12, 16, 20, 24, 27], "kda_layers": [1, 2, 3, 5, 6, 7,
      9, 10, 11, 13, 14, 15, 17, 18, 19, 21, 22, 23, 25, 26], "head_dim": 128, "num_heads": 32,
      "short_conv_kernel_size": 4}})",
     49122681728, 3484459904, 0},
    {"Ling-1T",
     R"({"architectures": ["BailingMoeV2ForCausalLM"], "num_hidden_layers": 80, "hidden_size": 8192,
      "intermediate_size": 18432, "first_k_dense_replace": 4, "model_type": "bailing_moe", "moe_intermediate_size":
      2048, "num_experts_per_tok": 8, "num_attention_heads": 64, "num_experts": 256, "num_key_value_heads": 8,
      "tie_word_embeddings": false, "use_bias": false, "use_rmsnorm": true, "head_dim": 128, "num_shared_experts": 1,
      "use_qkv_bias": false, "vocab_size": 157184, "moe_router_enable_expert_bias": true, "use_qk_norm": true,
      "score_function": "sigmoid", "moe_shared_expert_intermediate_size": 2048})",
     999705328640, 51054427136, 0},
    {"Ling-2.5-1T",
     R"({"architectures": ["BailingMoeV2_5ForCausalLM"], "num_hidden_layers": 80, "hidden_size": 8192,
      "intermediate_size": 18432, "first_k_dense_replace": 4, "model_type": "bailing_hybrid", "moe_intermediate_size":
      2048, "num_experts_per_tok": 8, "num_attention_heads": 64, "num_experts": 256, "num_key_value_heads": 64,
      "tie_word_embeddings": false, "use_bias": false, "use_rmsnorm": true, "head_dim": 128, "num_shared_experts": 1,
      "use_qkv_bias": false, "vocab_size": 157184, "moe_router_enable_expert_bias": true, "use_qk_norm": true,
      "score_function": "sigmoid", "moe_shared_expert_intermediate_size": 2048, "layer_group_size": 8, "q_lora_rank":
      1536, "kv_lora_rank": 512, "qk_nope_head_dim": 128, "qk_rope_head_dim": 64, "qk_head_dim": 192, "v_head_dim":
      128})",
     1012231160320, 63580258816, 0},
    {"Ling-3.0-flash",
     R"({"architectures": ["BailingMoeV3ForCausalLM"], "first_k_dense_replace": 2,
      "gated_attention_proj_granularity_type": "head_wise", "head_dim": 128, "hidden_size": 2560, "intermediate_size":
      6144, "kv_lora_rank": 512, "layer_group_size": 6, "model_type": "bailing_hybrid", "moe_intermediate_size": 768,
      "moe_router_enable_expert_bias": true, "moe_shared_expert_intermediate_size": 768, "no_kda_lora": true,
      "num_attention_heads": 32, "num_experts": 512, "num_experts_per_tok": 8, "num_hidden_layers": 42,
      "num_nextn_predict_layers": 1, "num_shared_experts": 1, "q_lora_rank": null, "qk_head_dim": 192,
      "qk_nope_head_dim": 128, "qk_rope_head_dim": 64, "score_function": "sigmoid", "short_conv_kernel_size": 4,
      "tie_word_embeddings": false, "topk_method": "noaux_tc", "use_bias": false, "use_qk_norm": true, "use_qkv_bias":
      false, "v_head_dim": 128, "vocab_size": 157184})",
     124414211552, 5505693152, 3072194048},
    {"Ling-3.0-tiny",
     R"({"architectures": ["BailingMoeV3ForCausalLM"], "first_k_dense_replace": 1,
      "gated_attention_proj_granularity_type": "head_wise", "head_dim": 128, "hidden_size": 1536, "intermediate_size":
      4608, "kv_lora_rank": 512, "layer_group_size": 4, "model_type": "bailing_hybrid", "moe_intermediate_size": 512,
      "moe_router_enable_expert_bias": true, "moe_shared_expert_intermediate_size": 512, "no_kda_lora": true,
      "num_attention_heads": 16, "num_experts": 128, "num_experts_per_tok": 8, "num_hidden_layers": 24,
      "num_shared_experts": 1, "q_lora_rank": 256, "qk_head_dim": 192, "qk_nope_head_dim": 128, "qk_rope_head_dim":
      64, "score_function": "sigmoid", "short_conv_kernel_size": 4, "tie_word_embeddings": false, "topk_method":
      "noaux_tc", "use_bias": false, "use_qk_norm": true, "use_qkv_bias": false, "v_head_dim": 128, "vocab_size":
      157184})",
     7893392800, 1381735840, 0},
    {"Ling-flash-2.0",
     R"({"architectures": ["BailingMoeV2ForCausalLM"], "num_hidden_layers": 32, "hidden_size": 4096,
      "intermediate_size": 9216, "first_k_dense_replace": 1, "model_type": "bailing_moe", "moe_intermediate_size":
      1024, "num_experts_per_tok": 8, "num_attention_heads": 32, "num_experts": 256, "num_key_value_heads": 4,
      "tie_word_embeddings": false, "use_bias": false, "use_rmsnorm": true, "head_dim": 128, "num_shared_experts": 1,
      "use_qkv_bias": false, "vocab_size": 157184, "moe_router_enable_expert_bias": true, "use_qk_norm": true,
      "score_function": "sigmoid", "moe_shared_expert_intermediate_size": 1024})",
     102889705216, 6152277760, 0},
    {"Ling-lite-1.5",
     R"({"architectures": ["BailingMoeForCausalLM"], "first_k_dense_replace": 0, "hidden_size": 2048,
      "intermediate_size": 1408, "model_type": "bailing_moe", "moe_intermediate_size": 1408, "num_experts": 64,
      "num_shared_experts": 2, "num_attention_heads": 16, "num_experts_per_tok": 6, "num_hidden_layers": 28,
      "num_key_value_heads": 4, "tie_word_embeddings": false, "use_bias": false, "use_qkv_bias": false, "vocab_size":
      126464})",
     16801974272, 2753153024, 0},
    {"Ling-mini-2.0",
     R"({"architectures": ["BailingMoeV2ForCausalLM"], "num_hidden_layers": 20, "hidden_size": 2048,
      "intermediate_size": 5120, "first_k_dense_replace": 1, "model_type": "bailing_moe", "moe_intermediate_size":
      512, "num_experts_per_tok": 8, "num_attention_heads": 16, "num_experts": 256, "num_key_value_heads": 4,
      "tie_word_embeddings": false, "use_bias": false, "use_rmsnorm": true, "head_dim": 128, "num_shared_experts": 1,
      "use_qkv_bias": false, "vocab_size": 157184, "moe_router_enable_expert_bias": true, "use_qk_norm": true,
      "score_function": "sigmoid", "moe_shared_expert_intermediate_size": 512, "n_group": 8, "topk_group": 4})",
     16255643392, 1432973056, 0},
    {"Ling-mini-2.0 by Megatron-Bridge",
     R"({"architectures": ["BailingMoeV2ForCausalLM"], "num_hidden_layers": 20, "hidden_size": 2048,
      "intermediate_size": 5120, "first_k_dense_replace": 1, "model_type": "bailing_moe_v2", "moe_intermediate_size":
      512, "num_experts_per_tok": 8, "num_attention_heads": 16, "num_experts": 256, "num_key_value_heads": 4,
      "tie_word_embeddings": false, "use_bias": false, "use_rmsnorm": true, "head_dim": 128, "num_shared_experts": 1,
      "use_qkv_bias": false, "vocab_size": 157184, "moe_router_enable_expert_bias": true, "use_qk_norm": true,
      "score_function": "sigmoid", "moe_shared_expert_intermediate_size": 512, "n_group": 8, "topk_group": 4})",
     16255643392, 1432973056, 0},
    {"Llama-4-Scout", R"({"model_type": "llama4", "text_config": {"attention_bias": false, "attention_chunk_size": 8192,
      "head_dim": 128, "hidden_act": "silu", "hidden_size": 5120, "interleave_moe_layer_step": 1,
      "intermediate_size": 8192, "intermediate_size_mlp": 16384, "model_type": "llama4_text",
      "num_attention_heads": 40, "num_experts_per_tok": 1, "num_hidden_layers": 48, "num_key_value_heads": 8,
      "num_local_experts": 16, "use_qk_norm": true, "vocab_size": 202048}})",
     107769861120, 17172894720, 0},
    {"LongCat-Flash",
     R"({"model_type": "longcat_flash", "hidden_size": 6144, "num_layers": 28, "ffn_hidden_size": 12288,
      "expert_ffn_hidden_size": 2048, "num_attention_heads": 64, "vocab_size": 131072, "q_lora_rank": 1536,
      "kv_lora_rank": 512, "qk_nope_head_dim": 128, "qk_rope_head_dim": 64, "v_head_dim": 128,
      "n_routed_experts": 512, "moe_topk": 12, "zero_expert_num": 256, "zero_expert_type": "identity",
      "router_bias": false, "attention_method": "MLA", "mla_scale_q_lora": true, "mla_scale_kv_lora": true})",
     560664980480, 27954818048, 0},
    {"MiMo-7B",
     R"({"architectures": ["MiMoForCausalLM"], "attention_bias": true, "head_dim": 128, "hidden_size": 4096,
      "intermediate_size": 11008, "model_type": "mimo", "num_attention_heads": 32, "num_hidden_layers": 36,
      "num_key_value_heads": 8, "num_nextn_predict_layers": 1, "tie_word_embeddings": false, "use_sliding_window":
      false, "vocab_size": 151680})",
     7622619136, 7622619136, 210790400},
    {"MiMo-V2-Flash", R"({"model_type": "mimo_v2_flash", "num_hidden_layers": 48, "hidden_size": 4096,
      "num_attention_heads": 64, "num_key_value_heads": 4, "head_dim": 192, "v_head_dim": 128,
      "intermediate_size": 16384, "vocab_size": 152576, "swa_rope_theta": 10000,
      "partial_rotary_factor": 0.334, "sliding_window": 128, "sliding_window_size": 128,
      "attention_chunk_size": 128, "swa_num_attention_heads": 64, "swa_num_key_value_heads": 8,
      "swa_head_dim": 192, "swa_v_head_dim": 128, "hybrid_layer_pattern": [0, 1, 1, 1, 1, 0, 1, 1, 1, 1, 1,
      0, 1, 1, 1, 1, 1, 0, 1, 1, 1, 1, 1, 0, 1, 1, 1, 1, 1, 0, 1, 1, 1, 1, 1, 0, 1, 1, 1, 1, 1, 0, 1, 1, 1,
      1, 1, 0], "moe_layer_freq": [0, 1, 1, 1, 1, 1, 1, 1, 1, 1, 1, 1, 1, 1, 1, 1, 1, 1, 1, 1, 1, 1, 1, 1, 1,
      1, 1, 1, 1, 1, 1, 1, 1, 1, 1, 1, 1, 1, 1, 1, 1, 1, 1, 1, 1, 1, 1, 1], "moe_intermediate_size": 2048,
      "n_routed_experts": 256, "n_shared_experts": null, "num_experts_per_tok": 8, "topk_method": "noaux_tc",
      "n_group": 1, "topk_group": 1, "hidden_act": "silu", "attention_bias": false, "attention_value_scale": 0.707,
      "add_swa_attention_sink_bias": true, "add_full_attention_sink_bias": false,
      "tie_word_embeddings": false})",
     308778780864, 15445936320, 0},
    {"MiniMax-M1", R"({"model_type": "minimax", "hidden_size": 6144, "num_hidden_layers": 80, "num_attention_heads": 64,
      "num_key_value_heads": 8, "intermediate_size": 9216, "vocab_size": 200064, "head_dim": 128,
      "num_local_experts": 32, "num_experts_per_tok": 2, "block_size": 256,
      "full_attn_alpha_factor": 3.5565588200778455, "layer_types": ["linear_attention", "linear_attention",
      "linear_attention", "linear_attention", "linear_attention", "linear_attention", "linear_attention",
      "full_attention", "linear_attention", "linear_attention", "linear_attention", "linear_attention",
      "linear_attention", "linear_attention", "linear_attention", "full_attention", "linear_attention",
      "linear_attention", "linear_attention", "linear_attention", "linear_attention", "linear_attention",
      "linear_attention", "full_attention", "linear_attention", "linear_attention", "linear_attention",
      "linear_attention", "linear_attention", "linear_attention", "linear_attention", "full_attention",
      "linear_attention", "linear_attention", "linear_attention", "linear_attention", "linear_attention",
      "linear_attention", "linear_attention", "full_attention", "linear_attention", "linear_attention",
      "linear_attention", "linear_attention", "linear_attention", "linear_attention", "linear_attention",
      "full_attention", "linear_attention", "linear_attention", "linear_attention", "linear_attention",
      "linear_attention", "linear_attention", "linear_attention", "full_attention", "linear_attention",
      "linear_attention", "linear_attention", "linear_attention", "linear_attention", "linear_attention",
      "linear_attention", "full_attention", "linear_attention", "linear_attention", "linear_attention",
      "linear_attention", "linear_attention", "linear_attention", "linear_attention", "full_attention",
      "linear_attention", "linear_attention", "linear_attention", "linear_attention", "linear_attention",
      "linear_attention", "linear_attention", "full_attention"]})",
     456089655296, 48403306496, 0},
    {"Nemotron-3-Nano-30B-A3B",
     R"({"attention_bias": false, "chunk_size": 128, "conv_kernel": 4, "expand": 2, "head_dim": 128,
      "hidden_size": 2688, "hybrid_override_pattern": "MEMEM*EMEMEM*EMEMEM*EMEMEM*EMEMEM*EMEMEMEM*EMEMEMEME",
      "intermediate_size": 1856, "mamba_head_dim": 64, "mamba_hidden_act": "silu", "mamba_num_heads": 64,
      "mamba_proj_bias": false, "mamba_ssm_cache_dtype": "float32", "mlp_bias": false,
      "mlp_hidden_act": "relu2", "model_type": "nemotron_h", "moe_intermediate_size": 1856,
      "moe_shared_expert_intermediate_size": 3712, "n_groups": 8, "n_routed_experts": 128,
      "n_shared_experts": 1, "num_attention_heads": 32, "num_experts_per_tok": 6, "num_hidden_layers": 52,
      "num_key_value_heads": 2, "num_logits_to_keep": 1, "partial_rotary_factor": 1.0,
      "rescale_prenorm_residual": true, "residual_in_fp32": false, "sliding_window": null,
      "ssm_state_size": 128, "tie_word_embeddings": false, "time_step_floor": 0.0001, "time_step_max": 0.1,
      "time_step_min": 0.001, "use_bias": false, "use_conv_bias": true, "use_mamba_kernels": true,
      "vocab_size": 131072})",
     31577940288, 3580076352, 0},
    {"Nemotron-Nano-9B-v2",
     R"({"model_type": "nemotron_h", "hidden_size": 4480, "num_hidden_layers": 56, "num_attention_heads": 40,
      "num_key_value_heads": 8, "intermediate_size": 15680, "vocab_size": 131072, "head_dim": 128,
      "hybrid_override_pattern": "M-M-M-MM-M-M-M*-M-M-M*-M-M-M-M*-M-M-M-M*-M-MM-M-M-M-M-M-",
      "mamba_num_heads": 128, "mamba_head_dim": 80, "n_groups": 8, "ssm_state_size": 128, "conv_kernel": 4,
      "chunk_size": 128, "expand": 2, "mlp_hidden_act": "relu2", "use_conv_bias": true, "use_bias": false})",
     8888227328, 8888227328, 0},
    {"OPT-6.7B", R"({"model_type": "opt", "activation_function": "relu", "hidden_size": 4096, "num_hidden_layers": 32,
      "num_attention_heads": 32, "ffn_dim": 16384, "max_position_embeddings": 2048, "vocab_size": 50272,
      "word_embed_proj_dim": 4096, "do_layer_norm_before": true, "layerdrop": 0.0, "prefix": ""})",
     6658473984, 6658473984, 0},
    {"Phi-2", R"({"model_type": "phi", "hidden_size": 2560, "num_hidden_layers": 32, "num_attention_heads": 32,
      "num_key_value_heads": 32, "intermediate_size": 10240, "vocab_size": 51200, "hidden_act": "gelu_new",
      "partial_rotary_factor": 0.4, "qk_layernorm": false, "tie_word_embeddings": false})",
     2779683840, 2779683840, 0},
    {"Phi-3.5-MoE", R"({"model_type": "phimoe", "hidden_size": 4096, "num_hidden_layers": 32, "num_attention_heads": 32,
      "num_key_value_heads": 8, "intermediate_size": 6400, "vocab_size": 32064, "attention_bias": true,
      "lm_head_bias": true, "num_local_experts": 16, "num_experts_per_tok": 2, "sliding_window": 131072,
      "input_jitter_noise": 0.01})",
     41873153344, 6640999744, 0},
    {"Pythia-70M", R"({"model_type": "gpt_neox", "hidden_size": 512, "num_hidden_layers": 6, "num_attention_heads": 8,
      "intermediate_size": 2048, "vocab_size": 50304, "tie_word_embeddings": false})",
     70426624, 70426624, 0},
    {"Qwen3-Next-80B-A3B",
     R"({"model_type": "qwen3_next", "hidden_size": 2048, "num_hidden_layers": 48, "num_attention_heads": 16,
      "num_key_value_heads": 2, "intermediate_size": 5120, "vocab_size": 151936, "head_dim": 256,
      "full_attention_interval": 4, "linear_conv_kernel_dim": 4, "linear_key_head_dim": 128,
      "linear_num_key_heads": 16, "linear_num_value_heads": 32, "linear_value_head_dim": 128,
      "num_experts": 512, "num_experts_per_tok": 10, "moe_intermediate_size": 512,
      "shared_expert_intermediate_size": 512, "decoder_sparse_step": 1, "mlp_only_layers": []})",
     79674391296, 3874929408, 0},
    {"Qwen3.5-27B", R"({"model_type": "qwen3_5", "tie_word_embeddings": false, "vision_config": {"depth": 27},
      "text_config": {"model_type": "qwen3_5_text", "hidden_size": 5120, "num_hidden_layers": 64,
      "num_attention_heads": 24, "num_key_value_heads": 4, "intermediate_size": 17408, "vocab_size": 248320,
      "head_dim": 256, "attn_output_gate": true, "full_attention_interval": 4, "linear_conv_kernel_dim": 4,
      "linear_key_head_dim": 128, "linear_num_key_heads": 16, "linear_num_value_heads": 48,
      "linear_value_head_dim": 128, "mamba_ssm_dtype": "float32", "mtp_num_hidden_layers": 1,
      "mtp_use_dedicated_embeddings": false}})",
     26895998464, 26895998464, 424699392},
    {"Qwen3.5-35B-A3B",
     R"({"image_token_id": 248056, "model_type": "qwen3_5_moe", "text_config": {"attention_bias": false,
      "attn_output_gate": true, "full_attention_interval": 4, "head_dim": 256, "hidden_act": "silu",
      "hidden_size": 2048, "layer_types": ["linear_attention", "linear_attention", "linear_attention",
      "full_attention", "linear_attention", "linear_attention", "linear_attention", "full_attention",
      "linear_attention", "linear_attention", "linear_attention", "full_attention", "linear_attention",
      "linear_attention", "linear_attention", "full_attention", "linear_attention", "linear_attention",
      "linear_attention", "full_attention", "linear_attention", "linear_attention", "linear_attention",
      "full_attention", "linear_attention", "linear_attention", "linear_attention", "full_attention",
      "linear_attention", "linear_attention", "linear_attention", "full_attention", "linear_attention",
      "linear_attention", "linear_attention", "full_attention", "linear_attention", "linear_attention",
      "linear_attention", "full_attention"], "linear_conv_kernel_dim": 4, "linear_key_head_dim": 128,
      "linear_num_key_heads": 16, "linear_num_value_heads": 32, "linear_value_head_dim": 128,
      "mlp_only_layers": [], "model_type": "qwen3_5_moe_text", "moe_intermediate_size": 512,
      "mtp_num_hidden_layers": 1, "mtp_use_dedicated_embeddings": false, "num_attention_heads": 16,
      "num_experts": 256, "num_experts_per_tok": 8, "num_hidden_layers": 40, "num_key_value_heads": 2,
      "shared_expert_intermediate_size": 512, "vocab_size": 248320, "mamba_ssm_dtype": "float32"},
      "tie_word_embeddings": false, "video_token_id": 248057, "vision_end_token_id": 248054,
      "vision_start_token_id": 248053, "vision_config": {"hidden_size": 1152}})",
     34660610688, 3454988928, 844640768},
    {"Ring-mini-linear-2.0",
     R"({"architectures": ["BailingMoeLinearV2ForCausalLM"], "first_k_dense_replace": 1, "head_dim": 128, "hidden_size":
      2048, "intermediate_size": 5120, "layer_group_size": 5, "model_type": "bailing_moe_linear",
      "moe_intermediate_size": 512, "moe_router_enable_expert_bias": true, "moe_shared_expert_intermediate_size": 512,
      "num_attention_heads": 16, "num_experts": 256, "num_experts_per_tok": 8, "num_hidden_layers": 20,
      "num_key_value_heads": 4, "num_shared_experts": 1, "score_function": "sigmoid", "tie_word_embeddings": false,
      "use_bias": false, "use_qk_norm": true, "use_qkv_bias": false, "use_rmsnorm": true, "vocab_size": 157184})",
     16423448320, 1600777984, 0},
    {"Step-3",
     R"({"model_type": "step3_vl", "architectures": ["Step3VLForConditionalGeneration"], "understand_projector_stride":
      2, "projector_bias": false, "image_token_len": 169, "patch_token_len": 81, "vision_config": {"hidden_size":
      1792, "num_hidden_layers": 63}, "text_config": {"architectures": ["Step3TextForCausalLM"], "model_type":
      "step3_text", "hidden_size": 7168, "intermediate_size": 18432, "num_attention_heads": 64,
      "num_attention_groups": 1, "num_hidden_layers": 61, "max_seq_len": 65536, "vocab_size": 128815,
      "moe_intermediate_size": 5120, "moe_num_experts": 48, "moe_top_k": 3, "share_expert_dim": 5120, "share_q_dim":
      2048, "head_dim": 256, "moe_layers_enum":
      "4,5,6,7,8,9,10,11,12,13,14,15,16,17,18,19,20,21,22,23,24,25,26,27,)"
     R"(28,29,30,31,32,33,34,35,36,37,38,39,40,41,42,43,44,45,46,47,48,49,50,51,52,53,54,55,56,57,58,59"},
      "tie_word_embeddings": false})",
     316294538240, 38841328640, 0},
    {"Step-3.5-Flash",
     R"({"architectures": ["Step3p5ForCausalLM"], "model_type": "step3p5", "hidden_size": 4096, "intermediate_size":
      11264, "num_hidden_layers": 45, "vocab_size": 128896, "max_seq_len": 262144, "num_attention_heads": 64,
      "num_attention_groups": 8, "head_dim": 128, "use_qk_norm": true, "use_moe": true, "moe_num_experts": 288,
      "moe_top_k": 8, "moe_intermediate_size": 1280, "share_expert_dim": 1280, "moe_layers_enum":
      "3,4,5,6,7,8,9,10,11,12,13,14,15,16,17,18,19,20,21,22,23,24,25,26,27,)"
     R"(28,29,30,31,32,33,34,35,36,37,38,39,40,41,42,43,44",
      "use_moe_router_bias": true, "use_head_wise_attn_gate": true, "att_impl_type": "GQA", "tie_word_embeddings":
      false, "num_nextn_predict_layers": 3, "layer_types": ["full_attention", "sliding_attention",
      "sliding_attention", "sliding_attention", "full_attention", "sliding_attention", "sliding_attention",
      "sliding_attention", "full_attention", "sliding_attention", "sliding_attention", "sliding_attention",
      "full_attention", "sliding_attention", "sliding_attention", "sliding_attention", "full_attention",
      "sliding_attention", "sliding_attention", "sliding_attention", "full_attention", "sliding_attention",
      "sliding_attention", "sliding_attention", "full_attention", "sliding_attention", "sliding_attention",
      "sliding_attention", "full_attention", "sliding_attention", "sliding_attention", "sliding_attention",
      "full_attention", "sliding_attention", "sliding_attention", "sliding_attention", "full_attention",
      "sliding_attention", "sliding_attention", "sliding_attention", "full_attention", "sliding_attention",
      "sliding_attention", "sliding_attention", "full_attention", "sliding_attention", "sliding_attention",
      "sliding_attention"], "sliding_window": 512, "attention_other_setting": {"attention_type": "sliding_attention",
      "num_attention_heads": 96, "num_attention_groups": 8, "head_dim": 128, "true_head_dim": 128}})",
     196956130368, 11987323968, 844296960},
};

json config_of(std::string_view name) {
  for (published const& each : models)
    if (each.name == name) return json::parse(each.config);
  for (counted const& each : counted_models)
    if (each.name == name) return json::parse(each.config);
  throw std::logic_error("no such model in this test");
}

// One layer: q 64x64, k and v 64x32, o 64x64 = 12288; gated feed-forward 3x64x128 = 24576; two norms 128.
constexpr std::uint64_t dense_layer = 12288 + 24576 + 128;
// Three layers, embedding and head 1000x64 each, final norm 64.
constexpr std::uint64_t dense_total = 3 * dense_layer + 2 * 64000 + 64;

json small(char const* model_type) {
  return {{"model_type", model_type}, {"hidden_size", 64},        {"intermediate_size", 128}, {"num_hidden_layers", 3},
          {"num_attention_heads", 4}, {"num_key_value_heads", 2}, {"head_dim", 16},           {"vocab_size", 1000}};
}

// Experts: 8 of width 16, 3x64x16 = 3072 each, and a router of 64x8.
constexpr std::uint64_t moe_of_small = 8 * 3072 + 512;

json small_moe(char const* model_type) {
  json config = small(model_type);
  config["num_experts"] = 8;
  config["num_experts_per_tok"] = 2;
  config["moe_intermediate_size"] = 16;
  return config;
}

// One layer with experts: 8 routed and 2 shared of 3x64x16, router 512, correction bias 8.
constexpr std::uint64_t latent_moe = 8 * 3072 + 2 * 3072 + 512 + 8;
// Attention: q 64x24 + 24x(4x12), norm 24; kv 64x(16+4) + 16x(4x16), norm 16; o (4x8)x64.
constexpr std::uint64_t latent_attention = 1536 + 1152 + 24 + 1280 + 1024 + 16 + 2048;

json small_latent(char const* model_type) {
  return {
      {"model_type", model_type}, {"hidden_size", 64},     {"intermediate_size", 128}, {"num_hidden_layers", 3},
      {"num_attention_heads", 4}, {"vocab_size", 1000},    {"q_lora_rank", 24},        {"kv_lora_rank", 16},
      {"qk_nope_head_dim", 8},    {"qk_rope_head_dim", 4}, {"v_head_dim", 8},          {"moe_intermediate_size", 16},
      {"n_routed_experts", 8},    {"n_shared_experts", 2}, {"num_experts_per_tok", 2}, {"first_k_dense_replace", 1}};
}

json with(json config, char const* key, json const& value) {
  config[key] = value;
  return config;
}
json with(json config, json const& changes) {
  config.update(changes);
  return config;
}
json without(json config, char const* key) {
  config.erase(key);
  return config;
}

/// The configuration of the language model, which another one may hold.
json language_model(json const& config) {
  return config.contains("text_config") ? config["text_config"] : config;
}

model import(json const& config) {
  return io::parse_model(config.dump());
}
count total(json const& config) {
  return total_parameters(import(config));
}
count mtp_parameters(json const& config) {
  return count_parameters(import(config)).mtp;
}

/// Forward FLOPs of scores and values for one sequence of 32 tokens, with half of the causal square.
count attention_core(json const& config) {
  return forward_flops(import(config), {.length = 32}).by_term[term::attention_core];
}
// H(D+V) = 4x32 = 128 for each half pair; twice the pairs are 32² = 1024, and 2x32x8 - 8² = 448 in a window of 8.
constexpr std::uint64_t full_core = 128 * 1024;
constexpr std::uint64_t windowed_core = 128 * 448;

/// The sentence that a configuration is refused with, checked for form; empty when it is accepted.
std::string refusal(json const& config) {
  try {
    io::parse_model(config.dump());
  } catch (std::invalid_argument const& error) {
    std::string const sentence = error.what();
    CHECK(sentence.starts_with("moetric: "));
    CHECK(sentence.find('\n') == std::string::npos);
    CHECK(sentence.size() < 800);
    return sentence;
  }
  return {};
}

/// Keys that change neither weights nor FLOPs, and that latent attention does without.
bool unread(std::string_view model_type, std::string_view key) {
  static constexpr std::string_view unread_keys[] = {"query_pre_attn_scalar",
                                                     "num_logits_to_keep",
                                                     "expand",
                                                     "chunk_size",
                                                     "vocab_size_per_layer_input",
                                                     "swa_rope_theta",
                                                     "seq_length",
                                                     "rotary_emb_base",
                                                     "offset_alibi",
                                                     "num_expert_group",
                                                     "n_ctx",
                                                     "max_seq_len",
                                                     "mamba_chunk_size",
                                                     "initial_context_length",
                                                     "hc_sinkhorn_iters",
                                                     "compress_rope_theta",
                                                     "block_size"};
  static constexpr std::pair<std::string_view, std::string_view> unread_somewhere[] = {
      {"kimi_linear", "num_key_value_heads"},  {"kimi_linear", "head_dim"},
      {"deepseek_v32", "num_key_value_heads"}, {"glm4_moe_lite", "num_key_value_heads"},
      {"deepseek_v4", "qk_rope_head_dim"},     {"mimo_v2_flash", "attention_chunk_size"}};
  return std::ranges::find(unread_keys, key) != std::end(unread_keys) ||
         std::ranges::find(unread_somewhere, std::pair(model_type, key)) != std::end(unread_somewhere);
}

std::string sentence(char const* key, char const* model_type, std::string const& rest) {
  return std::string("moetric: key '") + key + "' of model_type '" + model_type + "' must " + rest;
}

/// Where a bad value of a key stands: a key that may hold an array names its item.
std::string place(std::string const& key, json const& bad, std::string_view model_type) {
  bool const may_be_array = key == "moe_layer_freq" && model_type != "glm_moe_dsa";
  return may_be_array && bad.is_array() ? key + "[0]" : key;
}

}  // namespace

TEST_CASE("published models have their published sizes") {
  for (published const& each : models) {
    CAPTURE(each.name);
    parameter_counts const got = count_parameters(io::parse_model(each.config));
    CHECK(got.total == each.total);
    if (each.active_billions == 0) {
      CHECK(got.active == got.total);
      continue;
    }
    double const active_billions = static_cast<double>(got.active) / 1e9;
    CHECK(active_billions > 0.975 * each.active_billions);
    CHECK(active_billions < 1.025 * each.active_billions);
  }
}

TEST_CASE("published models with layers of their own kind are those of the independent counter") {
  for (counted const& each : counted_models) {
    CAPTURE(each.name);
    parameter_counts const got = count_parameters(io::parse_model(each.config));
    CHECK(got.total == each.total);
    CHECK(got.active == each.active);
    CHECK(got.mtp == each.mtp);
  }
}

TEST_CASE("with their modules, models are as large as the tensors that their publishers stored") {
  // Totals of the safetensors on the Hub. GLM-5.2 is GLM-5 with 21 of 78 indexers.
  auto const stored = [](json const& config) {
    parameter_counts const counts = count_parameters(import(config));
    return counts.total + counts.mtp;
  };
  CHECK(stored(config_of("GLM-5")) == 753864139008);
  json shared = config_of("GLM-5");
  shared.update({{"index_topk_freq", 4}, {"index_skip_topk_offset", 3}, {"index_share_for_mtp_iteration", true}});
  CHECK(stored(shared) == 753329940480);
  for (int i = 0; i != 78; ++i) {
    shared["indexer_types"].push_back(i > 2 && (i - 2) % 4 != 0 ? "shared" : "full");
    shared["mlp_layer_types"].push_back(i < 3 ? "dense" : "sparse");
  }
  CHECK(stored(shared) == 753329940480);
  CHECK(stored(config_of("Hy3")) == 298786155776);
  CHECK(stored(config_of("Ling-1T")) == 999705328640);
  CHECK(stored(config_of("Ling-2.5-1T")) == 1012231160320);
  CHECK(stored(config_of("Ling-3.0-flash")) == 127486405600);
  CHECK(stored(config_of("Ling-3.0-tiny")) == 7893392800);
  CHECK(stored(config_of("Ling-flash-2.0")) == 102889705216);
  CHECK(stored(config_of("MiMo-7B")) == 7833409536);
  // Ring-2.6-1T has one module and is so much larger than Ring-2.5-1T.
  CHECK(mtp_parameters(with(config_of("Ling-2.5-1T"), "num_nextn_predict_layers", 1)) == 1025657871744 - 1012474606720);
  // As their reports round them: billions, total and active.
  auto const rounded = [](char const* name, double total, double active) {
    CAPTURE(name);
    parameter_counts const counts = count_parameters(import(config_of(name)));
    CHECK(std::abs(static_cast<double>(counts.total) / 1e9 - total) <= 0.005 * total);
    CHECK(std::abs(static_cast<double>(counts.active) / 1e9 - active) <= 0.025 * active);
  };
  rounded("Hunyuan-7B", 7.5, 7.5);
  rounded("Ling-lite-1.5", 16.8, 2.75);
  rounded("Ring-mini-linear-2.0", 16.4, 1.6);
  rounded("Step-3", 316, 38);
}

TEST_CASE("configurations give the models of the zoo") {
  CHECK(import(config_of("Hunyuan-A13B")) == zoo::hunyuan_a13b);
  CHECK(import(config_of("Hunyuan-A13B by transformers")) == zoo::hunyuan_a13b);
  CHECK(import(config_of("Hunyuan-Large")) == zoo::hunyuan_large);
  CHECK(import(config_of("Hy3")) == zoo::hy3);
  CHECK(import(config_of("Ling-mini-2.0")) == zoo::ling_mini_2_0);
  CHECK(import(config_of("Ling-mini-2.0 by Megatron-Bridge")) == zoo::ling_mini_2_0);
  CHECK(import(config_of("Step-3.5-Flash")) == zoo::step_3_5_flash);
  // Published files have no key for these modules, engines do.
  CHECK(import(with(config_of("LongCat-Flash"), "num_nextn_predict_layers", 1)) == zoo::longcat_flash);
  CHECK(import(with(config_of("MiMo-V2-Flash"), "num_nextn_predict_layers", 3)) == zoo::mimo_v2_flash);
  CHECK(import(with(config_of("Qwen3-Next-80B-A3B"), "num_nextn_predict_layers", 1)) == zoo::qwen3_next_80b_a3b);
  for (char const* const name : {"LongCat-Flash", "MiMo-V2-Flash", "Qwen3-Next-80B-A3B"}) {
    CAPTURE(name);
    CHECK_THAT(io::import_model_text(config_of(name).dump()).notes.back(),
               ContainsSubstring("modules of multi-token prediction of model_type"));
    CHECK(mtp_parameters(with(config_of(name), "num_nextn_predict_layers", 0)) == 0);
  }
}

TEST_CASE("active counts are those of the independent counter") {
  CHECK(active_parameters(import(config_of("Mixtral-8x7B"))) == 12879925248);
  CHECK(active_parameters(import(config_of("Qwen1.5-MoE-A2.7B"))) == 2689173504);
  CHECK(active_parameters(import(config_of("Qwen3-30B-A3B"))) == 3353032704);
  CHECK(active_parameters(import(config_of("OLMoE-1B-7B"))) == 1282017280);
  CHECK(active_parameters(import(config_of("DeepSeek-V2-Lite"))) == 2661150208);
  CHECK(active_parameters(import(config_of("DeepSeek-V3"))) == 37552297472);
  CHECK(active_parameters(import(config_of("Moonlight-16B-A3B"))) == 2914776192);
  CHECK(mtp_parameters(config_of("DeepSeek-V3")) == 11610068224);
  CHECK(mtp_parameters(config_of("Kimi-K2")) == 0);
}

TEST_CASE("every known model_type is tested here, or with the layers of its own") {
  constexpr std::string_view with_own_layers[] = {"axk2",      "ernie4_5_vl_moe_text",
                                                  "falcon_h1", "gemma3n_text",
                                                  "hrm_text",  "mllama_text_model",
                                                  "ouro",      "rwkv7",
                                                  "zamba2",    "zaya"};  // hugging_face_new_layers
  for (std::string_view const known : io::known_model_types()) {
    CAPTURE(known);
    bool found = std::ranges::find(with_own_layers, known) != std::end(with_own_layers);
    for (published const& each : models) found |= json::parse(each.config)["model_type"] == known;
    for (counted const& each : counted_models) found |= language_model(json::parse(each.config))["model_type"] == known;
    for (published_config const& each : published_configs)
      found |=
          io::import_model_text(each.config).model_type == known || json::parse(each.config)["model_type"] == known;
    CHECK(found);
  }
}

TEST_CASE("an import carries model_type and notes") {
  io::imported_model const plain = io::import_model_text(config_of("Llama-3.2-1B").dump());
  CHECK(plain.model_type == "llama");
  CHECK(plain.notes.empty());

  json const odd = with(config_of("Llama-3.2-1B"), {{"unsloth_fixed", true}, {"colour", "blue"}, {"shade", nullptr}});
  io::imported_model const noted = io::import_model_text(odd.dump());
  CHECK(noted.model == plain.model);
  REQUIRE(noted.notes.size() == 1);
  CHECK(noted.notes[0] == "unknown keys are ignored: 'colour', 'unsloth_fixed'");

  json many = config_of("Llama-3.2-1B");
  for (int i = 0; i != 100; ++i) many["foo" + std::to_string(i)] = 1;
  CHECK_THAT(io::import_model_text(many.dump()).notes.at(0), ContainsSubstring(" and 80 more"));

  json const mistral = without(small("mistral"), "num_key_value_heads");
  CHECK_THAT(refusal(mistral), ContainsSubstring("'num_key_value_heads', but got 4 and 8"));
  auto const notes = io::import_model_text(with(mistral, "num_attention_heads", 8).dump()).notes;
  REQUIRE(notes.size() == 2);
  CHECK(notes[0] == "key 'num_key_value_heads' of model_type 'mistral' is absent: 8, the default of transformers");
  CHECK(notes[1] == "key 'sliding_window' of model_type 'mistral' is absent: 4096, the default of transformers");

  json const long_context = with(config_of("Qwen2.5-32B"), "dual_chunk_attention_config", {{"chunk_size", 262144}});
  CHECK(import(long_context) == import(config_of("Qwen2.5-32B")));
  CHECK_THAT(io::import_model_text(long_context.dump()).notes.at(0), ContainsSubstring("dual_chunk_attention_config"));
}

TEST_CASE("sizes change the count by the weights that they stand for") {
  json const llama = small("llama");
  CHECK(total(llama) == dense_total);
  CHECK(total(with(llama, "vocab_size", 1001)) == dense_total + 2 * 64);
  CHECK(total(with(llama, "num_hidden_layers", 4)) == dense_total + dense_layer);
  CHECK(total(with(llama, "intermediate_size", 129)) == dense_total + 3 * 3 * 64);
  CHECK(total(with(llama, "head_dim", 32)) == dense_total + 3 * 12288);  // twice the attention
  CHECK(total(with(llama, "tie_word_embeddings", true)) == dense_total - 64000);
  CHECK(total(with(llama, "num_key_value_heads", nullptr)) == dense_total + 3 * 2 * 64 * 32);
  CHECK(total(without(llama, "num_key_value_heads")) == dense_total + 3 * 2 * 64 * 32);
  CHECK(total(without(llama, "head_dim")) == dense_total);
  CHECK(total(without(small("qwen3"), "head_dim")) ==  // 128: eight times the attention, and wider head norms
        dense_total + 3 * 7 * 12288 + 3 * 2 * 128);
  CHECK(total(without(small_moe("qwen3_moe"), "head_dim")) == total(small_moe("qwen3_moe")));
}

TEST_CASE("biases and norms are those of the model_type") {
  CHECK(total(with(small("llama"), "attention_bias", true)) == dense_total + 3 * (64 + 32 + 32 + 64));
  CHECK(total(with(small("llama"), "mlp_bias", true)) == dense_total + 3 * (2 * 128 + 64));
  CHECK(total(small("mistral")) == dense_total);
  CHECK(total(small("phi3")) == dense_total);
  CHECK(total(small("qwen2")) == dense_total + 3 * (64 + 32 + 32));  // biases on queries, keys and values
  CHECK(total(small("qwen3")) == dense_total + 3 * (2 * 16));        // a norm for each head
  CHECK(total(with(small("qwen3"), "attention_bias", true)) == dense_total + 3 * (32 + 192));
  CHECK(total(small("olmo2")) == dense_total + 3 * (64 + 32));  // a norm over all heads
  CHECK(total(small("smollm3")) == dense_total - 64000);        // tied when the key is absent
  CHECK(total(with(small("smollm3"), "tie_word_embeddings", false)) == dense_total);
}

TEST_CASE("experts are in the layers, and of the widths, that the model_type says") {
  json const mixtral = with(small("mixtral"), {{"num_local_experts", 4}, {"num_experts_per_tok", 2}});
  CHECK(total(mixtral) == dense_total + 3 * (3 * 24576 + 64 * 4));  // three more feed-forwards and a router
  CHECK(active_parameters(import(mixtral)) == total(mixtral) - 3 * 2 * 24576);
  CHECK(active_parameters(import(with(mixtral, "num_experts_per_tok", 4))) == total(mixtral));
  CHECK(total(without(with(mixtral, "num_experts", 4), "num_local_experts")) == total(mixtral));

  json const olmoe = with(small("olmoe"), {{"num_experts", 4}, {"num_experts_per_tok", 2}});
  CHECK(total(olmoe) == total(mixtral) + 3 * (64 + 32));

  json const qwen3 = small_moe("qwen3_moe");
  std::uint64_t const every_layer = dense_total + 3 * 32 + 3 * (moe_of_small - 24576);
  CHECK(total(qwen3) == every_layer);
  CHECK(total(with(qwen3, "decoder_sparse_step", 2)) == every_layer - 2 * (moe_of_small - 24576));  // layer 1 alone
  CHECK(total(with(qwen3, "mlp_only_layers", {0})) == every_layer - (moe_of_small - 24576));
  CHECK(total(with(qwen3, "mlp_only_layers", {0, 1, 2})) == dense_total + 3 * 32);
  CHECK(total(with(qwen3, "mlp_only_layers", nullptr)) == every_layer);
  CHECK(total(with(qwen3, "num_experts", 0)) == dense_total + 3 * 32);
  CHECK(total(with(qwen3, "moe_intermediate_size", 17)) == every_layer + 3 * 8 * 3 * 64);
  CHECK(total(with(qwen3, "intermediate_size", 129)) == every_layer);                        // no dense layer
  CHECK(total(without(with(qwen3, "num_local_experts", 8), "num_experts")) == every_layer);  // as release 5 writes it
  CHECK(import(with(qwen3, {{"decoder_sparse_step", 2}, {"num_hidden_layers", 4}})).layers.runs.size() == 4);

  json const qwen2 = with(small_moe("qwen2_moe"), "shared_expert_intermediate_size", 32);
  std::uint64_t const with_shared = dense_total + 3 * 128 + 3 * (moe_of_small - 24576 + 3 * 64 * 32 + 64);
  CHECK(total(qwen2) == with_shared);
  CHECK(total(with(qwen2, "qkv_bias", false)) == with_shared - 3 * 128);
  CHECK(total(with(qwen2, "shared_expert_intermediate_size", 33)) == with_shared + 3 * 3 * 64);
}

TEST_CASE("groups of experts are read, and change no count") {
  json const v3 = small_latent("deepseek_v3");
  auto const groups_of = [](json const& config) {
    model const read = io::parse_model(config.dump());
    experts<> const& moe = read.layers.ffns[1].get<experts<>>();
    return std::pair(moe.n_group, moe.topk_group);
  };
  using groups = std::pair<count, count>;
  json const grouped = with(v3, {{"n_group", 4}, {"topk_group", 2}});
  CHECK(groups_of(v3) == groups(0, 0));
  CHECK(groups_of(grouped) == groups(4, 2));
  CHECK(groups_of(with(grouped, "topk_method", "greedy")) == groups(0, 0));
  CHECK(groups_of(with(grouped, {{"n_group", nullptr}, {"topk_group", nullptr}})) == groups(0, 0));
  CHECK(total(grouped) == total(v3));
  CHECK(refusal(with(grouped, "n_group", 3)) ==
        sentence("n_routed_experts", "deepseek_v3", "be divisible by 'n_group', but got 8 and 3"));
  CHECK(refusal(with(grouped, "topk_group", 5)) ==
        sentence("topk_group", "deepseek_v3", "be between 1 and 'n_group', but got 5 and 4"));
  // two of four experts in a group of one: found by the rules of every model
  CHECK(refusal(with(grouped, {{"n_group", 8}, {"topk_group", 1}, {"topk_method", "group_limited_greedy"}})) ==
        "moetric: top_k must not exceed the experts in topk_group groups, but got 2 and 1");
}

TEST_CASE("latent attention and its experts follow their keys") {
  json const v3 = small_latent("deepseek_v3");
  std::uint64_t const base =
      3 * (latent_attention + 128) + 24576 + 2 * latent_moe + 2 * 64000 + 64;  // one dense layer, two with experts
  CHECK(total(v3) == base);
  CHECK(total(small_latent("kimi_k2")) == base);
  CHECK(total(small_latent("deepseek_v2")) == base - 2 * 8);  // greedy, without correction bias
  CHECK(total(with(v3, "topk_method", "greedy")) == base - 2 * 8);
  CHECK(total(with(v3, "q_lora_rank", nullptr)) == base + 3 * (64 * 48 - (1536 + 1152 + 24)));
  CHECK(total(with(v3, "kv_lora_rank", 17)) == base + 3 * (64 + 4 * 16 + 1));
  CHECK(total(with(v3, "qk_nope_head_dim", 9)) == base + 3 * (24 * 4 + 16 * 4));
  CHECK(total(with(v3, "qk_rope_head_dim", 5)) == base + 3 * (24 * 4 + 64));
  CHECK(total(with(v3, "v_head_dim", 9)) == base + 3 * (16 * 4 + 4 * 64));
  CHECK(total(with(v3, "attention_bias", true)) == base + 3 * (24 + 20 + 64));
  CHECK(total(with(v3, "n_shared_experts", nullptr)) == base - 2 * 2 * 3072);
  CHECK(total(with(v3, "n_shared_experts", 0)) == base - 2 * 2 * 3072);
  CHECK(total(with(v3, "n_routed_experts", 9)) == base + 2 * (3072 + 64 + 1));
  CHECK(total(with(v3, "first_k_dense_replace", 2)) == base - latent_moe + 24576);
  CHECK(total(with(v3, "first_k_dense_replace", 3)) == base - 2 * (latent_moe - 24576));
  CHECK(total(with(v3, "moe_layer_freq", 2)) == base - latent_moe + 24576);  // layer 2 alone
  CHECK(total(with(v3, {{"num_key_value_heads", 4}, {"head_dim", 4}, {"qk_head_dim", 12}})) == base);
  CHECK(active_parameters(import(v3)) == base - 2 * 6 * 3072);

  CHECK(mtp_parameters(v3) == 0);
  CHECK(mtp_parameters(with(v3, "num_nextn_predict_layers", nullptr)) == 0);
  // A layer with experts, the projection of two hidden states to one, and three norms.
  CHECK(mtp_parameters(with(v3, "num_nextn_predict_layers", 2)) ==
        2 * (latent_attention + 128 + latent_moe + 2 * 64 * 64 + 3 * 64));
  CHECK(total(with(v3, "num_nextn_predict_layers", 2)) == base);
}

TEST_CASE("a sliding window changes FLOPs in the layers that have it") {
  CHECK(attention_core(small("llama")) == 3 * full_core);
  CHECK(attention_core(with(small("mistral"), "sliding_window", nullptr)) == 3 * full_core);
  CHECK(attention_core(with(small("mistral"), "sliding_window", 8)) == 3 * windowed_core);
  CHECK(attention_core(with(small("phi3"), "sliding_window", 8)) == 3 * windowed_core);
  CHECK(attention_core(with(with(small("mixtral"), {{"num_local_experts", 4}, {"num_experts_per_tok", 2}}),
                            "sliding_window", 8)) == 3 * windowed_core);
  CHECK(import(small("mistral")).layers.mixers[0].get<grouped_query_attention<>>().window ==
        4096);  // absent is not null here
  CHECK(import(with(small("mistral"), "sliding_window", 2147483647)) ==
        import(with(small("mistral"), "sliding_window", nullptr)));

  for (char const* const model_type : {"qwen2", "qwen3"}) {
    CAPTURE(model_type);
    json const off = with(small(model_type), {{"sliding_window", 8}, {"max_window_layers", 2}});
    CHECK(attention_core(off) == 3 * full_core);
    json const on = with(off, "use_sliding_window", true);
    CHECK(attention_core(on) == 2 * full_core + windowed_core);  // from layer 2 on
    CHECK(attention_core(with(on, "max_window_layers", 0)) == 3 * windowed_core);
    CHECK(attention_core(with(on, "max_window_layers", 70)) == 3 * full_core);
    CHECK(attention_core(with(on, "sliding_window", nullptr)) == 3 * full_core);
    json const named = {"sliding_attention", "sliding_attention", "full_attention"};
    CHECK(attention_core(with(on, "layer_types", named)) == full_core + 2 * windowed_core);
    CHECK_THAT(refusal(with(off, "layer_types", named)), ContainsSubstring("agree with the keys of the sliding"));
    CHECK(total(on) == total(off));
  }

  json const qwen2_moe =
      with(small_moe("qwen2_moe"),
           {{"shared_expert_intermediate_size", 32}, {"use_sliding_window", true}, {"sliding_window", 8}});
  CHECK(refusal(qwen2_moe) ==
        sentence("layer_types", "qwen2_moe", "be present when 'use_sliding_window' is true, but is missing"));
  CHECK(attention_core(with(qwen2_moe, "layer_types", {"full_attention", "sliding_attention", "full_attention"})) ==
        2 * full_core + windowed_core);
  CHECK_THAT(refusal(with(small_moe("qwen3_moe"), "use_sliding_window", true)),
             ContainsSubstring("'use_sliding_window' of model_type 'qwen3_moe' must be false"));

  json const full = {"full_attention", "full_attention", "full_attention"};
  CHECK(attention_core(with(small("llama"), "layer_types", full)) == 3 * full_core);
  CHECK_THAT(refusal(with(small("mistral"), "layer_types", full)), ContainsSubstring("agree with the keys"));
  CHECK(refusal(with(small("qwen3"), "layer_types", {"full_attention"})) ==
        sentence("layer_types", "qwen3", "have 'num_hidden_layers' items, but got 1 and 3"));
  CHECK_THAT(refusal(with(small("qwen3"), "layer_types", {"full_attention", "full_attention", "linear_attention"})),
             ContainsSubstring("but got 'linear_attention'"));
}

TEST_CASE("a missing structural key is named") {
  auto const required = [](json const& config, std::initializer_list<char const*> keys) {
    std::string const model_type = config["model_type"];
    for (char const* const key : keys) {
      CAPTURE(model_type, key);
      CHECK_THAT(refusal(without(config, key)), ContainsSubstring(sentence(key, model_type.c_str(), "be present")));
    }
  };
  for (published const& each : models)
    required(json::parse(each.config),
             {"hidden_size", "num_hidden_layers", "num_attention_heads", "intermediate_size", "vocab_size"});
  required(config_of("Mixtral-8x7B"), {"num_local_experts", "num_experts_per_tok"});
  required(config_of("Qwen3-30B-A3B"), {"num_experts", "num_experts_per_tok", "moe_intermediate_size"});
  required(config_of("Qwen1.5-MoE-A2.7B"), {"shared_expert_intermediate_size"});
  for (char const* const name : {"DeepSeek-V2", "DeepSeek-V3", "Kimi-K2"})
    required(config_of(name),
             {"n_routed_experts", "num_experts_per_tok", "n_shared_experts", "moe_intermediate_size", "q_lora_rank",
              "kv_lora_rank", "qk_nope_head_dim", "qk_rope_head_dim", "v_head_dim", "first_k_dense_replace"});
}

TEST_CASE("a structural key must be a whole number within bounds") {
  json const bad_values = {-1, 1e18, 4096.0, "8", true, json::array({8}), std::uint64_t{1} << 40};
  for (char const* const name : {"Llama-2-7B", "Mixtral-8x7B", "Qwen3-30B-A3B", "DeepSeek-V3"}) {
    json const config = config_of(name);
    std::string const model_type = config["model_type"];
    for (auto const& [key, value] : config.items()) {
      bool const unread = key == "max_window_layers" ||  // without use_sliding_window
                          (key == "num_key_value_heads" && model_type == "deepseek_v3");
      if (!value.is_number_integer() || unread || io::hugging_face::is_harmless(key)) continue;
      for (json const& bad : bad_values) {
        CAPTURE(model_type, key, bad.dump());
        CHECK_THAT(refusal(with(config, key.c_str(), bad)),
                   ContainsSubstring(sentence(place(key, bad, model_type).c_str(), model_type.c_str(), "")));
      }
    }
  }
}

TEST_CASE("well-known bad inputs are refused with key and value") {
  json const llama = small("llama");
  CHECK(refusal(with(llama, "num_attention_heads", 7)) ==
        sentence("num_attention_heads", "llama", "be divisible by 'num_key_value_heads', but got 7 and 2"));
  CHECK(refusal(without(with(llama, "hidden_size", 65), "head_dim")) ==
        sentence("hidden_size", "llama",
                 "be divisible by 'num_attention_heads' when 'head_dim' is absent, but got 65 and 4"));
  CHECK(refusal(with(llama, "num_hidden_layers", 0)) ==
        sentence("num_hidden_layers", "llama", "be from 1 to 1048576, but got 0"));
  CHECK(refusal(with(llama, "hidden_size", -4096)) ==
        sentence("hidden_size", "llama", "not be negative, but got -4096"));
  CHECK(refusal(with(llama, "intermediate_size", {128, 128, 128})) ==
        sentence("intermediate_size", "llama", "be a whole number, but got an array"));
  CHECK(refusal(with(llama, "tie_word_embeddings", "false")) ==
        sentence("tie_word_embeddings", "llama", "be true or false, but got 'false'"));
  CHECK(refusal(with(small_moe("qwen3_moe"), "num_experts_per_tok", 9)) ==
        sentence("num_experts_per_tok", "qwen3_moe", "not exceed 'num_experts', but got 9 and 8"));
  CHECK(refusal(with(small("mixtral"), {{"num_local_experts", 1}, {"num_experts_per_tok", 2}})) ==
        sentence("num_experts_per_tok", "mixtral", "not exceed 'num_local_experts', but got 2 and 1"));
  CHECK(refusal(with(small_moe("qwen3_moe"), "decoder_sparse_step", 0)) ==
        sentence("decoder_sparse_step", "qwen3_moe", "be from 1 to 1048576, but got 0"));
  CHECK(refusal(with(small_moe("qwen3_moe"), "mlp_only_layers", {3})) ==
        sentence("mlp_only_layers[0]", "qwen3_moe", "be from 0 to 2, but got 3"));
  CHECK(refusal(with(small_moe("qwen3_moe"), "use_qk_norm", false)) ==
        sentence("use_qk_norm", "qwen3_moe", "be true, since the modelling code always normalises, but got false"));
  CHECK(refusal(with(small_latent("deepseek_v3"), "first_k_dense_replace", 4)) ==
        sentence("first_k_dense_replace", "deepseek_v3", "not exceed 'num_hidden_layers', but got 4 and 3"));
  CHECK(refusal(with(small_latent("deepseek_v3"), "topk_method", "magic")) ==
        sentence("topk_method", "deepseek_v3", "be 'noaux_tc', 'greedy' or 'group_limited_greedy', but got 'magic'"));
  CHECK(refusal(with(small_latent("deepseek_v3"), "use_mla", false)) ==
        sentence("use_mla", "deepseek_v3", "be true, since only latent attention is read, but got false"));
  CHECK(refusal(with(small_latent("deepseek_v3"), "num_local_experts", 9)) ==
        sentence("num_local_experts", "deepseek_v3", "equal 'n_routed_experts', but got 9 and 8"));
  CHECK(refusal(with(with(small("olmoe"), {{"num_experts", 4}, {"num_experts_per_tok", 2}}), "head_dim", 32)) ==
        sentence("head_dim", "olmoe", "be 'hidden_size' / 'num_attention_heads', but got 32 with 64 and 4"));
  CHECK(refusal(with(small("phi3"), "full_attn_mod", 2)) == sentence("full_attn_mod", "phi3", "be 1, but got 2"));
  CHECK(refusal(with(llama, "hidden_act", "xielu")) ==
        sentence("hidden_act", "llama", "name an activation without weights, but got 'xielu'"));
  CHECK_THAT(refusal(with(llama, "architectures", {"LlamaForSequenceClassification"})),
             ContainsSubstring("but got 'LlamaForSequenceClassification'"));
  CHECK_THAT(refusal(with(small_moe("qwen3_moe"), {{"decoder_sparse_step", 2}, {"num_hidden_layers", 258}})),
             ContainsSubstring("make at most 256 runs of equal layers, but makes more with 258 layers"));
  CHECK(refusal(with(small_moe("qwen3_moe"), {{"decoder_sparse_step", 2}, {"num_hidden_layers", 256}})).empty());
}

TEST_CASE("an unknown architecture is an error that names it") {
  for (json const& unknown : {json("unheard_of"), json(""), json("LLAMA"), json("llama "), json("llama\n")})
    CHECK_THAT(refusal(with(small("llama"), "model_type", unknown)),
               ContainsSubstring("moetric: model_type must be one of "));
  CHECK_THAT(refusal(with(small("llama"), "model_type", "unheard_of")), ContainsSubstring("but got 'unheard_of'"));
  CHECK(refusal(without(small("llama"), "model_type")) ==
        "moetric: key 'model_type' of config.json must be present, since it names the architecture, but is missing");
  CHECK(refusal(with(small("llama"), "model_type", 7)) ==
        "moetric: key 'model_type' of config.json must be a string, but got 7");
  CHECK_THAT(refusal(json::object()), ContainsSubstring("key 'model_type' of config.json must be present"));

  CHECK_THAT(refusal(with({{"encoder_config", small("llama")}}, "model_type", "vision-encoder-decoder")),
             ContainsSubstring("which nests another configuration in 'encoder_config'"));
  CHECK(refusal(with(small("llama"), "text_config", small("llama"))) ==
        sentence("text_config", "llama", "be absent, since configurations inside others are not read, but is there"));
  CHECK(refusal(with(small("llama"), "vision_config", nullptr)).empty());
}

TEST_CASE("a key that may change the count and is not understood is refused") {
  auto const refused = [](char const* model_type, char const* key, json const& value) {
    CAPTURE(model_type, key);
    json const config = std::string_view(model_type).starts_with("deepseek") ? small_latent(model_type)
                        : std::string_view(model_type).ends_with("_moe")     ? small_moe(model_type)
                                                                             : small(model_type);
    CHECK_THAT(refusal(with(config, key, value)),
               ContainsSubstring(sentence(key, model_type, "be understood, since it may change the count")));
  };
  refused("llama", "num_experts", 8);
  refused("llama", "kv_lora_rank", 512);
  refused("llama", "sliding_window", 4096);
  refused("llama", "qk_norm", true);
  refused("llama", "block_configs", json::array({1}));
  refused("llama", "pruned_heads", {{"0", {1}}});
  refused("llama", "lm_head_bias", true);
  refused("llama", "num_nextn_predict_layers", 1);
  refused("llama", "Hidden_Size_2", 64);
  refused("llama", "is_encoder_decoder", true);
  refused("mistral", "attention_bias", true);
  refused("qwen2", "moe_intermediate_size", 64);
  refused("qwen3_moe", "shared_expert_intermediate_size", 64);
  refused("qwen3_moe", "qkv_bias", true);
  refused("deepseek_v3", "index_topk", 2048);
  refused("deepseek_v3", "index_head_dim", 128);
  refused("deepseek_v2", "mlp_bias", true);

  // Off, or known to change nothing.
  json const harmless{{"num_experts", 0},
                      {"qk_norm", false},
                      {"attn_pattern", ""},
                      {"mlp_only_layers", json::array()},
                      {"pruned_heads", json::object()},
                      {"kv_lora_rank", nullptr},
                      {"depth_scale", 0.0},
                      {"hidden_dropout", 0.1},
                      {"max_position_embeddings", 131072},
                      {"rms_norm_eps", 1e-6},
                      {"bos_token_id", 1},
                      {"eos_token_id", {1, 2}},
                      {"initializer_range", 0.02},
                      {"quantization_config", {{"bits", 4}}},
                      {"output_hidden_states", true},
                      {"rope_local_base_freq", 10000},
                      {"_attn_implementation_autoset", true},
                      {"num_labels", 2}};
  for (auto const& [key, value] : harmless.items()) {
    CAPTURE(key);
    CHECK(total(with(small("llama"), key.c_str(), value)) == dense_total);
  }
}

TEST_CASE("no accepted configuration overflows a count at any accepted length") {
  std::uint64_t const wide = io::hugging_face::width.most;
  std::uint64_t const many = io::hugging_face::expert_count.most;
  json const experts = {{"model_type", "mixtral"},   {"hidden_size", wide},
                        {"intermediate_size", wide}, {"num_hidden_layers", io::hugging_face::layer_count.most},
                        {"num_attention_heads", 1},  {"num_key_value_heads", 1},
                        {"head_dim", wide},          {"vocab_size", io::hugging_face::vocabulary.most},
                        {"num_local_experts", many}, {"num_experts_per_tok", many}};
  json latent = with(experts, {{"model_type", "deepseek_v3"},
                               {"q_lora_rank", wide},
                               {"kv_lora_rank", wide},
                               {"qk_nope_head_dim", wide / 2},
                               {"qk_rope_head_dim", wide / 2},
                               {"v_head_dim", wide},
                               {"n_routed_experts", many},
                               {"n_shared_experts", many},
                               {"moe_intermediate_size", wide},
                               {"attention_bias", true},
                               {"first_k_dense_replace", 0},
                               {"num_nextn_predict_layers", io::hugging_face::layer_index.most}});
  for (char const* const key : {"num_local_experts", "head_dim", "num_key_value_heads"}) latent.erase(key);
  std::uint64_t const layers = io::hugging_face::layer_count.most;
  json compressed = with(latent, {{"model_type", "deepseek_v4"},
                                  {"head_dim", wide},
                                  {"num_key_value_heads", 1},
                                  {"o_groups", 1},
                                  {"o_lora_rank", wide},
                                  {"index_n_heads", 1},
                                  {"index_head_dim", wide},
                                  {"index_topk", io::hugging_face::window_width.most},
                                  {"sliding_window", io::hugging_face::window_width.most},
                                  {"hc_mult", 64},
                                  {"n_shared_experts", 1},
                                  {"num_hash_layers", 0},
                                  {"attention_bias", false},
                                  {"num_nextn_predict_layers", 1}});
  for (char const* const key :
       {"intermediate_size", "kv_lora_rank", "qk_nope_head_dim", "v_head_dim", "first_k_dense_replace"})
    compressed.erase(key);
  json ratios(layers, 4);
  ratios.push_back(0);
  compressed["compress_ratios"] = ratios;
  json delta = with(experts, {{"model_type", "qwen3_next"},
                              {"num_experts", many},
                              {"moe_intermediate_size", wide},
                              {"shared_expert_intermediate_size", wide},
                              {"full_attention_interval", layers},
                              {"linear_num_key_heads", 1},
                              {"linear_num_value_heads", 1},
                              {"linear_key_head_dim", wide},
                              {"linear_value_head_dim", wide},
                              {"linear_conv_kernel_dim", wide}});
  delta.erase("num_local_experts");
  json state = {{"model_type", "nemotron_h"},
                {"hidden_size", wide},
                {"intermediate_size", wide},
                {"num_hidden_layers", layers},
                {"num_attention_heads", 1},
                {"num_key_value_heads", 1},
                {"head_dim", wide},
                {"vocab_size", io::hugging_face::vocabulary.most},
                {"hybrid_override_pattern", std::string(layers, 'M')},
                {"mamba_num_heads", wide},
                {"mamba_head_dim", 1},
                {"n_groups", 1},
                {"ssm_state_size", wide},
                {"conv_kernel", wide}};
  sequence<> const longest{unlimited_window, causal_rule::full};
  for (json const& config : {experts, latent, compressed, delta, state}) {
    CAPTURE(config["model_type"].get<std::string>());
    model const m = import(config);
    CHECK_NOTHROW(count_parameters(m));
    CHECK_NOTHROW(kv_cache_bytes_per_token(m));
    CHECK_NOTHROW(training_flops(m, longest).by_term.total());
    CHECK_NOTHROW(training_flops(forward_flops(m, longest) + mtp_forward_flops(m, longest)).per_sequence());
  }
  CHECK(refusal(with(experts, "num_attention_heads", 2)) ==
        sentence("num_attention_heads", "mixtral",
                 "give at most 16777216 when multiplied with 'head_dim', but got 2 x 16777216"));
}

TEST_CASE("only the language model of a multimodal configuration is counted") {
  json const inner = small("llama");
  json const vision = {{"hidden_size", 32}, {"num_hidden_layers", 2}};
  for (char const* const key : {"text_config", "llm_config", "language_config", "thinker_config"}) {
    CAPTURE(key);
    json const wrapper = {{"model_type", "some_vl"},
                          {"architectures", {"SomeForConditionalGeneration"}},
                          {"vision_config", vision},
                          {"image_token_id", 999},
                          {"mm_tokens_per_image", 256},
                          {"projector_hidden_act", "gelu"},
                          {key, inner}};
    io::imported_model const imported = io::import_model_text(wrapper.dump());
    CHECK(imported.model == import(inner));
    CHECK(imported.model_type == "llama");
    REQUIRE(imported.notes.size() == 1);
    CHECK(imported.notes[0] == "only the language model in '" + std::string(key) +
                                   "' of model_type 'some_vl' is counted, not 'vision_config'");

    CHECK(total(with(wrapper, "tie_word_embeddings", true)) == dense_total - 64000);
    CHECK(total(with(wrapper, "tie_word_embeddings", nullptr)) == dense_total);
    json tied_inside = wrapper;
    tied_inside[key]["tie_word_embeddings"] = true;
    CHECK(total(tied_inside) == dense_total - 64000);
    CHECK(total(with(tied_inside, "tie_word_embeddings", true)) == dense_total - 64000);
    CHECK_THAT(refusal(with(tied_inside, "tie_word_embeddings", false)),
               ContainsSubstring("'tie_word_embeddings' of model_type 'some_vl' must agree with the one in"));
    CHECK_THAT(refusal(with(wrapper, "tie_word_embeddings", 1)), ContainsSubstring("be true or false, but got 1"));

    // What sounds like the language model outside, and what is wrong inside.
    CHECK(refusal(with(wrapper, "hidden_size", 65)) ==
          sentence("hidden_size", "some_vl", "be understood, since it may change the count, but got 65"));
    CHECK(import(with(wrapper, "hidden_size", 64)) == import(inner));  // as inside
    CHECK_THAT(refusal(with(wrapper, "architectures", {"SomeForSequenceClassification"})),
               ContainsSubstring("name a generating model"));
    CHECK_THAT(refusal(with(wrapper, key, without(inner, "model_type"))),
               ContainsSubstring(std::string("key 'model_type' of '") + key + "' of config.json must be present"));
    CHECK_THAT(refusal(with(wrapper, key, with(inner, "model_type", "unheard_of"))),
               ContainsSubstring("but got 'unheard_of'"));
    CHECK_THAT(refusal(with(wrapper, key, with(inner, "hidden_size", -1))), ContainsSubstring("not be negative"));
    CHECK_THAT(refusal(with(wrapper, key, with(inner, "vision_config", vision))), ContainsSubstring("be absent"));
    CHECK_THAT(refusal(with(wrapper, key, json::object())), ContainsSubstring("but got 'some_vl'"));
    CHECK_THAT(refusal(with(wrapper, key, json::array())), ContainsSubstring("but got 'some_vl'"));
  }
}

TEST_CASE("every number of a family with layers of its own kind is held to its bounds") {
  json const bad_values = {-1, 1e18, 4096.5, "8", json::array({8}), std::uint64_t{1} << 40};
  for (counted const& each : counted_models) {
    json const config = json::parse(each.config);
    bool const wrapped = config.contains("text_config");
    json const inner = language_model(config);
    std::string const model_type = inner["model_type"];
    for (auto const& [key, value] : inner.items()) {
      if (!value.is_number_integer() || io::hugging_face::is_harmless(key) || unread(model_type, key)) continue;
      for (json const& bad : bad_values) {
        if (key == "moe_layer_end_index" && bad == -1) continue;  // the last layer
        CAPTURE(model_type, key, bad.dump());
        json const changed = with(inner, key.c_str(), bad);
        CHECK_THAT(
            refusal(wrapped ? with(config, "text_config", changed) : changed),
            ContainsSubstring("key '" + place(key, bad, model_type) + "' of model_type '" + model_type + "' must "));
      }
    }
    json const odd = with(inner, "num_nextn_dummy_layers", 1);
    CHECK_THAT(refusal(wrapped ? with(config, "text_config", odd) : odd),
               ContainsSubstring("be understood, since it may change the count"));
  }
}

TEST_CASE("layers of several kinds are where their keys say") {
  // Windows alternate, beginning with the first layer; without the names of layers the same.
  json oss = with(small("gpt_oss"), {{"num_local_experts", 4}, {"num_experts_per_tok", 2}, {"sliding_window", 8}});
  CHECK(attention_core(oss) == full_core + 2 * windowed_core);
  CHECK(attention_core(with(oss, "layer_types", {"full_attention", "full_attention", "sliding_attention"})) ==
        2 * full_core + windowed_core);
  CHECK(attention_core(with(small("gemma2"), "sliding_window", 8)) == full_core + 2 * windowed_core);
  CHECK(attention_core(with(small("gemma3_text"), "sliding_window", 8)) == 3 * windowed_core);
  CHECK(attention_core(with(small("gemma3_text"), {{"sliding_window", 8}, {"sliding_window_pattern", 3}})) ==
        full_core + 2 * windowed_core);
  CHECK(refusal(with(oss, "experts_per_token", 3)) ==
        sentence("experts_per_token", "gpt_oss", "equal 'num_experts_per_tok', but got 3 and 2"));
  // Biases of attention, router and experts, and a sink for each head.
  CHECK(total(oss) - total(with(oss, "attention_bias", false)) == 3 * (64 + 32 + 32 + 64));

  // Llama 4: chunks of 8 in 32 tokens are 4 x 8² twice the pairs. Every fourth layer sees everything.
  json const scout = with(small("llama4_text"), {{"num_local_experts", 4},
                                                 {"num_experts_per_tok", 1},
                                                 {"intermediate_size_mlp", 100},
                                                 {"attention_chunk_size", 8}});
  CHECK(attention_core(scout) == 3 * 128 * 256);
  CHECK(attention_core(with(scout, "num_hidden_layers", 4)) == 3 * 128 * 256 + full_core);
  CHECK(attention_core(with(scout, "no_rope_layers", json::array())) == 3 * 128 * 256);
  CHECK(attention_core(with(scout, "no_rope_layers", {1, 0, 0})) == 128 * 256 + 2 * full_core);
  CHECK(attention_core(with(scout, "no_rope_layer_interval", 2)) == 2 * 128 * 256 + full_core);
  CHECK(refusal(with(scout, "no_rope_layers", {1, 0})) ==
        sentence("no_rope_layers", "llama4_text", "have 'num_hidden_layers' items, but got 2 and 3"));
  CHECK_THAT(refusal(with(scout, "no_rope_layers", {1, 0, 2})), ContainsSubstring("be from 0 to 1, but got 2"));
  CHECK_THAT(refusal(with(scout, "attention_chunk_size", nullptr)), ContainsSubstring("but is null"));
  // Four experts, a shared one and a router against a dense feed-forward of another width.
  std::uint64_t const sparse_over_dense = 5 * 24576 + 4 * 64 - 3 * 64 * 100;
  CHECK(total(scout) - total(with(scout, "interleave_moe_layer_step", 2)) == 2 * sparse_over_dense);
  CHECK(total(scout) - total(with(scout, "moe_layers", {0, 2})) == sparse_over_dense);
  CHECK_THAT(refusal(with(scout, "moe_layers", {3})), ContainsSubstring("be from 0 to 2, but got 3"));

  json const nemotron = config_of("Nemotron-Nano-9B-v2");
  std::string const pattern = nemotron["hybrid_override_pattern"];
  CHECK_THAT(refusal(with(nemotron, "hybrid_override_pattern", pattern + "M")),
             ContainsSubstring("have 'num_hidden_layers' items, but got 57 and 56"));
  CHECK_THAT(refusal(with(nemotron, "hybrid_override_pattern", "X" + pattern.substr(1))),
             ContainsSubstring("hold the letters M, *, - and E only"));
  CHECK_THAT(refusal(with(nemotron, "hybrid_override_pattern", "E" + pattern.substr(1))),
             ContainsSubstring("key 'n_routed_experts' of model_type 'nemotron_h' must be present"));
  CHECK_THAT(refusal(without(nemotron, "hybrid_override_pattern")), ContainsSubstring("be present"));
  CHECK_THAT(refusal(with(nemotron, "moe_latent_size", 1024)), ContainsSubstring("be understood"));

  json const next = config_of("Qwen3-Next-80B-A3B");
  CHECK(import(with(next, "full_attention_interval", 48)).layers.runs.size() == 2);
  CHECK(import(without(next, "full_attention_interval")) == import(next));
  CHECK_THAT(refusal(with(next, "layer_types", {"linear_attention"})), ContainsSubstring("but got 1 and 48"));
  CHECK_THAT(refusal(with(next, "linear_num_value_heads", 30)),
             ContainsSubstring("be divisible by 'linear_num_key_heads', but got 30 and 16"));
  CHECK_THAT(refusal(with(next, "attention_bias", true)), ContainsSubstring("be understood"));

  json const flash = config_of("DeepSeek-V4-Flash");
  json ratios = flash["compress_ratios"];
  ratios[5] = 8;
  CHECK_THAT(refusal(with(flash, "compress_ratios", ratios)), ContainsSubstring("hold 0, 4 and 128 only, but got 8"));
  CHECK_THAT(refusal(with(flash, "num_nextn_predict_layers", 2)), ContainsSubstring("but got 44 for 45"));
  ratios = flash["compress_ratios"];
  ratios[43] = 4;
  CHECK_THAT(refusal(with(flash, "compress_ratios", ratios)), ContainsSubstring("end with 0"));
  CHECK(total(flash) - total(with(flash, "num_hash_layers", 4)) == 256);  // one correction bias less
  CHECK_THAT(refusal(with(flash, "o_groups", 7)), ContainsSubstring("be divisible by 'o_groups', but got 64 and 7"));

  json const mimo = config_of("MiMo-V2-Flash");
  CHECK_THAT(refusal(with(mimo, "hybrid_layer_pattern", {0, 1})), ContainsSubstring("but got 2 and 48"));
  CHECK_THAT(refusal(with(mimo, "sliding_window_size", 64)), ContainsSubstring("equal 'sliding_window'"));
  CHECK_THAT(refusal(with(mimo, "n_shared_experts", 1)), ContainsSubstring("be null"));

  json const jamba = config_of("Jamba-v0.1");
  CHECK(import(with(jamba, "mamba_dt_rank", "auto")) == import(jamba));
  CHECK_THAT(refusal(with(jamba, "attn_layer_offset", 8)), ContainsSubstring("be from 0 to 7, but got 8"));
  json const granite = config_of("Granite-4.0-H-Small");
  CHECK(import(with(granite, "mamba_d_head", "auto")) == import(granite));
  CHECK_THAT(refusal(with(granite, "mamba_d_head", 32)), ContainsSubstring("but got 128 and 32"));
  json const ernie = config_of("ERNIE-4.5-21B-A3B");
  CHECK(import(with(ernie, "moe_layer_end_index", 27)) == import(ernie));
  CHECK(import(with(ernie, "moe_layer_end_index", 13)).layers.runs.size() == 3);
  json kimi = config_of("Kimi-Linear-48B-A3B");
  kimi["linear_attn_config"]["kda_layers"].push_back(27);
  CHECK_THAT(refusal(kimi), ContainsSubstring("'kda_layers' of model_type 'kimi_linear' must name the layers"));
  kimi = config_of("Kimi-Linear-48B-A3B");
  kimi["linear_attn_config"]["num_heads_2"] = 3;
  CHECK_THAT(refusal(kimi), ContainsSubstring("key 'num_heads_2' of model_type 'kimi_linear' must be understood"));
  CHECK_THAT(refusal(with(kimi, "linear_attn_config", 3)), ContainsSubstring("be an object, but got 3"));
  json const lite = config_of("GLM-4.7-Flash");
  CHECK_THAT(refusal(with(lite, "first_k_dense_replace", 2)), ContainsSubstring("be 1, but got 2"));
  json const gemma = config_of("Gemma-4-31B");
  json const unlike = {{"num_kv_shared_layers", 59}, {"use_bidirectional_attention", "all"}};
  for (auto const& [key, value] : unlike.items()) {
    CAPTURE(key);
    CHECK_THAT(refusal(with(gemma, "text_config", with(gemma["text_config"], key.c_str(), value))),
               ContainsSubstring("key '" + key + "' of model_type 'gemma4_text' must "));
  }
}

TEST_CASE("more experts per token than exist are refused in every family") {
  for (counted const& each : counted_models) {
    json const config = json::parse(each.config);
    json inner = language_model(config);
    for (char const* const key :
         {"num_experts_per_tok", "num_experts_per_token", "moe_k", "moe_topk", "moe_top_k", "top_k_experts"}) {
      if (!inner.contains(key)) continue;
      CAPTURE(each.name, key);
      inner.erase("experts_per_token");
      json const changed = with(inner, key, 5000);
      CHECK_THAT(refusal(config.contains("text_config") ? with(config, "text_config", changed) : changed),
                 ContainsSubstring("not exceed"));
    }
  }
}
