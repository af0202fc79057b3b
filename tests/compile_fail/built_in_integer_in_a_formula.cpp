// error: constraint.*Arithmetic|does not satisfy 'Arithmetic'
#include "moetric/layers/grouped_query_attention.hpp"

// A built-in integer would overflow silently.
constexpr moetric::grouped_query_attention<WRONG(long, double)> attention{.n_heads = 4, .head_dim = 16};
static_assert(attention.query_width() == 64);
