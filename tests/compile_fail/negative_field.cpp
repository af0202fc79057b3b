// error: moetric: count must not be negative
#include "moetric/layers/dense_ffn.hpp"

constexpr moetric::dense_ffn<> ffn{.d_ff = WRONG(-4096, 4096)};
static_assert(ffn.weights(2) == 24576);
