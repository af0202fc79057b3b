// error: n_heads must be divisible by .*<32, 64>|<32, 64>.*n_heads must be divisible by
#include "moetric/account/static_checks.hpp"
#include "moetric/zoo/qwen.hpp"

// The compiler prints both values, and the line with the sentence.
using namespace moetric;
static_assert(shards<zoo::qwen3_30b_a3b, parallel_sizes{.tensor = WRONG(64, 4), .expert = 8}>());
