// error: moetric: sequence_length must be positive
#include "moetric/account/flops.hpp"
#include "moetric/zoo/llama.hpp"

static_assert(training_flops_per_token(moetric::zoo::llama_3_8b, {.length = WRONG(0, 8192)}) > 0);
