// error: total_parameters.*30532122624.*30000000000
#include "moetric/account/static_checks.hpp"
#include "moetric/zoo/qwen.hpp"

// The compiler names the quantity, and prints what it got and the limit.
using namespace moetric;
constexpr model_limits limits{.total_parameters = {.at_most = WRONG(30e9, 31e9)}};
static_assert(keeps<zoo::qwen3_30b_a3b, limits>());
