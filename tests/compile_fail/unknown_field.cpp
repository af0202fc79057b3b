// error: no non-static data member named .*n_expert[^s]|field designator .*n_expert[^s]
#include "moetric/layers/experts.hpp"

constexpr moetric::experts<> mixture{WRONG(.n_expert, .n_experts) = 8, .top_k = 2, .d_expert = 32};
static_assert(mixture.n_experts == 8);
