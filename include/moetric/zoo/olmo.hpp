#pragma once

#include "moetric/zoo/patterns.hpp"

namespace moetric::v0::zoo {

/// OLMo-2-7B (Ai2, 2024): 7,298,617,344 parameters. Source: config.json of allenai/OLMo-2-1124-7B.
inline constexpr model olmo_2_7b{
    .d_model = 4096,
    .input = {.vocab_size = 100352},
    .layers = {{grouped_query_attention<>{.n_heads = 32, .head_dim = 128, .qk_norm = qk_norm_kind::full},
                dense_ffn<>{.d_ff = 11008}, 32}}};

/// OLMo-2-13B (Ai2, 2024): 13,716,198,400 parameters. Source: config.json of allenai/OLMo-2-1124-13B.
inline constexpr model olmo_2_13b{
    .d_model = 5120,
    .input = {.vocab_size = 100352},
    .layers = {{grouped_query_attention<>{.n_heads = 40, .head_dim = 128, .qk_norm = qk_norm_kind::full},
                dense_ffn<>{.d_ff = 13824}, 40}}};

/// OLMoE-1B-7B (Ai2, 2024): 6,919,161,856 parameters, 1,282,017,280 active. Source: config.json of
/// allenai/OLMoE-1B-7B-0924.
inline constexpr model olmoe_1b_7b{
    .d_model = 2048,
    .input = {.vocab_size = 50304},
    .layers = {{grouped_query_attention<>{.n_heads = 16, .head_dim = 128, .qk_norm = qk_norm_kind::full},
                experts<>{.n_experts = 64, .top_k = 8, .d_expert = 1024}, 16}}};

}  // namespace moetric::v0::zoo
