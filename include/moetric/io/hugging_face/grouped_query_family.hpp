#pragma once

#include <cstdint>
#include <string_view>

#include "moetric/layers/dense_ffn.hpp"
#include "moetric/layers/grouped_query_attention.hpp"
#include "moetric/layers/norm.hpp"

namespace moetric::v0::io::hugging_face {

/// Which layers have a sliding window.
enum class windowed_layers {
  none,           // the modelling code knows no window
  all_layers,     // `sliding_window` holds everywhere when it is not null
  upper_layers,   // with `use_sliding_window`: from layer `max_window_layers` on, unless `layer_types` says otherwise
  named_layers,   // with `use_sliding_window`: those that `layer_types` names
  unsettled,      // with `use_sliding_window`: releases of transformers disagree, so it is refused
  all_but_every,  // all but every n-th layer, by a key with n, unless `layer_types` says otherwise
};

/// Which projections of the attention have a bias.
enum class bias_rule {
  none,
  attention_bias,  // all four, by `bias_key`
  qkv,             // queries, keys and values, always
  qkv_by_key,      // queries, keys and values, by `bias_key`
};

/// Where the experts are.
enum class expert_rule {
  none,
  all_layers,    // every layer; the width of one is `intermediate_size`
  sparse_steps,  // every `decoder_sparse_step`-th layer but `mlp_only_layers`; the width is `moe_intermediate_size`
};

/// What a model_type implies beyond its config.json. Numbers for absent keys are those of its configuration class in
/// transformers; 0 means that the class derives the value from other keys.
struct grouped_query_family {
  std::string_view model_type;
  bias_rule biases = bias_rule::none;
  std::string_view bias_key = "attention_bias";
  bool absent_bias = false;  // what an absent `bias_key` means
  bool mlp_bias = false;     // `mlp_bias_key` adds biases to the feed-forward
  std::string_view mlp_bias_key = "mlp_bias";
  ffn_kind ffn = ffn_kind::gated;
  norm_kind norm = norm_kind::rms;
  std::uint64_t norms_per_layer = 2;
  qk_norm_kind qk_norm = qk_norm_kind::none;
  std::string_view qk_norm_key{};       // the norm is there only when this key is true
  std::uint64_t absent_n_kv_heads = 0;  // 0: num_attention_heads
  std::uint64_t absent_head_dim = 0;    // 0: hidden_size / num_attention_heads
  std::string_view head_dim_key = "head_dim";
  bool free_head_dim = true;  // head_dim may differ from hidden_size / num_attention_heads
  windowed_layers windows = windowed_layers::none;
  std::uint64_t absent_window = 0;  // 0: no window
  std::uint64_t window_period = 0;  // of all_but_every, when its key is absent; 0: all layers
  std::string_view period_key{};    // of all_but_every; without one the period is fixed
  expert_rule experts = expert_rule::none;
  std::string_view experts_key = "num_experts";  // read first; the other spelling serves too
  bool shared_expert = false;                    // one more, gated, of width shared_expert_intermediate_size
  bool tied = false;                             // what an absent tie_word_embeddings means
};

/// Source: configuration_*.py and modeling_*.py (or modular_*.py) of each model in huggingface/transformers; those that
/// are Llama under another name (Yi, aquila, ilama, skywork, telechat3, xverse): vllm-project/vllm and
/// ml-explore/mlx-lm.
inline constexpr grouped_query_family grouped_query_families[]{
    {.model_type = "Yi"},
    {.model_type = "aquila"},
    {.model_type = "arcee", .biases = bias_rule::attention_bias, .mlp_bias = true, .ffn = ffn_kind::plain},
    {.model_type = "baichuan"},
    {.model_type = "code_llama", .biases = bias_rule::attention_bias, .mlp_bias = true},
    {.model_type = "cohere",
     .biases = bias_rule::attention_bias,
     .norm = norm_kind::layer_norm_without_bias,
     .norms_per_layer = 1,
     .qk_norm = qk_norm_kind::full,
     .qk_norm_key = "use_qk_norm",
     .tied = true},
    {.model_type = "ernie4_5",
     .biases = bias_rule::attention_bias,
     .bias_key = "use_bias",
     .mlp_bias = true,
     .mlp_bias_key = "use_bias",
     .absent_n_kv_heads = 2,
     .absent_head_dim = 128,
     .tied = true},
    {.model_type = "flex_olmo",
     .biases = bias_rule::attention_bias,
     .qk_norm = qk_norm_kind::full,
     .experts = expert_rule::all_layers},
    {.model_type = "glm",
     .biases = bias_rule::qkv_by_key,
     .absent_bias = true,
     .absent_n_kv_heads = 2,
     .absent_head_dim = 128},
    {.model_type = "glm4",
     .biases = bias_rule::qkv_by_key,
     .absent_bias = true,
     .norms_per_layer = 4,
     .absent_n_kv_heads = 2,
     .absent_head_dim = 128},
    {.model_type = "helium",
     .biases = bias_rule::qkv_by_key,
     .mlp_bias = true,
     .absent_n_kv_heads = 20,
     .absent_head_dim = 128,
     .free_head_dim = false},
    {.model_type = "ilama", .biases = bias_rule::attention_bias, .mlp_bias = true},
    {.model_type = "internlm", .biases = bias_rule::attention_bias, .bias_key = "bias", .absent_bias = true},
    {.model_type = "internlm2", .biases = bias_rule::attention_bias, .bias_key = "bias", .absent_bias = true},
    {.model_type = "llama", .biases = bias_rule::attention_bias, .mlp_bias = true},
    {.model_type = "ministral",
     .absent_n_kv_heads = 8,
     .windows = windowed_layers::all_but_every,
     .absent_window = 4096},
    {.model_type = "ministral3",
     .absent_n_kv_heads = 8,
     .absent_head_dim = 128,
     .windows = windowed_layers::all_layers},
    {.model_type = "mistral", .absent_n_kv_heads = 8, .windows = windowed_layers::all_layers, .absent_window = 4096},
    {.model_type = "mixtral",
     .absent_n_kv_heads = 8,
     .windows = windowed_layers::all_layers,
     .experts = expert_rule::all_layers,
     .experts_key = "num_local_experts"},
    {.model_type = "nanochat",
     .biases = bias_rule::attention_bias,
     .ffn = ffn_kind::plain,
     .norm = norm_kind::without_weights},
    {.model_type = "nemotron",
     .biases = bias_rule::attention_bias,
     .mlp_bias = true,
     .ffn = ffn_kind::plain,
     .norm = norm_kind::layer_norm},
    {.model_type = "olmo", .biases = bias_rule::attention_bias, .norm = norm_kind::without_weights},
    {.model_type = "olmo2", .biases = bias_rule::attention_bias, .qk_norm = qk_norm_kind::full},
    {.model_type = "olmo3",
     .biases = bias_rule::attention_bias,
     .qk_norm = qk_norm_kind::full,
     .windows = windowed_layers::all_but_every,
     .absent_window = 4096,
     .window_period = 4},
    {.model_type = "olmoe",
     .biases = bias_rule::attention_bias,
     .qk_norm = qk_norm_kind::full,
     .free_head_dim = false,
     .experts = expert_rule::all_layers},
    {.model_type = "orion", .norm = norm_kind::layer_norm},
    {.model_type = "phi3", .windows = windowed_layers::all_layers},
    {.model_type = "qwen2",
     .biases = bias_rule::qkv,
     .absent_n_kv_heads = 32,
     .windows = windowed_layers::upper_layers,
     .absent_window = 4096},
    {.model_type = "qwen2_5_omni_text",
     .biases = bias_rule::qkv,
     .absent_n_kv_heads = 4,
     .windows = windowed_layers::upper_layers,
     .absent_window = 32768},
    {.model_type = "qwen2_5_vl_text",
     .biases = bias_rule::qkv,
     .absent_n_kv_heads = 8,
     .windows = windowed_layers::upper_layers,
     .absent_window = 4096},
    {.model_type = "qwen2_moe",
     .biases = bias_rule::qkv_by_key,
     .bias_key = "qkv_bias",
     .absent_bias = true,
     .absent_n_kv_heads = 16,
     .windows = windowed_layers::named_layers,
     .absent_window = 4096,
     .experts = expert_rule::sparse_steps,
     .shared_expert = true},
    {.model_type = "qwen2_vl_text",
     .biases = bias_rule::qkv,
     .absent_n_kv_heads = 8,
     .windows = windowed_layers::upper_layers,
     .absent_window = 4096},
    {.model_type = "qwen3",
     .biases = bias_rule::attention_bias,
     .qk_norm = qk_norm_kind::per_head,
     .absent_n_kv_heads = 32,
     .absent_head_dim = 128,
     .windows = windowed_layers::upper_layers,
     .absent_window = 4096},
    {.model_type = "qwen3_asr_text",
     .biases = bias_rule::attention_bias,
     .qk_norm = qk_norm_kind::per_head,
     .absent_n_kv_heads = 32,
     .absent_head_dim = 128},
    {.model_type = "qwen3_moe",
     .biases = bias_rule::attention_bias,
     .qk_norm = qk_norm_kind::per_head,
     .absent_n_kv_heads = 4,
     .windows = windowed_layers::unsettled,
     .experts = expert_rule::sparse_steps},
    {.model_type = "qwen3_omni_moe_text",
     .biases = bias_rule::attention_bias,
     .qk_norm = qk_norm_kind::per_head,
     .absent_n_kv_heads = 4,
     .windows = windowed_layers::unsettled,
     .experts = expert_rule::sparse_steps},
    {.model_type = "qwen3_vl_moe_text",
     .biases = bias_rule::attention_bias,
     .qk_norm = qk_norm_kind::per_head,
     .absent_n_kv_heads = 16,
     .windows = windowed_layers::unsettled,
     .experts = expert_rule::sparse_steps},
    {.model_type = "qwen3_vl_text",
     .biases = bias_rule::attention_bias,
     .qk_norm = qk_norm_kind::per_head,
     .absent_n_kv_heads = 32,
     .absent_head_dim = 128},
    {.model_type = "skywork"},
    {.model_type = "smollm3",
     .biases = bias_rule::attention_bias,
     .mlp_bias = true,
     .absent_n_kv_heads = 4,
     .windows = windowed_layers::named_layers,
     .tied = true},
    {.model_type = "telechat3", .biases = bias_rule::attention_bias, .mlp_bias = true},
    {.model_type = "xverse"},
};

}  // namespace moetric::v0::io::hugging_face
