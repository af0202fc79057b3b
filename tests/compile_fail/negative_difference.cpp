// error: moetric: a - b must not be negative
#include "moetric/core/count.hpp"

constexpr moetric::count left = moetric::count(2) - WRONG(3, 2);
static_assert(left == 0);
