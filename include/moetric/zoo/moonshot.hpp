#pragma once

#include "moetric/zoo/patterns.hpp"

namespace moetric::v0::zoo {

namespace detail {

inline constexpr kimi_delta_attention<> kimi_linear_attention{.n_heads = 32, .head_dim = 128};
inline constexpr experts<> kimi_linear_experts{
    .n_experts = 256, .top_k = 8, .d_expert = 1024, .n_shared_experts = 1, .correction_bias = true};

}  // namespace detail

/// Moonlight-16B-A3B (Moonshot AI, 2025): 15,960,110,208 parameters, 2,914,776,192 active. Source: config.json of
/// moonshotai/Moonlight-16B-A3B.
inline constexpr model moonlight_16b_a3b{.d_model = 2048,
                                         .input = {.vocab_size = 163840},
                                         .layers = {{detail::deepseek_attention(16, 0), dense_ffn<>{.d_ff = 11264}, 1},
                                                    {detail::deepseek_attention(16, 0),
                                                     experts<>{.n_experts = 64,
                                                               .top_k = 6,
                                                               .d_expert = 1408,
                                                               .n_shared_experts = 2,
                                                               .correction_bias = true,
                                                               .n_group = 1,
                                                               .topk_group = 1},
                                                     26}}};

/// Kimi-Linear-48B-A3B (Moonshot AI, 2025): 49,122,681,728 parameters, 3,484,459,904 active. Source: config.json of
/// moonshotai/Kimi-Linear-48B-A3B-Instruct.
inline constexpr model kimi_linear_48b_a3b{
    .d_model = 2304,
    .input = {.vocab_size = 163840},
    .layers = detail::hybrid({{detail::kimi_linear_attention, dense_ffn<>{.d_ff = 9216}, 1},
                              {detail::kimi_linear_attention, detail::kimi_linear_experts, 2},
                              {detail::deepseek_attention(32, 0), detail::kimi_linear_experts, 1}},
                             5,
                             {{detail::kimi_linear_attention, detail::kimi_linear_experts, 3},
                              {detail::deepseek_attention(32, 0), detail::kimi_linear_experts, 1}},
                             {{detail::kimi_linear_attention, detail::kimi_linear_experts, 2},
                              {detail::deepseek_attention(32, 0), detail::kimi_linear_experts, 1}})};

/// Kimi-K2 (Moonshot AI, 2025): 1,026,408,232,448 parameters, 32,861,500,928 active; Kimi-K2.5 to K2.7 have the same
/// language model. Source: config.json of moonshotai/Kimi-K2-Instruct.
inline constexpr model kimi_k2{.d_model = 7168,
                               .input = {.vocab_size = 163840},
                               .layers = {{detail::deepseek_attention(64, 1536), dense_ffn<>{.d_ff = 18432}, 1},
                                          {detail::deepseek_attention(64, 1536),
                                           experts<>{.n_experts = 384,
                                                     .top_k = 8,
                                                     .d_expert = 2048,
                                                     .n_shared_experts = 1,
                                                     .correction_bias = true,
                                                     .n_group = 1,
                                                     .topk_group = 1},
                                           60}}};

}  // namespace moetric::v0::zoo
