#pragma once

#include "moetric/zoo/patterns.hpp"

namespace moetric::v0::zoo {

namespace detail {

inline constexpr grouped_query_attention<> ernie_4_5_attention{.n_heads = 20, .n_kv_heads = 4, .head_dim = 128};

}  // namespace detail

/// ERNIE-4.5-21B-A3B (Baidu, 2025): 21,825,437,888 parameters, 3,352,150,208 active. Source: config.json of
/// baidu/ERNIE-4.5-21B-A3B-PT.
inline constexpr model ernie_4_5_21b_a3b{
    .d_model = 2560,
    .input = {.vocab_size = 103424},
    .layers = {{detail::ernie_4_5_attention, dense_ffn<>{.d_ff = 12288}, 1},
               {detail::ernie_4_5_attention,
                experts<>{
                    .n_experts = 64, .top_k = 6, .d_expert = 1536, .n_shared_experts = 2, .correction_bias = true},
                27}},
    .output = {.tied = true}};

/// ERNIE-4.5-300B-A47B (Baidu, 2025): 299,484,163,264 parameters, 47,926,586,560 active. Source: config.json of
/// baidu/ERNIE-4.5-300B-A47B-PT.
inline constexpr model ernie_4_5_300b_a47b{
    .d_model = 8192,
    .input = {.vocab_size = 103424},
    .layers = {
        {grouped_query_attention<>{.n_heads = 64, .n_kv_heads = 8, .head_dim = 128}, dense_ffn<>{.d_ff = 28672}, 3},
        {grouped_query_attention<>{.n_heads = 64, .n_kv_heads = 8, .head_dim = 128},
         experts<>{.n_experts = 64, .top_k = 8, .d_expert = 3584, .correction_bias = true}, 51}}};

}  // namespace moetric::v0::zoo
