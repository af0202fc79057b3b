#pragma once

#include "moetric/zoo/patterns.hpp"

namespace moetric::v0::zoo {

namespace detail {

inline constexpr grouped_query_attention<> ling_mini_attention{
    .n_heads = 16, .n_kv_heads = 4, .head_dim = 128, .qk_norm = qk_norm_kind::per_head};

}  // namespace detail

/// Ling-mini-2.0 (Ant Group, 2025): 16,255,643,392 parameters, 1,432,973,056 active. Source: config.json of
/// inclusionAI/Ling-mini-2.0.
inline constexpr model ling_mini_2_0{.d_model = 2048,
                                     .input = {.vocab_size = 157184},
                                     .layers = {{detail::ling_mini_attention, dense_ffn<>{.d_ff = 5120}, 1},
                                                {detail::ling_mini_attention,
                                                 experts<>{.n_experts = 256,
                                                           .top_k = 8,
                                                           .d_expert = 512,
                                                           .n_shared_experts = 1,
                                                           .correction_bias = true,
                                                           .n_group = 8,
                                                           .topk_group = 4},
                                                 19}}};

}  // namespace moetric::v0::zoo
