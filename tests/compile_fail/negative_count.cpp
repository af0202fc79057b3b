// error: moetric: count must not be negative
#include "moetric/core/count.hpp"

constexpr moetric::count tokens = WRONG(-1, 1);
static_assert(tokens == 1);
