#pragma once

#include "moetric/zoo/patterns.hpp"

namespace moetric::v0::zoo {

/// dots.llm1 (rednote, 2025): 142,774,381,696 parameters, 14,016,588,928 active. Source: config.json of
/// rednote-hilab/dots.llm1.base.
inline constexpr model dots_llm1{
    .d_model = 4096,
    .input = {.vocab_size = 152064},
    .layers = {{grouped_query_attention<>{.n_heads = 32, .head_dim = 128, .qk_norm = qk_norm_kind::per_head},
                dense_ffn<>{.d_ff = 10944}, 1},
               {grouped_query_attention<>{.n_heads = 32, .head_dim = 128, .qk_norm = qk_norm_kind::per_head},
                experts<>{.n_experts = 128,
                          .top_k = 6,
                          .d_expert = 1408,
                          .n_shared_experts = 2,
                          .correction_bias = true,
                          .n_group = 1,
                          .topk_group = 1},
                61}}};

}  // namespace moetric::v0::zoo
