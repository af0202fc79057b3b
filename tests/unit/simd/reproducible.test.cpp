// The number that answers are ranked by: against long double, and at the ends of its range. That its bits are the same
// in every build is asked by the test `reproducible`, which makes several.
#include "moetric/simd/reproducible.hpp"

#include <cmath>
#include <limits>
#include <string>

#include "catch.hpp"
#include "law_points.hpp"
#include "moetric/core/arithmetic.hpp"
#include "moetric/laws/catalogue.hpp"

using namespace moetric;
using simd::reproducible;

static_assert(Arithmetic<reproducible>);

namespace {

constexpr double infinity = std::numeric_limits<double>::infinity();

double exp_of(double x) {
  return static_cast<double>(exp(reproducible(x)));
}
double log_of(double x) {
  return static_cast<double>(log(reproducible(x)));
}

/// How far a double is from the exact number, in units in the last place of that.
long double units_off(double got, long double exact) {
  int exponent = 0;
  std::frexp(exact, &exponent);
  return std::fabs(static_cast<long double>(got) - exact) / std::ldexp(1.0L, exponent - 53);
}

}  // namespace

TEST_CASE("exp and log are within one unit in the last place") {
  static_assert(std::numeric_limits<long double>::digits >= 64, "long double must be more exact than double");
  long double worst_exp = 0, worst_log = 0;
  for (int i = -70'000; i <= 70'000; ++i) {
    double const x = i * 0.0101;  // -707 to 707
    worst_exp = std::fmax(worst_exp, units_off(exp_of(x), std::exp(static_cast<long double>(x))));
    double const near_zero = i * 1e-5;
    worst_exp = std::fmax(worst_exp, units_off(exp_of(near_zero), std::exp(static_cast<long double>(near_zero))));
    if (i == 0) continue;
    double const near_one = 1 + i * 1.3e-6;
    worst_log = std::fmax(worst_log, units_off(log_of(near_one), std::log(static_cast<long double>(near_one))));
    double const far = std::exp(i * 0.0099);
    worst_log = std::fmax(worst_log, units_off(log_of(far), std::log(static_cast<long double>(far))));
  }
  CHECK(worst_exp < 0.9L);
  CHECK(worst_log < 0.9L);
}

TEST_CASE("exp and log at the ends of what doubles are") {
  CHECK(exp_of(0) == 1);
  CHECK(log_of(1) == 0);
  CHECK(exp_of(709.79) == infinity);
  CHECK(exp_of(infinity) == infinity);
  CHECK(exp_of(-708.4) == 0);
  CHECK(exp_of(-infinity) == 0);
  CHECK(std::isnan(exp_of(std::nan(""))));
  CHECK(log_of(0) == -infinity);
  CHECK(log_of(infinity) == infinity);
  CHECK(std::isnan(log_of(-1)));
  CHECK(std::isnan(log_of(std::nan(""))));
  double const smallest = std::numeric_limits<double>::denorm_min();
  CHECK(units_off(log_of(smallest), std::log(static_cast<long double>(smallest))) < 2);
  CHECK(units_off(exp_of(709.78), std::exp(static_cast<long double>(709.78))) < 1);
}

TEST_CASE("arithmetic is that of doubles") {
  double const a = 1 + 0x1p-30, b = 1 - 0x1p-30;
  CHECK(static_cast<double>(reproducible(a) * b - 1) == 0);  // a·b is rounded to 1 before 1 is taken away
  CHECK(static_cast<double>(reproducible(1) / 3) == 1.0 / 3);
  CHECK(static_cast<double>(-reproducible(2) + 5) == 3);
  CHECK(static_cast<double>(moetric::detail::least(reproducible(2), reproducible(1))) == 1);
}

TEST_CASE("laws in it are laws in double, but for rounding") {
  laws::for_each_loss([]<class L>(L const& law) {
    CAPTURE(std::string(law.about->id));
    auto const values = laws::detail::to_array(law_point(law));
    std::array<reproducible, std::tuple_size_v<decltype(values)>> same{};
    for (std::size_t i = 0; i != values.size(); ++i) same[i] = values[i];
    double const expected = law.loss(law_point(law));
    double const got = static_cast<double>(
        reproducible(law.loss(std::bit_cast<typename L::template basic_inputs<reproducible>>(same))));
    CHECK(std::fabs(got - expected) <= 1e-14 * expected);
  });
}
