#pragma once

#include "moetric/zoo/patterns.hpp"

namespace moetric::v0::zoo {

namespace detail {

inline constexpr grouped_query_attention<> mistral_attention{.n_heads = 32, .n_kv_heads = 8, .head_dim = 128};

}  // namespace detail

/// Mistral-7B-v0.1 (Mistral AI, 2023): 7,241,732,096 parameters; a window of 4096. Source: config.json of
/// mistralai/Mistral-7B-v0.1.
inline constexpr model mistral_7b_v0_1{
    .d_model = 4096,
    .input = {.vocab_size = 32000},
    .layers = {{detail::windowed(detail::mistral_attention, 4096), dense_ffn<>{.d_ff = 14336}, 32}}};

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

}  // namespace moetric::v0::zoo
