#pragma once

#include "moetric/zoo/patterns.hpp"

namespace moetric::v0::zoo {

namespace detail {

/// Qwen2.5: biases on queries, keys and values.
constexpr model qwen2_5(dense_sizes const& s) {
  grouped_query_attention<> attention = attention_of(s);
  attention.qkv_bias = true;
  return gated(s, attention);
}

/// Qwen3: norms on queries and keys.
constexpr model qwen3(dense_sizes const& s) {
  grouped_query_attention<> attention = attention_of(s);
  attention.qk_norm = qk_norm_kind::per_head;
  return gated(s, attention);
}

struct qwen3_moe_sizes {
  count d_model = 0;
  count n_layers = 0;
  count n_heads = 0;
  count n_kv_heads = 0;
  count n_experts = 0;
  count d_expert = 0;
};

/// Qwen3 with experts in every layer, of which a token uses 8.
constexpr model qwen3_moe(qwen3_moe_sizes const& s) {
  return {
      .d_model = s.d_model,
      .input = {.vocab_size = 151936},
      .layers = {
          {grouped_query_attention<>{
               .n_heads = s.n_heads, .n_kv_heads = s.n_kv_heads, .head_dim = 128, .qk_norm = qk_norm_kind::per_head},
           experts<>{.n_experts = s.n_experts, .top_k = 8, .d_expert = s.d_expert}, s.n_layers}}};
}

/// Qwen's first models with experts: biases on queries, keys and values, and a gated shared expert.
constexpr model qwen2_moe(count d_model, count n_layers, count n_heads, count n_kv_heads, experts<> moe) {
  moe.n_shared_experts = 1;
  moe.shared_gate = true;
  return {.d_model = d_model,
          .input = {.vocab_size = 151936},
          .layers = {{grouped_query_attention<>{
                          .n_heads = n_heads, .n_kv_heads = n_kv_heads, .head_dim = 128, .qkv_bias = true},
                      moe, n_layers}}};
}

}  // namespace detail

/// Qwen1.5-MoE-A2.7B (Alibaba, 2024): 14,315,784,192 parameters, 2,689,173,504 active. Source: config.json of
/// Qwen/Qwen1.5-MoE-A2.7B.
inline constexpr model qwen1_5_moe_a2_7b =
    detail::qwen2_moe(2048, 24, 16, 16, {.n_experts = 60, .top_k = 4, .d_expert = 1408, .d_shared_expert = 5632});

/// Qwen2-57B-A14B (Alibaba, 2024): 57,408,658,944 parameters, 14,249,270,784 active. Source: config.json of
/// Qwen/Qwen2-57B-A14B.
inline constexpr model qwen2_57b_a14b =
    detail::qwen2_moe(3584, 28, 28, 4, {.n_experts = 64, .top_k = 8, .d_expert = 2560, .d_shared_expert = 20480});

/// Qwen2.5-0.5B (Alibaba, 2024): 494,032,768 parameters. Source: config.json of Qwen/Qwen2.5-0.5B.
inline constexpr model qwen2_5_0_5b = detail::qwen2_5({.d_model = 896,
                                                       .vocab_size = 151936,
                                                       .n_layers = 24,
                                                       .n_heads = 14,
                                                       .n_kv_heads = 2,
                                                       .head_dim = 64,
                                                       .d_ff = 4864,
                                                       .tied = true});

/// Qwen2.5-1.5B (Alibaba, 2024): 1,543,714,304 parameters. Source: config.json of Qwen/Qwen2.5-1.5B.
inline constexpr model qwen2_5_1_5b = detail::qwen2_5({.d_model = 1536,
                                                       .vocab_size = 151936,
                                                       .n_layers = 28,
                                                       .n_heads = 12,
                                                       .n_kv_heads = 2,
                                                       .head_dim = 128,
                                                       .d_ff = 8960,
                                                       .tied = true});

/// Qwen2.5-3B (Alibaba, 2024): 3,085,938,688 parameters. Source: config.json of Qwen/Qwen2.5-3B.
inline constexpr model qwen2_5_3b = detail::qwen2_5({.d_model = 2048,
                                                     .vocab_size = 151936,
                                                     .n_layers = 36,
                                                     .n_heads = 16,
                                                     .n_kv_heads = 2,
                                                     .head_dim = 128,
                                                     .d_ff = 11008,
                                                     .tied = true});

/// Qwen2.5-7B (Alibaba, 2024): 7,615,616,512 parameters. Source: config.json of Qwen/Qwen2.5-7B.
inline constexpr model qwen2_5_7b = detail::qwen2_5({.d_model = 3584,
                                                     .vocab_size = 152064,
                                                     .n_layers = 28,
                                                     .n_heads = 28,
                                                     .n_kv_heads = 4,
                                                     .head_dim = 128,
                                                     .d_ff = 18944});

/// Qwen2.5-14B (Alibaba, 2024): 14,770,033,664 parameters. Source: config.json of Qwen/Qwen2.5-14B.
inline constexpr model qwen2_5_14b = detail::qwen2_5({.d_model = 5120,
                                                      .vocab_size = 152064,
                                                      .n_layers = 48,
                                                      .n_heads = 40,
                                                      .n_kv_heads = 8,
                                                      .head_dim = 128,
                                                      .d_ff = 13824});

/// Qwen2.5-32B (Alibaba, 2024): 32,763,876,352 parameters. Source: config.json of Qwen/Qwen2.5-32B.
inline constexpr model qwen2_5_32b = detail::qwen2_5({.d_model = 5120,
                                                      .vocab_size = 152064,
                                                      .n_layers = 64,
                                                      .n_heads = 40,
                                                      .n_kv_heads = 8,
                                                      .head_dim = 128,
                                                      .d_ff = 27648});

/// Qwen2.5-72B (Alibaba, 2024): 72,706,203,648 parameters. Source: config.json of Qwen/Qwen2.5-72B.
inline constexpr model qwen2_5_72b = detail::qwen2_5({.d_model = 8192,
                                                      .vocab_size = 152064,
                                                      .n_layers = 80,
                                                      .n_heads = 64,
                                                      .n_kv_heads = 8,
                                                      .head_dim = 128,
                                                      .d_ff = 29568});

/// Qwen3-0.6B (Alibaba, 2025): 596,049,920 parameters. Source: config.json of Qwen/Qwen3-0.6B.
inline constexpr model qwen3_0_6b = detail::qwen3({.d_model = 1024,
                                                   .vocab_size = 151936,
                                                   .n_layers = 28,
                                                   .n_heads = 16,
                                                   .n_kv_heads = 8,
                                                   .head_dim = 128,
                                                   .d_ff = 3072,
                                                   .tied = true});

/// Qwen3-1.7B (Alibaba, 2025): 1,720,574,976 parameters. Source: config.json of Qwen/Qwen3-1.7B.
inline constexpr model qwen3_1_7b = detail::qwen3({.d_model = 2048,
                                                   .vocab_size = 151936,
                                                   .n_layers = 28,
                                                   .n_heads = 16,
                                                   .n_kv_heads = 8,
                                                   .head_dim = 128,
                                                   .d_ff = 6144,
                                                   .tied = true});

/// Qwen3-4B (Alibaba, 2025): 4,022,468,096 parameters. Source: config.json of Qwen/Qwen3-4B.
inline constexpr model qwen3_4b = detail::qwen3({.d_model = 2560,
                                                 .vocab_size = 151936,
                                                 .n_layers = 36,
                                                 .n_heads = 32,
                                                 .n_kv_heads = 8,
                                                 .head_dim = 128,
                                                 .d_ff = 9728,
                                                 .tied = true});

/// Qwen3-8B (Alibaba, 2025): 8,190,735,360 parameters. Source: config.json of Qwen/Qwen3-8B.
inline constexpr model qwen3_8b = detail::qwen3({.d_model = 4096,
                                                 .vocab_size = 151936,
                                                 .n_layers = 36,
                                                 .n_heads = 32,
                                                 .n_kv_heads = 8,
                                                 .head_dim = 128,
                                                 .d_ff = 12288});

/// Qwen3-14B (Alibaba, 2025): 14,768,307,200 parameters. Source: config.json of Qwen/Qwen3-14B.
inline constexpr model qwen3_14b = detail::qwen3({.d_model = 5120,
                                                  .vocab_size = 151936,
                                                  .n_layers = 40,
                                                  .n_heads = 40,
                                                  .n_kv_heads = 8,
                                                  .head_dim = 128,
                                                  .d_ff = 17408});

/// Qwen3-32B (Alibaba, 2025): 32,762,123,264 parameters. Source: config.json of Qwen/Qwen3-32B.
inline constexpr model qwen3_32b = detail::qwen3({.d_model = 5120,
                                                  .vocab_size = 151936,
                                                  .n_layers = 64,
                                                  .n_heads = 64,
                                                  .n_kv_heads = 8,
                                                  .head_dim = 128,
                                                  .d_ff = 25600});

/// Qwen3-30B-A3B (Alibaba, 2025): 30,532,122,624 parameters, 3,353,032,704 active. Source: config.json of
/// Qwen/Qwen3-30B-A3B.
inline constexpr model qwen3_30b_a3b = detail::qwen3_moe(
    {.d_model = 2048, .n_layers = 48, .n_heads = 32, .n_kv_heads = 4, .n_experts = 128, .d_expert = 768});

/// Qwen3-235B-A22B (Alibaba, 2025): 235,093,634,560 parameters, 22,190,763,520 active. Source: config.json of
/// Qwen/Qwen3-235B-A22B.
inline constexpr model qwen3_235b_a22b = detail::qwen3_moe(
    {.d_model = 4096, .n_layers = 94, .n_heads = 64, .n_kv_heads = 4, .n_experts = 128, .d_expert = 1536});

/// Qwen3-Coder-480B-A35B (Alibaba, 2025): 480,154,875,392 parameters, 35,474,765,312 active. Source: config.json of
/// Qwen/Qwen3-Coder-480B-A35B-Instruct.
inline constexpr model qwen3_coder_480b_a35b = detail::qwen3_moe(
    {.d_model = 6144, .n_layers = 62, .n_heads = 96, .n_kv_heads = 8, .n_experts = 160, .d_expert = 2560});

}  // namespace moetric::v0::zoo
