// error: moetric: the denominator of a ratio must not be zero
#include "moetric/core/ratio.hpp"

constexpr moetric::ratio capacity_factor{5, WRONG(0, 4)};
static_assert(capacity_factor == moetric::ratio{5, 4});
