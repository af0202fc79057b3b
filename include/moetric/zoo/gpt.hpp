#pragma once

#include "moetric/model/model.hpp"

namespace moetric::inline v0::zoo {

/// GPT-3 175B (OpenAI, 2020): 174,604,259,328 parameters with the vocabulary of GPT-2. Source: 2005.14165, Table 2.1;
/// the exact total is not published.
inline constexpr model gpt_3{
    .d_model = 12288,
    .input = {.vocab_size = 50257, .learned_positions = 2048},
    .layers = {{grouped_query_attention<>{.n_heads = 96, .head_dim = 128, .qkv_bias = true, .output_bias = true},
                dense_ffn<>{.d_ff = 49152, .kind = ffn_kind::plain, .bias = true}, 96}},
    .output = {.tied = true},
    .norm = norm_kind::layer_norm};

}  // namespace moetric::inline v0::zoo
