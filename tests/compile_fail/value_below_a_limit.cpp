// error: 30532122624 >= 31000000000
#include "moetric/moetric.hpp"

// The compiler prints both sides.
using namespace moetric;
static_assert(at_least<total_parameters(zoo::qwen3_30b_a3b), WRONG(31e9, 30e9)>());
