#include "moetric/core/interval.hpp"

#include <cmath>
#include <limits>
#include <random>

#include "catch.hpp"

namespace {

using moetric::interval;

constexpr double infinity = std::numeric_limits<double>::infinity();

static_assert((interval{1, 2} + interval{3, 4}).contains(6));
static_assert((interval{-1, 2} * interval{-3, 4}).contains(-6) && (interval{-1, 2} * interval{-3, 4}).contains(8));
static_assert(!(interval{1, 2} * interval{3, 4}).contains(2.9));
static_assert(!(interval{1, 2} - interval{3, 4}).contains(0));
static_assert((interval{0, 0} * interval{0, infinity}).contains(0));

TEST_CASE("an interval holds the real result of an operation, and the double on both sides of it") {
  // 1/3 is no double: long double tells on which side it lies.
  interval const third = interval(1) / interval(3);
  CHECK(static_cast<long double>(third.low) < 1.0L / 3);
  CHECK(static_cast<long double>(third.high) > 1.0L / 3);
  interval const tenths = interval(0.1) + interval(0.2);
  long double const exact = static_cast<long double>(0.1) + static_cast<long double>(0.2);
  CHECK(static_cast<long double>(tenths.low) < exact);
  CHECK(static_cast<long double>(tenths.high) > exact);
  CHECK(tenths.high - tenths.low < 1e-15);
}

TEST_CASE("exp and log of an interval hold those of every point, as long double has them") {
  std::mt19937_64 engine{3};
  for (int i = 0; i != 20000; ++i) {
    double const low = std::ldexp(static_cast<double>(engine() >> 11), static_cast<int>(engine() % 120) - 110);
    double const high = low * (1 + static_cast<double>(engine() % 1000) / 1000);
    double const at = low + (high - low) * 0.37;
    interval const box{low, high};
    if (low > 0) {
      CHECK(static_cast<long double>(log(box).low) <= std::log(static_cast<long double>(at)));
      CHECK(static_cast<long double>(log(box).high) >= std::log(static_cast<long double>(at)));
    }
    if (high < 700) {
      CHECK(static_cast<long double>(exp(box).low) <= std::exp(static_cast<long double>(at)));
      CHECK(static_cast<long double>(exp(box).high) >= std::exp(static_cast<long double>(at)));
    }
  }
}

TEST_CASE("where a number may be 0, its logarithm goes down without end and what it divides may be anything") {
  CHECK(log(interval{0, 1}).low == -infinity);
  CHECK(log(interval{-1, 1}).low == -infinity);
  CHECK((interval{1, 2} / interval{0, 1}).high == infinity);
  CHECK((interval{1, 2} / interval{-1, 1}).low == -infinity);
  CHECK((interval{1, 2} / interval{-4, -2}).contains(-0.75));
}

}  // namespace
