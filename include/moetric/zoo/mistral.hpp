#pragma once

#include "moetric/model/model.hpp"

namespace moetric::inline v0::zoo {

/// Mixtral 8x7B (Mistral AI, 2023): 46,702,792,704 parameters, 12,879,925,248 active.
/// Source: config.json of mistralai/Mixtral-8x7B-v0.1.
inline constexpr model mixtral_8x7b{
    .d_model = 4096,
    .input = {.vocab_size = 32000},
    .layers = {{grouped_query_attention<>{.n_heads = 32, .n_kv_heads = 8, .head_dim = 128},
                experts<>{.n_experts = 8, .top_k = 2, .d_expert = 14336}, 32}}};

}  // namespace moetric::inline v0::zoo
