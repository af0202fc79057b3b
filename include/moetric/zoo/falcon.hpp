#pragma once

#include "moetric/zoo/patterns.hpp"

namespace moetric::v0::zoo {

/// Falcon-7B (TII, 2023): 6,921,720,704 parameters. Source: config.json of tiiuae/falcon-7b.
inline constexpr model falcon_7b{.d_model = 4544,
                                 .input = {.vocab_size = 65024},
                                 .layers = {{grouped_query_attention<>{.n_heads = 71, .n_kv_heads = 1, .head_dim = 64},
                                             dense_ffn<>{.d_ff = 18176, .kind = ffn_kind::plain}, 32, 1}},
                                 .output = {.tied = true},
                                 .norm = norm_kind::layer_norm};

/// Falcon-180B (TII, 2023): 178,557,088,768 parameters. Source: config.json of tiiuae/falcon-180B.
inline constexpr model falcon_180b{
    .d_model = 14848,
    .input = {.vocab_size = 65024},
    .layers = {{grouped_query_attention<>{.n_heads = 232, .n_kv_heads = 8, .head_dim = 64},
                dense_ffn<>{.d_ff = 59392, .kind = ffn_kind::plain}, 80, 2}},
    .output = {.tied = true},
    .norm = norm_kind::layer_norm};

}  // namespace moetric::v0::zoo
