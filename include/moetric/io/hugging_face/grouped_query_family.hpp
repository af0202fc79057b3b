#pragma once

#include <cstdint>
#include <string_view>

#include "moetric/layers/grouped_query_attention.hpp"

namespace moetric::inline v0::io::hugging_face {

/// Which layers have a sliding window.
enum class window_rule {
  none,          // the modelling code knows no window
  all_layers,    // `sliding_window` holds everywhere when it is not null
  upper_layers,  // with `use_sliding_window`: from layer `max_window_layers` on, unless `layer_types` says otherwise
  named_layers,  // with `use_sliding_window`: those that `layer_types` names
  unsettled,     // with `use_sliding_window`: releases of transformers disagree, so it is refused
};

/// Which projections of the attention have a bias.
enum class bias_rule {
  none,
  attention_bias,  // all four, by the key of that name
  qkv,             // queries, keys and values, always
  qkv_bias,        // queries, keys and values, by the key of that name; true when absent
};

/// Where the experts are.
enum class expert_rule {
  none,
  all_layers,    // every layer; the width of one is `intermediate_size`
  sparse_steps,  // every `decoder_sparse_step`-th layer but `mlp_only_layers`; the width is `moe_intermediate_size`
};

/// What a model_type implies beside what its config.json says. Numbers for absent keys are those of its configuration
/// class in transformers; 0 means that the class derives the value from other keys.
struct grouped_query_family {
  std::string_view model_type;
  bias_rule biases = bias_rule::none;
  bool mlp_bias = false;  // the key of that name adds biases to the feed-forward
  qk_norm_kind qk_norm = qk_norm_kind::none;
  std::uint64_t absent_n_kv_heads = 0;  // 0: num_attention_heads
  std::uint64_t absent_head_dim = 0;    // 0: hidden_size / num_attention_heads
  bool free_head_dim = true;            // head_dim may differ from hidden_size / num_attention_heads
  window_rule windows = window_rule::none;
  std::uint64_t absent_window = 0;  // 0: no window
  expert_rule experts = expert_rule::none;
  std::string_view experts_key = "num_experts";  // read first; the other spelling serves too
  bool shared_expert = false;                    // one more, gated, of width shared_expert_intermediate_size
  bool tied = false;                             // what an absent tie_word_embeddings means
};

/// Source: configuration_*.py and modeling_*.py (or modular_*.py) of each model in huggingface/transformers.
inline constexpr grouped_query_family grouped_query_families[]{
    {.model_type = "llama", .biases = bias_rule::attention_bias, .mlp_bias = true},
    {.model_type = "mistral", .absent_n_kv_heads = 8, .windows = window_rule::all_layers, .absent_window = 4096},
    {.model_type = "mixtral",
     .absent_n_kv_heads = 8,
     .windows = window_rule::all_layers,
     .experts = expert_rule::all_layers,
     .experts_key = "num_local_experts"},
    {.model_type = "olmo2", .biases = bias_rule::attention_bias, .qk_norm = qk_norm_kind::full},
    {.model_type = "olmoe",
     .biases = bias_rule::attention_bias,
     .qk_norm = qk_norm_kind::full,
     .free_head_dim = false,
     .experts = expert_rule::all_layers},
    {.model_type = "phi3", .windows = window_rule::all_layers},
    {.model_type = "qwen2",
     .biases = bias_rule::qkv,
     .absent_n_kv_heads = 32,
     .windows = window_rule::upper_layers,
     .absent_window = 4096},
    {.model_type = "qwen2_moe",
     .biases = bias_rule::qkv_bias,
     .absent_n_kv_heads = 16,
     .windows = window_rule::named_layers,
     .absent_window = 4096,
     .experts = expert_rule::sparse_steps,
     .shared_expert = true},
    {.model_type = "qwen3",
     .biases = bias_rule::attention_bias,
     .qk_norm = qk_norm_kind::per_head,
     .absent_n_kv_heads = 32,
     .absent_head_dim = 128,
     .windows = window_rule::upper_layers,
     .absent_window = 4096},
    {.model_type = "qwen3_moe",
     .biases = bias_rule::attention_bias,
     .qk_norm = qk_norm_kind::per_head,
     .absent_n_kv_heads = 4,
     .windows = window_rule::unsettled,
     .experts = expert_rule::sparse_steps},
    {.model_type = "smollm3",
     .biases = bias_rule::attention_bias,
     .mlp_bias = true,
     .absent_n_kv_heads = 4,
     .windows = window_rule::named_layers,
     .tied = true},
};

}  // namespace moetric::inline v0::io::hugging_face
