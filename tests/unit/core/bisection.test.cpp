#include "moetric/core/bisection.hpp"

#include <cmath>
#include <limits>

#include "catch.hpp"

using namespace moetric;

TEST_CASE("bisection ends at two neighbouring doubles") {
  auto const is_below = [](double x) { return x * x < 2; };
  for (auto const& ends : {bracket{1, 2}, bracket{0, 1e300}}) {
    bracket const root = bisect(ends, is_below, middle::half_way, 2000);
    CHECK(is_below(root.holds));
    CHECK_FALSE(is_below(root.fails));
    CHECK(root.fails == std::nextafter(root.holds, 2.0));
    CHECK(root.holds == 1.414213562373095);
  }
}

TEST_CASE("the end at which the predicate holds may be the larger one") {
  bracket const root = bisect(
      {0, -8}, [](double x) { return x > -3; }, middle::half_sum);
  CHECK(root.holds == std::nextafter(-3.0, 0.0));
  CHECK(root.fails == -3);
}

TEST_CASE("bisection takes no more steps than allowed, and evaluates no end") {
  int evaluations = 0;
  bracket const root = bisect(
      {1, 16},
      [&](double x) {
        ++evaluations;
        return x < 5;
      },
      middle::geometric, 2);
  CHECK(evaluations == 2);
  CHECK(root.holds == 4);
  CHECK(root.fails == 8);
}

TEST_CASE("the first integer of a property") {
  constexpr auto from_7 = [](unsigned i) { return i >= 7; };
  static_assert(first_where(0U, 20U, from_7) == 7);
  static_assert(first_where(9U, 20U, from_7) == 9);
  static_assert(first_where(0U, 5U, from_7) == 5);
  static_assert(first_where(3U, 3U, from_7) == 3);
  SUCCEED();
}
