#pragma once

#include "moetric/model/model.hpp"

namespace moetric::inline v0::zoo {
namespace detail {

inline constexpr multi_head_latent_attention<> deepseek_v3_attention{.n_heads = 128,
                                                                     .q_lora_rank = 1536,
                                                                     .kv_lora_rank = 512,
                                                                     .qk_nope_head_dim = 128,
                                                                     .qk_rope_head_dim = 64,
                                                                     .v_head_dim = 128};
inline constexpr experts<> deepseek_v3_experts{
    .n_experts = 256, .top_k = 8, .d_expert = 2048, .n_shared_experts = 1, .correction_bias = true};

}  // namespace detail

/// DeepSeek-V3 (2024): 671,026,419,200 parameters, 37,552,297,472 active, and one multi-token-prediction module.
/// Source: config.json of deepseek-ai/DeepSeek-V3; 2412.19437.
inline constexpr model deepseek_v3{
    .d_model = 7168,
    .input = {.vocab_size = 129280},
    .layers = {{detail::deepseek_v3_attention, dense_ffn<>{.d_ff = 18432}, 3},
               {detail::deepseek_v3_attention, detail::deepseek_v3_experts, 58}},
    .mtp = {.modules = 1, .block = {detail::deepseek_v3_attention, detail::deepseek_v3_experts}}};

}  // namespace moetric::inline v0::zoo
