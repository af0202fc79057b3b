// error: cache_bytes.*12884901888.*12000000000
#include "moetric/account/static_checks.hpp"
#include "moetric/zoo/qwen.hpp"

// 48 layers x 2 x 4 heads x 128 features x 2 bytes for each of 131072 tokens.
using namespace moetric;
constexpr model_limits limits{.cache_bytes = {.at_most = WRONG(12e9, 13e9)}, .context = 131072};
static_assert(keeps<zoo::qwen3_30b_a3b, limits>());
