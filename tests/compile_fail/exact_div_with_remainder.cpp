// error: moetric: a must be divisible by b in exact_div
#include "moetric/core/count.hpp"

constexpr moetric::count quotient = exact_div(moetric::count(7), WRONG(2, 7));
static_assert(quotient == 1);
