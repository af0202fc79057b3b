#pragma once

#include "moetric/zoo/patterns.hpp"

namespace moetric::v0::zoo {

namespace detail {

inline constexpr grouped_query_attention<> glm_4_5_attention{
    .n_heads = 96, .n_kv_heads = 8, .head_dim = 128, .qkv_bias = true, .qk_norm = qk_norm_kind::per_head};
inline constexpr multi_head_latent_attention<> glm_4_7_flash_attention{.n_heads = 20,
                                                                       .q_lora_rank = 768,
                                                                       .kv_lora_rank = 512,
                                                                       .qk_nope_head_dim = 192,
                                                                       .qk_rope_head_dim = 64,
                                                                       .v_head_dim = 256};
constexpr experts<> glm_experts(count n_experts, count top_k) {
  return {.n_experts = n_experts,
          .top_k = top_k,
          .d_expert = 1536,
          .n_shared_experts = 1,
          .correction_bias = true,
          .n_group = 1,
          .topk_group = 1};
}

}  // namespace detail

/// GLM-4.5 (Z.ai, 2025): 352,797,829,024 parameters, 33,632,266,144 active, and one multi-token-prediction module.
/// Source: config.json of zai-org/GLM-4.5.
inline constexpr model glm_4_5{
    .d_model = 5120,
    .input = {.vocab_size = 151552},
    .layers = {{detail::glm_4_5_attention, dense_ffn<>{.d_ff = 12288}, 3},
               {detail::glm_4_5_attention, detail::glm_experts(160, 8), 89}},
    .mtp = {.modules = 1, .block = {detail::glm_4_5_attention, detail::glm_experts(160, 8)}}};

/// GLM-4.7-Flash (Z.ai, 2026): 29,943,393,920 parameters, 3,896,766,080 active, and one multi-token-prediction module.
/// Source: config.json of zai-org/GLM-4.7-Flash.
inline constexpr model glm_4_7_flash{
    .d_model = 2048,
    .input = {.vocab_size = 154880},
    .layers = {{detail::glm_4_7_flash_attention, dense_ffn<>{.d_ff = 10240}, 1},
               {detail::glm_4_7_flash_attention, detail::glm_experts(64, 4), 46}},
    .mtp = {.modules = 1, .block = {detail::glm_4_7_flash_attention, detail::glm_experts(64, 4)}}};

}  // namespace moetric::v0::zoo
