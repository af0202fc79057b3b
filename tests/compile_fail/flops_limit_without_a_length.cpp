// error: moetric: sequence_length must be positive
#include "moetric/account/static_checks.hpp"
#include "moetric/zoo/qwen.hpp"

using namespace moetric;
constexpr model_limits limits{.training_flops_per_token = {.at_most = 24e9}, .sequence_length = WRONG(0, 4096)};
static_assert(keeps<zoo::qwen3_30b_a3b, limits>());
