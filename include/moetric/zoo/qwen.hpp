#pragma once

#include "moetric/model/model.hpp"

namespace moetric::inline v0::zoo {

/// Qwen3 30B-A3B (Alibaba, 2025): 30,532,122,624 parameters, 3,353,032,704 active.
/// Source: config.json of Qwen/Qwen3-30B-A3B.
inline constexpr model qwen3_30b_a3b{
    .d_model = 2048,
    .input = {.vocab_size = 151936},
    .layers = {
        {grouped_query_attention<>{.n_heads = 32, .n_kv_heads = 4, .head_dim = 128, .qk_norm = qk_norm_kind::per_head},
         experts<>{.n_experts = 128, .top_k = 8, .d_expert = 768}, 48}}};

}  // namespace moetric::inline v0::zoo
