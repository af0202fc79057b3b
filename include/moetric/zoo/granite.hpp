#pragma once

#include "moetric/zoo/patterns.hpp"

namespace moetric::v0::zoo {

namespace detail {

inline constexpr mamba_2<> granite_4_mamba{.n_heads = 128, .head_dim = 64, .n_groups = 1, .state_size = 128};
inline constexpr grouped_query_attention<> granite_4_attention{.n_heads = 32, .n_kv_heads = 8, .head_dim = 128};
inline constexpr experts<> granite_4_h_small_experts{
    .n_experts = 72, .top_k = 10, .d_expert = 768, .n_shared_experts = 1, .d_shared_expert = 1536};

}  // namespace detail

/// Granite-3.0-1B-A400M (IBM, 2024): 1,334,628,352 parameters, 428,658,688 active. Source: config.json of
/// ibm-granite/granite-3.0-1b-a400m-base.
inline constexpr model granite_3_0_1b_a400m{
    .d_model = 1024,
    .input = {.vocab_size = 49155},
    .layers = {{grouped_query_attention<>{.n_heads = 16, .n_kv_heads = 8, .head_dim = 64},
                experts<>{.n_experts = 32, .top_k = 8, .d_expert = 512}, 24}},
    .output = {.tied = true}};

/// Granite-3.0-3B-A800M (IBM, 2024): 3,298,793,472 parameters, 882,874,368 active. Source: config.json of
/// ibm-granite/granite-3.0-3b-a800m-base; the exact total is not published.
inline constexpr model granite_3_0_3b_a800m{
    .d_model = 1536,
    .input = {.vocab_size = 49155},
    .layers = {{grouped_query_attention<>{.n_heads = 24, .n_kv_heads = 8, .head_dim = 64},
                experts<>{.n_experts = 40, .top_k = 8, .d_expert = 512}, 32}},
    .output = {.tied = true}};

/// Granite-4.0-H-Small (IBM, 2025): 32,207,337,984 parameters, 8,803,121,664 active. Source: config.json of
/// ibm-granite/granite-4.0-h-small.
inline constexpr model granite_4_0_h_small{
    .d_model = 4096,
    .input = {.vocab_size = 100352},
    .layers = detail::hybrid({{detail::granite_4_mamba, detail::granite_4_h_small_experts, 5}}, 3,
                             {{detail::granite_4_attention, detail::granite_4_h_small_experts, 1},
                              {detail::granite_4_mamba, detail::granite_4_h_small_experts, 9}},
                             {{detail::granite_4_attention, detail::granite_4_h_small_experts, 1},
                              {detail::granite_4_mamba, detail::granite_4_h_small_experts, 4}}),
    .output = {.tied = true}};

}  // namespace moetric::v0::zoo
