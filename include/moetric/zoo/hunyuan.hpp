#pragma once

#include "moetric/zoo/patterns.hpp"

namespace moetric::v0::zoo {

namespace detail {

constexpr grouped_query_attention<> hunyuan_attention(count n_heads, count head_dim,
                                                      key_value_kind key_values = key_value_kind::projected) {
  return {.n_heads = n_heads,
          .n_kv_heads = 8,
          .head_dim = head_dim,
          .qk_norm = qk_norm_kind::per_head,
          .key_values = key_values};
}
inline constexpr experts<> hunyuan_large_experts{.n_experts = 16, .top_k = 1, .d_expert = 18304, .n_shared_experts = 1};
inline constexpr experts<> hy3_experts{
    .n_experts = 192, .top_k = 8, .d_expert = 1536, .n_shared_experts = 1, .correction_bias = true};

}  // namespace detail

/// Hunyuan-Large (Tencent, 2024): 388,698,126,080 parameters, 51,318,798,080 active; every other layer with the keys
/// and values of the one below. Source: config.json of tencent/Tencent-Hunyuan-Large; the exact total is not published.
inline constexpr model hunyuan_large{
    .d_model = 6400,
    .input = {.vocab_size = 128512},
    .layers =
        detail::hybrid({}, 32,
                       {{detail::hunyuan_attention(80, 80), detail::hunyuan_large_experts, 1},
                        {detail::hunyuan_attention(80, 80, key_value_kind::shared), detail::hunyuan_large_experts, 1}}),
    .output = {.tied = true}};

/// Hunyuan-A13B (Tencent, 2025): 80,393,183,232 parameters, 12,747,448,320 active. Source: config.json of
/// tencent/Hunyuan-A13B-Instruct.
inline constexpr model hunyuan_a13b{
    .d_model = 4096,
    .input = {.vocab_size = 128167},
    .layers = {{detail::hunyuan_attention(32, 128),
                experts<>{.n_experts = 64, .top_k = 8, .d_expert = 3072, .n_shared_experts = 1}, 32}},
    .output = {.tied = true}};

/// Hy3 (Tencent, 2026): 295,033,543,488 parameters, 20,675,730,240 active, and one multi-token-prediction module.
/// Source: config.json of tencent/Hy3.
inline constexpr model hy3{.d_model = 4096,
                           .input = {.vocab_size = 120832},
                           .layers = {{detail::hunyuan_attention(64, 128), dense_ffn<>{.d_ff = 13312}, 1},
                                      {detail::hunyuan_attention(64, 128), detail::hy3_experts, 79}},
                           .mtp = {.modules = 1, .block = {detail::hunyuan_attention(64, 128), detail::hy3_experts}}};

}  // namespace moetric::v0::zoo
