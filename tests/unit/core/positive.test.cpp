// What counts as positive and finite, by the bits of IEEE 754.
#include "moetric/core/positive.hpp"

#include <limits>

#include "catch.hpp"

namespace {

using limits = std::numeric_limits<double>;
using moetric::is_positive_and_finite;

static_assert(is_positive_and_finite(1) && is_positive_and_finite(limits::denorm_min()) &&
              is_positive_and_finite(limits::max()));
static_assert(!is_positive_and_finite(0) && !is_positive_and_finite(-0.0) && !is_positive_and_finite(-1) &&
              !is_positive_and_finite(-limits::denorm_min()));
static_assert(!is_positive_and_finite(limits::infinity()) && !is_positive_and_finite(-limits::infinity()) &&
              !is_positive_and_finite(limits::quiet_NaN()) && !is_positive_and_finite(-limits::quiet_NaN()) &&
              !is_positive_and_finite(limits::signaling_NaN()));
static_assert((moetric::detail::require_positive("tokens", 1e9), true));

}  // namespace

TEST_CASE("a number that is not positive and finite is refused by name and value") {
  auto const refuse = [](double value) { moetric::detail::require_positive("tokens", value); };
  std::string const rule = "moetric: tokens must be positive and finite, but got ";
  CHECK_THROWS_AS(refuse(0), std::invalid_argument);
  CHECK_THROWS_WITH(refuse(0), rule + "0");
  CHECK_THROWS_WITH(refuse(-0.0), rule + "-0");
  CHECK_THROWS_WITH(refuse(-1.5), rule + "-1.5");
  CHECK_THROWS_WITH(refuse(-1e300), rule + "-1e+300");
  CHECK_THROWS_WITH(refuse(limits::infinity()), rule + "inf");
  CHECK_THROWS_WITH(refuse(-limits::infinity()), rule + "-inf");
  CHECK_THROWS_WITH(refuse(limits::quiet_NaN()), rule + "nan");
  CHECK_THROWS_WITH(refuse(-limits::quiet_NaN()), rule + "nan");
  CHECK_NOTHROW(refuse(limits::denorm_min()));
  CHECK_NOTHROW(refuse(limits::max()));
}

TEST_CASE("the value is told with the shortest digits that read back") {
  CHECK(moetric::detail::shortest(0.1) == "0.1");
  CHECK(moetric::detail::shortest(1.0 / 3) == "0.3333333333333333");
  CHECK(moetric::detail::shortest(-limits::denorm_min()) == "-5e-324");
}
