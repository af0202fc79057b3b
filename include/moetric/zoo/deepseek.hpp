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

struct deepseek_v4_sizes {
  count d_model = 0;
  count n_layers = 0;
  count n_heads = 0;
  count q_lora_rank = 0;
  count n_output_groups = 0;
  count index_top_k = 0;
  count n_experts = 0;
  count d_expert = 0;
  bool begins_compressed = false;  // the first two layers compress by 128, else they see a window only
};

/// Sparse and heavily compressed attention take turns; the first three layers hash tokens to experts and need no
/// correction bias.
constexpr model deepseek_v4(deepseek_v4_sizes const& s) {
  compressed_attention<> const local{.n_heads = s.n_heads,
                                     .head_dim = 512,
                                     .q_lora_rank = s.q_lora_rank,
                                     .n_output_groups = s.n_output_groups,
                                     .output_lora_rank = 1024,
                                     .window = 128,
                                     .compression = key_compression::none,
                                     .compression_rate = 1,
                                     .n_index_heads = 64,
                                     .index_head_dim = 128,
                                     .index_top_k = s.index_top_k};
  compressed_attention<> sparse = local, heavy = local;
  sparse.compression = key_compression::sparse;
  sparse.compression_rate = 4;
  heavy.compression = key_compression::heavy;
  heavy.compression_rate = 128;
  experts<> const moe{
      .n_experts = s.n_experts, .top_k = 6, .d_expert = s.d_expert, .n_shared_experts = 1, .correction_bias = true};
  experts<> const hashed{.n_experts = s.n_experts,
                         .top_k = 6,
                         .d_expert = s.d_expert,
                         .n_shared_experts = 1,
                         .router = router_kind::hashed};
  return {.d_model = s.d_model,
          .input = {.vocab_size = 129280},
          .layers = hybrid({{s.begins_compressed ? heavy : local, hashed, 2}, {sparse, hashed, 1}},
                           exact_div(s.n_layers - 3, 2), {{heavy, moe, 1}, {sparse, moe, 1}}),
          .mtp = {.modules = 1, .block = {local, moe}},
          .residual_streams = {.n_streams = 4}};
}

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

/// DeepSeek-V2 (DeepSeek, 2024): 235,741,434,880 parameters, 21,375,800,320 active. Source: config.json of
/// deepseek-ai/DeepSeek-V2.
inline constexpr model deepseek_v2{
    .d_model = 5120,
    .input = {.vocab_size = 102400},
    .layers = {
        {detail::deepseek_v3_attention, dense_ffn<>{.d_ff = 12288}, 1},
        {detail::deepseek_v3_attention,
         experts<>{
             .n_experts = 160, .top_k = 6, .d_expert = 1536, .n_shared_experts = 2, .n_group = 8, .topk_group = 3},
         59}}};

/// DeepSeek-V3 (DeepSeek, 2024): 671,026,419,200 parameters, 37,552,297,472 active, and one multi-token-prediction
/// module. Source: config.json of deepseek-ai/DeepSeek-V3; 2412.19437.
inline constexpr model deepseek_v3 = detail::deepseek_v3_with(detail::deepseek_v3_attention);

/// DeepSeek-V3.2 (DeepSeek, 2025): 671,877,944,064 parameters, 38,403,822,336 active, and one multi-token-prediction
/// module. Source: config.json of deepseek-ai/DeepSeek-V3.2.
inline constexpr model deepseek_v3_2 = detail::deepseek_v3_with(detail::deepseek_v3_2_attention());

/// DeepSeek-V4-Flash (DeepSeek, 2026): 284,332,240,471 parameters, 13,799,632,471 active, and one
/// multi-token-prediction module. Source: config.json of deepseek-ai/DeepSeek-V4-Flash.
inline constexpr model deepseek_v4_flash = detail::deepseek_v4({.d_model = 4096,
                                                                .n_layers = 43,
                                                                .n_heads = 64,
                                                                .q_lora_rank = 1024,
                                                                .n_output_groups = 8,
                                                                .index_top_k = 512,
                                                                .n_experts = 256,
                                                                .d_expert = 2048});

/// DeepSeek-V4-Pro (DeepSeek, 2026): 1,572,997,201,763 parameters, 49,779,081,059 active, and one
/// multi-token-prediction module. Source: config.json of deepseek-ai/DeepSeek-V4-Pro.
inline constexpr model deepseek_v4_pro = detail::deepseek_v4({.d_model = 7168,
                                                              .n_layers = 61,
                                                              .n_heads = 128,
                                                              .q_lora_rank = 1536,
                                                              .n_output_groups = 16,
                                                              .index_top_k = 1024,
                                                              .n_experts = 384,
                                                              .d_expert = 3072,
                                                              .begins_compressed = true});

}  // namespace moetric::v0::zoo
