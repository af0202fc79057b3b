#pragma once

#include "moetric/zoo/patterns.hpp"

namespace moetric::v0::zoo {

/// PaLM-540B (Google, 2022): 540,356,474,880 parameters. Source: 2204.02311, Table 1; the exact total is not published.
inline constexpr model palm_540b{.d_model = 18432,
                                 .input = {.vocab_size = 256000},
                                 .layers = {{grouped_query_attention<>{.n_heads = 48, .n_kv_heads = 1, .head_dim = 256},
                                             dense_ffn<>{.d_ff = 73728}, 118, 1}},
                                 .output = {.tied = true}};

}  // namespace moetric::v0::zoo
