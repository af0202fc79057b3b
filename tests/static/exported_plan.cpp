#include "static/exported_plan.hpp"

// A header as `moetric export --format cpp` writes it compiles, assertions and all. Its numbers are those of the row of
// 2603.21862 at 1e18 with d 480: Eq. 6-12 by hand below.

static_assert(exported::architecture.n_layers() == 10);
constexpr unsigned long long n_a =
    2ULL * 480 * 64 * (4 + 2) * 10 + 9ULL * 480 * 480 * 2 + 8ULL * (8 + 1) * 3 * 480 * 168;
static_assert(moetric::triad_of(exported::architecture, 8192).active_non_embedding_parameters == n_a);
static_assert(moetric::triad_of(exported::architecture, 8192).training_flops_per_token ==
              6 * n_a + 6ULL * 8192 * 4 * 64 * 10);
static_assert(moetric::triad_of(exported::architecture, 8192).total_non_embedding_parameters ==
              n_a + 3ULL * 480 * 168 * (288 - 8) * 8);
