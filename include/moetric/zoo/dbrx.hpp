#pragma once

#include "moetric/zoo/patterns.hpp"

namespace moetric::v0::zoo {

/// DBRX (Databricks, 2024): 131,596,523,520 parameters, 36,469,708,800 active. Source: config.json of
/// databricks/dbrx-base.
inline constexpr model dbrx{.d_model = 6144,
                            .input = {.vocab_size = 100352},
                            .layers = {{grouped_query_attention<>{.n_heads = 48, .n_kv_heads = 8, .head_dim = 128},
                                        experts<>{.n_experts = 16, .top_k = 4, .d_expert = 10752}, 40}},
                            .norm = norm_kind::layer_norm_without_bias};

}  // namespace moetric::v0::zoo
