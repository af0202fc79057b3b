// error: training_flops_per_token.*23081779200.*24000000000
#include "moetric/account/static_checks.hpp"
#include "moetric/zoo/qwen.hpp"

using namespace moetric;
constexpr model_limits limits{.training_flops_per_token = {.at_least = WRONG(24e9, 23e9)}, .sequence_length = 4096};
static_assert(keeps<zoo::qwen3_30b_a3b, limits>());
