// What one translation unit pays for the checks of a model; ./quickstart benchmark headers reports it.
#include "moetric/account/static_checks.hpp"

using namespace moetric;

constexpr grouped_query_attention<> attention{.n_heads = 32, .n_kv_heads = 8, .head_dim = 128};
constexpr model mine{.d_model = 4096,
                     .input = {.vocab_size = 32000},
                     .layers = {{attention, dense_ffn<>{.d_ff = 14336}, 2},
                                {attention, experts<>{.n_experts = 64, .top_k = 6, .d_expert = 1408}, 30}}};
constexpr model_limits limits{.total_parameters = {.at_most = 36e9},
                              .active_parameters = {.at_least = 5e9, .at_most = 6e9},
                              .training_flops_per_token = {.at_most = 40e9},
                              .sequence_length = 4096,
                              .cache_bytes = {.at_most = 5e9},
                              .context = 32768};
static_assert(keeps<mine, limits>());
static_assert(shards<mine, parallel_sizes{.tensor = 4, .expert = 8, .pipeline = 4, .expert_tensor = 1}>());
static_assert(multiples_of<mine, 64, parallel_sizes{.tensor = 4, .expert_tensor = 1}>());
