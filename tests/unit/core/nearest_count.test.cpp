#include "moetric/core/nearest_count.hpp"

#include <limits>

#include "catch.hpp"

TEST_CASE("the nearest count of a computed number, or a sentence with its name") {
  using moetric::nearest_count;
  CHECK(nearest_count("tokens", 0.0) == 0);
  CHECK(nearest_count("tokens", 2.5) == 3);
  CHECK(nearest_count("tokens", 1e18 + 128) == 1'000'000'000'000'000'128);
  CHECK_THROWS_WITH(nearest_count("tokens", 1.328e21), "moetric: tokens must be from 0 to 2^63 - 1, but got 1.33e+21");
  for (double const none :
       {-1.0, 0x1p63, std::numeric_limits<double>::quiet_NaN(), std::numeric_limits<double>::infinity()})
    CHECK_THROWS_AS(nearest_count("tokens", none), std::overflow_error);
}
