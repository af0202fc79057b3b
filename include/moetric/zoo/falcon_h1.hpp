#pragma once

#include "moetric/zoo/patterns.hpp"

namespace moetric::v0::zoo {

/// Falcon-H1-0.5B (TII, 2025): 521,411,104 parameters; attention and Mamba-2 side by side in every layer. Source:
/// config.json of tiiuae/Falcon-H1-0.5B-Base.
inline constexpr model falcon_h1_0_5b{
    .d_model = 1024,
    .input = {.vocab_size = 32784},
    .layers = {{parallel_hybrid<>{.attention = {.n_heads = 8, .n_kv_heads = 2, .head_dim = 64},
                                  .state_space = {.n_heads = 24, .head_dim = 64, .state_size = 128, .norm = false}},
                dense_ffn<>{.d_ff = 2048}, 36}}};

}  // namespace moetric::v0::zoo
