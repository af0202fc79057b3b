// error: exact_div or floor_div
#include "moetric/core/count.hpp"

// Division must say what becomes of the remainder.
constexpr moetric::count a = 7;
constexpr moetric::count b = 2;
static_assert(WRONG(a / b, floor_div(a, b)) == 3);
