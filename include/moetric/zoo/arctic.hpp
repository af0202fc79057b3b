#pragma once

#include "moetric/zoo/patterns.hpp"

namespace moetric::v0::zoo {

/// Snowflake Arctic (Snowflake, 2024): 478,584,608,768 parameters, 17,318,647,808 active; a dense feed-forward beside
/// the experts. Source: config.json of Snowflake/snowflake-arctic-base; the exact total is not published.
inline constexpr model arctic{
    .d_model = 7168,
    .input = {.vocab_size = 32000},
    .layers = {{grouped_query_attention<>{.n_heads = 56, .n_kv_heads = 8, .head_dim = 128},
                experts<>{.n_experts = 128, .top_k = 2, .d_expert = 4864, .d_residual = 7168}, 35, 3}}};

}  // namespace moetric::v0::zoo
