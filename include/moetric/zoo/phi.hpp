#pragma once

#include "moetric/zoo/patterns.hpp"

namespace moetric::v0::zoo {

/// Phi-2 (Microsoft, 2023): 2,779,683,840 parameters. Source: config.json of microsoft/phi-2.
inline constexpr model phi_2{
    .d_model = 2560,
    .input = {.vocab_size = 51200},
    .layers = {{grouped_query_attention<>{.n_heads = 32, .head_dim = 80, .qkv_bias = true, .output_bias = true},
                dense_ffn<>{.d_ff = 10240, .kind = ffn_kind::plain, .bias = true}, 32, 1}},
    .output = {.bias = true},
    .norm = norm_kind::layer_norm};

/// Phi-3-mini-4k (Microsoft, 2024): 3,821,079,552 parameters; a window of 2047. Source: config.json of
/// microsoft/Phi-3-mini-4k-instruct.
inline constexpr model phi_3_mini_4k =
    detail::gated({.d_model = 3072, .vocab_size = 32064, .n_layers = 32, .n_heads = 32, .head_dim = 96, .d_ff = 8192},
                  {.n_heads = 32, .head_dim = 96, .window = 2047});

/// Phi-3.5-MoE (Microsoft, 2024): 41,873,153,344 parameters, 6,640,999,744 active. Source: config.json of
/// microsoft/Phi-3.5-MoE-instruct.
inline constexpr model phi_3_5_moe{
    .d_model = 4096,
    .input = {.vocab_size = 32064},
    .layers = {{grouped_query_attention<>{
                    .n_heads = 32, .n_kv_heads = 8, .head_dim = 128, .qkv_bias = true, .output_bias = true},
                experts<>{.n_experts = 16, .top_k = 2, .d_expert = 6400}, 32}},
    .output = {.bias = true},
    .norm = norm_kind::layer_norm};

/// Phi-4 (Microsoft, 2024): 14,659,507,200 parameters. Source: config.json of microsoft/phi-4.
inline constexpr model phi_4 = detail::llama_like({.d_model = 5120,
                                                   .vocab_size = 100352,
                                                   .n_layers = 40,
                                                   .n_heads = 40,
                                                   .n_kv_heads = 10,
                                                   .head_dim = 128,
                                                   .d_ff = 17920});

/// Phi-4-mini (Microsoft, 2025): 3,836,021,760 parameters. Source: config.json of microsoft/Phi-4-mini-instruct.
inline constexpr model phi_4_mini = detail::llama_like({.d_model = 3072,
                                                        .vocab_size = 200064,
                                                        .n_layers = 32,
                                                        .n_heads = 24,
                                                        .n_kv_heads = 8,
                                                        .head_dim = 128,
                                                        .d_ff = 8192,
                                                        .tied = true});

}  // namespace moetric::v0::zoo
