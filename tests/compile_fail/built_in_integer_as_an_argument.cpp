// error: no matching function for call to .*twice_pairs
#include "moetric/layers/attention_span.hpp"

using moetric::causal_rule;
using number = WRONG(int, moetric::count);

static_assert(twice_pairs(causal_rule::exact, number(4096), number(128)) > 0);
