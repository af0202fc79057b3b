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

}  // namespace detail

/// Qwen1.5-MoE-A2.7B (Alibaba, 2024): 14,315,784,192 parameters, 2,689,173,504 active. Source: config.json of
/// Qwen/Qwen1.5-MoE-A2.7B.
inline constexpr model qwen1_5_moe_a2_7b{
    .d_model = 2048,
    .input = {.vocab_size = 151936},
    .layers = {{grouped_query_attention<>{.n_heads = 16, .head_dim = 128, .qkv_bias = true},
                experts<>{.n_experts = 60,
                          .top_k = 4,
                          .d_expert = 1408,
                          .n_shared_experts = 1,
                          .d_shared_expert = 5632,
                          .shared_gate = true},
                24}}};

/// Qwen2.5-0.5B (Alibaba, 2024): 494,032,768 parameters. Source: config.json of Qwen/Qwen2.5-0.5B.
inline constexpr model qwen2_5_0_5b = detail::qwen2_5({.d_model = 896,
                                                       .vocab_size = 151936,
                                                       .n_layers = 24,
                                                       .n_heads = 14,
                                                       .n_kv_heads = 2,
                                                       .head_dim = 64,
                                                       .d_ff = 4864,
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

/// Qwen2.5-32B (Alibaba, 2024): 32,763,876,352 parameters. Source: config.json of Qwen/Qwen2.5-32B.
inline constexpr model qwen2_5_32b = detail::qwen2_5({.d_model = 5120,
                                                      .vocab_size = 152064,
                                                      .n_layers = 64,
                                                      .n_heads = 40,
                                                      .n_kv_heads = 8,
                                                      .head_dim = 128,
                                                      .d_ff = 27648});

/// Qwen3-0.6B (Alibaba, 2025): 596,049,920 parameters. Source: config.json of Qwen/Qwen3-0.6B.
inline constexpr model qwen3_0_6b = detail::qwen3({.d_model = 1024,
                                                   .vocab_size = 151936,
                                                   .n_layers = 28,
                                                   .n_heads = 16,
                                                   .n_kv_heads = 8,
                                                   .head_dim = 128,
                                                   .d_ff = 3072,
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

/// Qwen3-30B-A3B (Alibaba, 2025): 30,532,122,624 parameters, 3,353,032,704 active. Source: config.json of
/// Qwen/Qwen3-30B-A3B.
inline constexpr model qwen3_30b_a3b{
    .d_model = 2048,
    .input = {.vocab_size = 151936},
    .layers = {
        {grouped_query_attention<>{.n_heads = 32, .n_kv_heads = 4, .head_dim = 128, .qk_norm = qk_norm_kind::per_head},
         experts<>{.n_experts = 128, .top_k = 8, .d_expert = 768}, 48}}};

}  // namespace moetric::v0::zoo
