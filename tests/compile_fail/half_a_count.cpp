// error: moetric: a floating-point constant must be a whole number from 0 to 2.127 to be a count
#include "moetric/core/count.hpp"

constexpr moetric::count tokens = WRONG(0.5, 5e9);
static_assert(tokens == 5'000'000'000);
