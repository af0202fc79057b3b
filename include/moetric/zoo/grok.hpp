#pragma once

#include "moetric/zoo/patterns.hpp"

namespace moetric::v0::zoo {

/// Grok-1 (xAI, 2024): 315,684,820,992 parameters, 83,756,587,008 active. Source: config.json of xai-org/grok-1; the
/// exact total is not published.
inline constexpr model grok_1{.d_model = 6144,
                              .input = {.vocab_size = 131072},
                              .layers = {{grouped_query_attention<>{.n_heads = 48, .n_kv_heads = 8, .head_dim = 128},
                                          experts<>{.n_experts = 8, .top_k = 2, .d_expert = 32768}, 64, 4}},
                              .output = {.tied = true}};

}  // namespace moetric::v0::zoo
