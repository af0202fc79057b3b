#pragma once

#include "moetric/model/model.hpp"

namespace moetric::inline v0::zoo {

/// Llama 3 8B (Meta, 2024): 8,030,261,248 parameters. Source: config.json of meta-llama/Meta-Llama-3-8B.
inline constexpr model llama_3_8b{
    .d_model = 4096,
    .input = {.vocab_size = 128256},
    .layers = {
        {grouped_query_attention<>{.n_heads = 32, .n_kv_heads = 8, .head_dim = 128}, dense_ffn<>{.d_ff = 14336}, 32}}};

}  // namespace moetric::inline v0::zoo
