// error: 30532122624 <= 30000000000
#include "moetric/moetric.hpp"

// The compiler prints both sides.
using namespace moetric;
static_assert(at_most<total_parameters(zoo::qwen3_30b_a3b), WRONG(30e9, 31e9)>());
