#pragma once

#include "moetric/zoo/patterns.hpp"

namespace moetric::v0::zoo {

/// Llama-2-7B (Meta, 2023): 6,738,415,616 parameters. Source: config.json of meta-llama/Llama-2-7b-hf.
inline constexpr model llama_2_7b = detail::llama_like(
    {.d_model = 4096, .vocab_size = 32000, .n_layers = 32, .n_heads = 32, .head_dim = 128, .d_ff = 11008});

/// Llama-2-13B (Meta, 2023): 13,015,864,320 parameters. Source: config.json of meta-llama/Llama-2-13b-hf.
inline constexpr model llama_2_13b = detail::llama_like(
    {.d_model = 5120, .vocab_size = 32000, .n_layers = 40, .n_heads = 40, .head_dim = 128, .d_ff = 13824});

/// Llama-2-70B (Meta, 2023): 68,976,648,192 parameters. Source: config.json of meta-llama/Llama-2-70b-hf.
inline constexpr model llama_2_70b = detail::llama_like({.d_model = 8192,
                                                         .vocab_size = 32000,
                                                         .n_layers = 80,
                                                         .n_heads = 64,
                                                         .n_kv_heads = 8,
                                                         .head_dim = 128,
                                                         .d_ff = 28672});

/// Llama-3-8B (Meta, 2024): 8,030,261,248 parameters. Source: config.json of meta-llama/Meta-Llama-3-8B.
inline constexpr model llama_3_8b = detail::llama_like({.d_model = 4096,
                                                        .vocab_size = 128256,
                                                        .n_layers = 32,
                                                        .n_heads = 32,
                                                        .n_kv_heads = 8,
                                                        .head_dim = 128,
                                                        .d_ff = 14336});

/// Llama-3-70B (Meta, 2024): 70,553,706,496 parameters. Source: config.json of meta-llama/Meta-Llama-3-70B.
inline constexpr model llama_3_70b = detail::llama_like({.d_model = 8192,
                                                         .vocab_size = 128256,
                                                         .n_layers = 80,
                                                         .n_heads = 64,
                                                         .n_kv_heads = 8,
                                                         .head_dim = 128,
                                                         .d_ff = 28672});

/// Llama-3.1-405B (Meta, 2024): 405,853,388,800 parameters. Source: config.json of meta-llama/Llama-3.1-405B;
/// arXiv 2407.21783, Table 3.
inline constexpr model llama_3_1_405b = detail::llama_like({.d_model = 16384,
                                                            .vocab_size = 128256,
                                                            .n_layers = 126,
                                                            .n_heads = 128,
                                                            .n_kv_heads = 8,
                                                            .head_dim = 128,
                                                            .d_ff = 53248});

/// Llama-3.2-1B (Meta, 2024): 1,235,814,400 parameters. Source: config.json of meta-llama/Llama-3.2-1B.
inline constexpr model llama_3_2_1b = detail::llama_like({.d_model = 2048,
                                                          .vocab_size = 128256,
                                                          .n_layers = 16,
                                                          .n_heads = 32,
                                                          .n_kv_heads = 8,
                                                          .head_dim = 64,
                                                          .d_ff = 8192,
                                                          .tied = true});

/// Llama-3.2-3B (Meta, 2024): 3,212,749,824 parameters. Source: config.json of meta-llama/Llama-3.2-3B.
inline constexpr model llama_3_2_3b = detail::llama_like({.d_model = 3072,
                                                          .vocab_size = 128256,
                                                          .n_layers = 28,
                                                          .n_heads = 24,
                                                          .n_kv_heads = 8,
                                                          .head_dim = 128,
                                                          .d_ff = 8192,
                                                          .tied = true});

namespace detail {

inline constexpr grouped_query_attention<> llama_4_global{.n_heads = 40, .n_kv_heads = 8, .head_dim = 128};
inline constexpr grouped_query_attention<> llama_4_local{
    .n_heads = 40, .n_kv_heads = 8, .head_dim = 128, .window = 8192, .windows = window_kind::chunked};
constexpr experts<> llama_4_experts(count n_experts) {
  return {.n_experts = n_experts, .top_k = 1, .d_expert = 8192, .n_shared_experts = 1};
}

}  // namespace detail

/// Llama-4-Scout (Meta, 2025): 107,769,861,120 parameters, 17,172,894,720 active; the language model alone; three of
/// four layers attend in chunks of 8192. Source: config.json of meta-llama/Llama-4-Scout-17B-16E.
inline constexpr model llama_4_scout{.d_model = 5120,
                                     .input = {.vocab_size = 202048},
                                     .layers =
                                         detail::hybrid({}, 12,
                                                        {{detail::llama_4_local, detail::llama_4_experts(16), 3},
                                                         {detail::llama_4_global, detail::llama_4_experts(16), 1}})};

/// Llama-4-Maverick (Meta, 2025): 400,711,848,960 parameters, 17,184,691,200 active; the language model alone; every
/// other layer with experts, three of four attend in chunks of 8192. Source: config.json of
/// meta-llama/Llama-4-Maverick-17B-128E.
inline constexpr model llama_4_maverick{
    .d_model = 5120,
    .input = {.vocab_size = 202048},
    .layers = detail::hybrid({}, 12,
                             {{detail::llama_4_local, dense_ffn<>{.d_ff = 16384}, 1},
                              {detail::llama_4_local, detail::llama_4_experts(128), 1},
                              {detail::llama_4_local, dense_ffn<>{.d_ff = 16384}, 1},
                              {detail::llama_4_global, detail::llama_4_experts(128), 1}})};

/// LLaMA-MoE-3.5B (2/8) (the LLaMA-MoE team, 2023): 6,740,514,816 parameters, 3,494,123,520 active; the 65,600 weights
/// of its noisy gate are other weights. Source: config.json of llama-moe/LLaMA-MoE-v1-3_5B-2_8; the exact total is not
/// published.
inline constexpr model llama_moe_3_5b{
    .d_model = 4096,
    .input = {.vocab_size = 32000},
    .layers = {
        {grouped_query_attention<>{.n_heads = 32, .head_dim = 128},
         experts<>{.n_experts = 8, .top_k = 2, .d_expert = 1376, .router = router_kind::none, .other_weights = 65600},
         32}}};

}  // namespace moetric::v0::zoo
