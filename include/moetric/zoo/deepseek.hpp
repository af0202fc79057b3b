#pragma once

#include "moetric/zoo/patterns.hpp"

namespace moetric::v0::zoo {

namespace detail {

inline constexpr experts<> deepseek_moe_experts{.n_experts = 64, .top_k = 6, .d_expert = 1408, .n_shared_experts = 2};
inline constexpr multi_head_latent_attention<> deepseek_v2_lite_attention = deepseek_attention(16, 0);

inline constexpr multi_head_latent_attention<> deepseek_v3_attention = deepseek_attention(128, 1536);
inline constexpr experts<> deepseek_v3_experts{.n_experts = 256,
                                               .top_k = 8,
                                               .d_expert = 2048,
                                               .n_shared_experts = 1,
                                               .correction_bias = true,
                                               .n_group = 8,
                                               .topk_group = 4};

constexpr model deepseek_v3_with(multi_head_latent_attention<> const& attention) {
  return {.d_model = 7168,
          .input = {.vocab_size = 129280},
          .layers = {{attention, dense_ffn<>{.d_ff = 18432}, 3}, {attention, deepseek_v3_experts, 58}},
          .mtp = {.modules = 1, .block = {attention, deepseek_v3_experts}}};
}

/// The sparse attention of DeepSeek-V3.2: an indexer chooses 2048 keys.
constexpr multi_head_latent_attention<> deepseek_v3_2_attention() {
  multi_head_latent_attention<> attention = deepseek_v3_attention;
  attention.sparse = true;
  attention.indexer = {.n_heads = 64, .head_dim = 128, .top_k = 2048};
  return attention;
}

constexpr compressed_attention<> deepseek_v4_flash_attention(key_compression compression, count rate) {
  return {.n_heads = 64,
          .head_dim = 512,
          .q_lora_rank = 1024,
          .n_output_groups = 8,
          .output_lora_rank = 1024,
          .window = 128,
          .compression = compression,
          .compression_rate = rate,
          .n_index_heads = 64,
          .index_head_dim = 128,
          .index_top_k = 512};
}
inline constexpr compressed_attention<> deepseek_v4_flash_local = deepseek_v4_flash_attention(key_compression::none, 1);
inline constexpr compressed_attention<> deepseek_v4_flash_sparse =
    deepseek_v4_flash_attention(key_compression::sparse, 4);
inline constexpr compressed_attention<> deepseek_v4_flash_heavy =
    deepseek_v4_flash_attention(key_compression::heavy, 128);

inline constexpr experts<> deepseek_v4_flash_experts{
    .n_experts = 256, .top_k = 6, .d_expert = 2048, .n_shared_experts = 1, .correction_bias = true};
/// The first layers hash tokens to experts and need no correction bias.
inline constexpr experts<> deepseek_v4_flash_hashed_experts{
    .n_experts = 256, .top_k = 6, .d_expert = 2048, .n_shared_experts = 1, .router = router_kind::hashed};

}  // namespace detail

/// DeepSeekMoE-16B (DeepSeek, 2024): 16,375,728,128 parameters, 2,828,650,496 active. Source: config.json of
/// deepseek-ai/deepseek-moe-16b-base.
inline constexpr model deepseek_moe_16b{
    .d_model = 2048,
    .input = {.vocab_size = 102400},
    .layers = {{grouped_query_attention<>{.n_heads = 16, .head_dim = 128}, dense_ffn<>{.d_ff = 10944}, 1},
               {grouped_query_attention<>{.n_heads = 16, .head_dim = 128}, detail::deepseek_moe_experts, 27}}};

/// DeepSeek-V2-Lite (DeepSeek, 2024): 15,706,484,224 parameters, 2,661,150,208 active. Source: config.json of
/// deepseek-ai/DeepSeek-V2-Lite.
inline constexpr model deepseek_v2_lite{
    .d_model = 2048,
    .input = {.vocab_size = 102400},
    .layers = {{detail::deepseek_v2_lite_attention, dense_ffn<>{.d_ff = 10944}, 1},
               {detail::deepseek_v2_lite_attention, detail::deepseek_moe_experts, 26}}};

/// DeepSeek-V3 (DeepSeek, 2024): 671,026,419,200 parameters, 37,552,297,472 active, and one multi-token-prediction
/// module. Source: config.json of deepseek-ai/DeepSeek-V3; 2412.19437.
inline constexpr model deepseek_v3 = detail::deepseek_v3_with(detail::deepseek_v3_attention);

/// DeepSeek-V3.2 (DeepSeek, 2025): 671,877,944,064 parameters, 38,403,822,336 active, and one multi-token-prediction
/// module. Source: config.json of deepseek-ai/DeepSeek-V3.2.
inline constexpr model deepseek_v3_2 = detail::deepseek_v3_with(detail::deepseek_v3_2_attention());

/// DeepSeek-V4-Flash (DeepSeek, 2026): 284,332,240,471 parameters, 13,799,632,471 active, and one
/// multi-token-prediction module. Source: config.json of deepseek-ai/DeepSeek-V4-Flash.
inline constexpr model deepseek_v4_flash{
    .d_model = 4096,
    .input = {.vocab_size = 129280},
    .layers = detail::hybrid({{detail::deepseek_v4_flash_local, detail::deepseek_v4_flash_hashed_experts, 2},
                              {detail::deepseek_v4_flash_sparse, detail::deepseek_v4_flash_hashed_experts, 1}},
                             20,
                             {{detail::deepseek_v4_flash_heavy, detail::deepseek_v4_flash_experts, 1},
                              {detail::deepseek_v4_flash_sparse, detail::deepseek_v4_flash_experts, 1}}),
    .mtp = {.modules = 1, .block = {detail::deepseek_v4_flash_local, detail::deepseek_v4_flash_experts}},
    .residual_streams = {.n_streams = 4}};

}  // namespace moetric::v0::zoo
