// error: moetric: a [+] b must fit in 128 bits
#include "moetric/core/count.hpp"

constexpr moetric::count sum = moetric::count::max() + WRONG(1, 0);
static_assert(sum == moetric::count::max());
