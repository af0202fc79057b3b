#pragma once

#include "moetric/zoo/patterns.hpp"

namespace moetric::v0::zoo {

namespace detail {

inline constexpr grouped_query_attention<> mimo_v2_global{
    .n_heads = 64, .n_kv_heads = 4, .head_dim = 192, .v_head_dim = 128};
inline constexpr grouped_query_attention<> mimo_v2_local{
    .n_heads = 64, .n_kv_heads = 8, .head_dim = 192, .v_head_dim = 128, .window = 128, .sinks = true};
inline constexpr experts<> mimo_v2_experts{
    .n_experts = 256, .top_k = 8, .d_expert = 2048, .correction_bias = true, .n_group = 1, .topk_group = 1};

}  // namespace detail

/// MiMo-V2-Flash (Xiaomi, 2025): 308,778,780,864 parameters, 15,445,936,320 active, and three multi-token-prediction
/// modules; five of six layers with a window of 128. Source: config.json of XiaomiMiMo/MiMo-V2-Flash; the exact total
/// is not published.
inline constexpr model mimo_v2_flash{
    .d_model = 4096,
    .input = {.vocab_size = 152576},
    .layers = detail::hybrid(
        {{detail::mimo_v2_global, dense_ffn<>{.d_ff = 16384}, 1}, {detail::mimo_v2_local, detail::mimo_v2_experts, 4}},
        7, {{detail::mimo_v2_global, detail::mimo_v2_experts, 1}, {detail::mimo_v2_local, detail::mimo_v2_experts, 5}},
        {{detail::mimo_v2_global, detail::mimo_v2_experts, 1}}),
    .mtp = {.modules = 3, .block = {detail::mimo_v2_local, dense_ffn<>{.d_ff = 16384}}}};

}  // namespace moetric::v0::zoo
