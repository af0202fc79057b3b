// error: expert_gate.*96.*64
#include "moetric/account/static_checks.hpp"
#include "moetric/zoo/qwen.hpp"

// Eight ranks share an expert of width 768.
using namespace moetric;
static_assert(multiples_of<zoo::qwen3_30b_a3b, 64, parallel_sizes{.expert_tensor = WRONG(8, 4)}>());
