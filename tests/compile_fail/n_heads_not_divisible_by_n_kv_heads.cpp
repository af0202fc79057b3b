// error: moetric: n_heads must be divisible by n_kv_heads
#include "moetric/account/flops.hpp"

using namespace moetric;

constexpr model dense{.d_model = 64,
                      .input = {.vocab_size = 1000},
                      .layers = {{grouped_query_attention<>{.n_heads = 8, .n_kv_heads = WRONG(3, 2), .head_dim = 16},
                                  dense_ffn<>{.d_ff = 256}, 2}}};

static_assert(training_flops_per_token(dense, {.length = 128}) > 0);
