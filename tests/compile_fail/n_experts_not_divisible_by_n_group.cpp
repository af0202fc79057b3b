// error: moetric: n_experts must be divisible by n_group
#include "moetric/account/parameters.hpp"

using namespace moetric;

constexpr model mixture{
    .d_model = 64,
    .input = {.vocab_size = 1000},
    .layers = {{grouped_query_attention<>{.n_heads = 4, .head_dim = 16},
                experts<>{.n_experts = 16, .top_k = 2, .d_expert = 32, .n_group = WRONG(3, 4), .topk_group = 2}, 2}}};

static_assert(active_parameters(mixture) > 0);
