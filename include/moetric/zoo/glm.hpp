#pragma once

#include "moetric/zoo/patterns.hpp"

namespace moetric::v0::zoo {

namespace detail {

inline constexpr multi_head_latent_attention<> glm_4_7_flash_attention{.n_heads = 20,
                                                                       .q_lora_rank = 768,
                                                                       .kv_lora_rank = 512,
                                                                       .qk_nope_head_dim = 192,
                                                                       .qk_rope_head_dim = 64,
                                                                       .v_head_dim = 256};
constexpr experts<> glm_experts(count n_experts, count top_k, count d_expert = 1536) {
  return {.n_experts = n_experts,
          .top_k = top_k,
          .d_expert = d_expert,
          .n_shared_experts = 1,
          .correction_bias = true,
          .n_group = 1,
          .topk_group = 1};
}

/// GLM-4.5 and 4.6: biases on queries, keys and values, and one multi-token-prediction module.
constexpr model glm_4_5_with(dense_sizes const& s, count n_dense, qk_norm_kind qk_norm, experts<> const& moe) {
  grouped_query_attention<> const attention{
      .n_heads = 96, .n_kv_heads = 8, .head_dim = 128, .qkv_bias = true, .qk_norm = qk_norm};
  model m = without_layers(s);
  m.layers = {{attention, dense_ffn<>{.d_ff = s.d_ff}, n_dense}, {attention, moe, s.n_layers - n_dense}};
  m.mtp = {.modules = 1, .block = {attention, moe}};
  return m;
}

/// GLM-5: DeepSeek-V3.2's attention and experts. After the first three layers, one of `period` has an indexer of its
/// own.
constexpr model glm_5_with(count period) {
  multi_head_latent_attention<> const own{.n_heads = 64,
                                          .q_lora_rank = 2048,
                                          .kv_lora_rank = 512,
                                          .qk_nope_head_dim = 192,
                                          .qk_rope_head_dim = 64,
                                          .v_head_dim = 256,
                                          .sparse = true,
                                          .indexer = {.n_heads = 32, .head_dim = 128, .top_k = 2048}};
  multi_head_latent_attention<> shared = own;
  shared.indexer.shared = true;
  experts<> const moe = glm_experts(256, 8, 2048);
  model m{.d_model = 6144,
          .input = {.vocab_size = 154880},
          .layers = {{own, dense_ffn<>{.d_ff = 12288}, 3}},
          .mtp = {.modules = 1, .block = {own, moe}}};
  if (period == 1)
    m.layers.append({own, moe, 75});
  else
    m.layers = hybrid({{own, dense_ffn<>{.d_ff = 12288}, 3}}, floor_div(75, period),
                      {{shared, moe, period - 1}, {own, moe, 1}}, {{shared, moe, remainder(75, period)}});
  return m;
}

}  // namespace detail

/// GLM-4.5 (Z.ai, 2025): 352,797,829,024 parameters, 33,632,266,144 active, and one multi-token-prediction module.
/// Source: config.json of zai-org/GLM-4.5.
inline constexpr model glm_4_5 =
    detail::glm_4_5_with({.d_model = 5120, .vocab_size = 151552, .n_layers = 92, .d_ff = 12288}, 3,
                         qk_norm_kind::per_head, detail::glm_experts(160, 8));

/// GLM-4.5-Air (Z.ai, 2025): 106,852,251,264 parameters, 13,424,129,664 active, and one multi-token-prediction module.
/// Source: config.json of zai-org/GLM-4.5-Air.
inline constexpr model glm_4_5_air =
    detail::glm_4_5_with({.d_model = 4096, .vocab_size = 151552, .n_layers = 46, .d_ff = 10944}, 1, qk_norm_kind::none,
                         detail::glm_experts(128, 8, 1408));

/// GLM-4.6 (Z.ai, 2025): GLM-4.5's sizes. Source: config.json of zai-org/GLM-4.6.
inline constexpr model const& glm_4_6 = glm_4_5;

/// GLM-4.7-Flash (Z.ai, 2026): 29,943,393,920 parameters, 3,896,766,080 active, and one multi-token-prediction module.
/// Source: config.json of zai-org/GLM-4.7-Flash.
inline constexpr model glm_4_7_flash{
    .d_model = 2048,
    .input = {.vocab_size = 154880},
    .layers = {{detail::glm_4_7_flash_attention, dense_ffn<>{.d_ff = 10240}, 1},
               {detail::glm_4_7_flash_attention, detail::glm_experts(64, 4), 46}},
    .mtp = {.modules = 1, .block = {detail::glm_4_7_flash_attention, detail::glm_experts(64, 4)}}};

/// GLM-5 (Z.ai, 2026): 743,911,218,432 parameters, 41,784,728,832 active, and one multi-token-prediction module.
/// Source: config.json of zai-org/GLM-5.
inline constexpr model glm_5 = detail::glm_5_with(1);

/// GLM-5.2 (Z.ai, 2026): 743,377,019,904 parameters, 41,250,530,304 active, and one multi-token-prediction module; 21
/// indexers choose for all layers. Source: config.json of zai-org/GLM-5.2.
inline constexpr model glm_5_2 = detail::glm_5_with(4);

}  // namespace moetric::v0::zoo
