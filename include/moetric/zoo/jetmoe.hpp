#pragma once

#include "moetric/zoo/patterns.hpp"

namespace moetric::v0::zoo {

/// JetMoE-8B (JetMoE, 2024): 8,522,237,952 parameters, 2,331,445,248 active. Source: config.json of jetmoe/jetmoe-8b;
/// the exact total is not published.
inline constexpr model jetmoe_8b{
    .d_model = 2048,
    .input = {.vocab_size = 32000},
    .layers = {{mixture_of_attention_heads<>{.n_experts = 8, .top_k = 2, .n_kv_heads = 16, .head_dim = 128},
                experts<>{.n_experts = 8, .top_k = 2, .d_expert = 5632, .other_weights = 2048}, 24}},
    .output = {.tied = true}};

}  // namespace moetric::v0::zoo
