// error: moetric: a [*] b must fit in 128 bits
#include "moetric/core/count.hpp"

// 2^64 · 2^64 is one too many bits, 2^64 · 2^63 fits.
constexpr moetric::count two_to_64 = moetric::count(1ull << 63) * 2;
constexpr moetric::count product = two_to_64 * WRONG(two_to_64, (1ull << 63));
static_assert(product > two_to_64);
