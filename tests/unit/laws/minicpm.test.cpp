// MiniCPM's 192 tokens per parameter, arXiv 2404.06395, Section 4.5.
#include "moetric/laws/minicpm.hpp"

#include "catch.hpp"

using namespace moetric;
using Catch::Matchers::WithinRel;

TEST_CASE("192 tokens per parameter at every budget, and they cost it") {
  for (double const compute : {1e18, 1e21, 1e24}) {
    double const n = laws::minicpm::optimal.parameters(compute), d = laws::minicpm::optimal.tokens(compute);
    CHECK_THAT(d / n, WithinRel(192., 1e-12));
    CHECK_THAT(6 * n * d, WithinRel(compute, 1e-12));
  }
}
