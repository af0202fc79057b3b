#pragma once

#include "moetric/zoo/patterns.hpp"

namespace moetric::v0::zoo {

namespace detail {

inline constexpr grouped_query_attention<> mistral_attention{.n_heads = 32, .n_kv_heads = 8, .head_dim = 128};

constexpr model mixtral_8x22b(count vocab_size) {
  return {.d_model = 6144,
          .input = {.vocab_size = vocab_size},
          .layers = {{grouped_query_attention<>{.n_heads = 48, .n_kv_heads = 8, .head_dim = 128},
                      experts<>{.n_experts = 8, .top_k = 2, .d_expert = 16384}, 56}}};
}

}  // namespace detail

/// Mistral-7B-v0.1 (Mistral AI, 2023): 7,241,732,096 parameters; a window of 4096. Source: config.json of
/// mistralai/Mistral-7B-v0.1.
inline constexpr model mistral_7b_v0_1{
    .d_model = 4096,
    .input = {.vocab_size = 32000},
    .layers = {{detail::windowed(detail::mistral_attention, 4096), dense_ffn<>{.d_ff = 14336}, 32}}};

/// Mistral-7B-v0.3 (Mistral AI, 2024): 7,248,023,552 parameters. Source: config.json of mistralai/Mistral-7B-v0.3.
inline constexpr model mistral_7b_v0_3{.d_model = 4096,
                                       .input = {.vocab_size = 32768},
                                       .layers = {{detail::mistral_attention, dense_ffn<>{.d_ff = 14336}, 32}}};

/// Mistral-Nemo-12B (Mistral AI, 2024): 12,247,782,400 parameters. Source: config.json of
/// mistralai/Mistral-Nemo-Base-2407.
inline constexpr model mistral_nemo_12b{.d_model = 5120,
                                        .input = {.vocab_size = 131072},
                                        .layers = {{detail::mistral_attention, dense_ffn<>{.d_ff = 14336}, 40}}};

/// Mistral-Small-24B-2501 (Mistral AI, 2025): 23,572,403,200 parameters. Source: config.json of
/// mistralai/Mistral-Small-24B-Base-2501.
inline constexpr model mistral_small_24b_2501{.d_model = 5120,
                                              .input = {.vocab_size = 131072},
                                              .layers = {{detail::mistral_attention, dense_ffn<>{.d_ff = 32768}, 40}}};

/// Mixtral-8x7B (Mistral AI, 2023): 46,702,792,704 parameters, 12,879,925,248 active. Source: config.json of
/// mistralai/Mixtral-8x7B-v0.1.
inline constexpr model mixtral_8x7b{
    .d_model = 4096,
    .input = {.vocab_size = 32000},
    .layers = {{detail::mistral_attention, experts<>{.n_experts = 8, .top_k = 2, .d_expert = 14336}, 32}}};

/// Mixtral-8x22B (Mistral AI, 2024): 140,620,634,112 parameters, 39,152,031,744 active. Source: config.json of
/// mistralai/Mixtral-8x22B-v0.1.
inline constexpr model mixtral_8x22b = detail::mixtral_8x22b(32000);

/// Mixtral-8x22B-Instruct-v0.1 (Mistral AI, 2024): 140,630,071,296 parameters, 39,161,468,928 active; the base model
/// with a larger vocabulary. Source: config.json of mistralai/Mixtral-8x22B-Instruct-v0.1.
inline constexpr model mixtral_8x22b_instruct_v0_1 = detail::mixtral_8x22b(32768);

}  // namespace moetric::v0::zoo
