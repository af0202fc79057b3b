// error: moetric: top_k must not exceed n_experts
#include "moetric/account/parameters.hpp"

using namespace moetric;

constexpr model mixture{.d_model = 64,
                        .input = {.vocab_size = 1000},
                        .layers = {{grouped_query_attention<>{.n_heads = 4, .head_dim = 16},
                                    experts<>{.n_experts = 8, .top_k = WRONG(9, 8), .d_expert = 32}, 2}}};

static_assert(active_parameters(mixture) > 0);
