// Against Boost.Math, an independent implementation.
#include "moetric/fit/distribution.hpp"

#include <boost/math/distributions/chi_squared.hpp>
#include <boost/math/distributions/fisher_f.hpp>
#include <boost/math/distributions/normal.hpp>
#include <boost/math/distributions/students_t.hpp>
#include <cmath>

#include "catch.hpp"

namespace {

using namespace moetric;
using boost::math::complement;
using Catch::Matchers::WithinAbs;
using Catch::Matchers::WithinRel;

constexpr double degrees_of_freedom[] = {1, 2, 3, 4, 5, 7, 10, 19, 30, 101, 240, 1000, 12345, 1e6};

}  // namespace

TEST_CASE("quantiles of the normal distribution are Boost's") {
  boost::math::normal_distribution<double> const normal;
  for (double p = 1e-300; p < 1e-3; p *= 7)
    CHECK_THAT(optimum::normal_quantile(p), WithinRel(quantile(normal, p), 1e-14));
  for (double p = 1e-3; p < 1; p += 1e-3)
    CHECK_THAT(optimum::normal_quantile(p), WithinAbs(quantile(normal, p), 1e-14));
  CHECK_THAT(optimum::normal_quantile(1 - 0x1p-53), WithinRel(quantile(normal, 1 - 0x1p-53), 1e-14));
  CHECK(optimum::normal_quantile(0.5) == 0);
}

TEST_CASE("quantiles of Student's distribution are Boost's") {
  for (double const freedom : degrees_of_freedom) {
    boost::math::students_t_distribution<double> const t(freedom);
    CAPTURE(freedom);
    for (double const confidence : {.001, .01, .1, .25, .5, .68, .8, .9, .95, .99, .999, .999999, 1 - 1e-12})
      CHECK_THAT(fit::students_t_quantile(confidence, freedom),
                 WithinRel(quantile(complement(t, (1 - confidence) / 2)), freedom < 1e6 ? 2e-12 : 1e-11));
  }
  CHECK(fit::students_t_quantile(0, 5) == 0);
  // Printed in tables: 12.706, 2.228, 1.960 at 95 %.
  CHECK_THAT(fit::students_t_quantile(.95, 1), WithinAbs(12.706, 5e-4));
  CHECK_THAT(fit::students_t_quantile(.95, 10), WithinAbs(2.228, 5e-4));
}

TEST_CASE("tails of Student's, Fisher's and the normal distribution are Boost's") {
  for (double const freedom : degrees_of_freedom) {
    boost::math::students_t_distribution<double> const t(freedom);
    for (double const at : {.001, .01, .5, 1., 2., 3.7, 9., 40., 1e4}) {
      CAPTURE(freedom, at);
      double const expected = 2 * cdf(complement(t, at));
      if (expected > 1e-290)
        CHECK_THAT(fit::students_t_tails(at, freedom), WithinRel(expected, std::fmax(2e-12, 1e-14 * freedom)));
    }
    for (double const other : degrees_of_freedom)
      for (double const at : {.01, .5, 1., 2., 3.7, 9., 40.}) {
        CAPTURE(freedom, other, at);
        double const expected = cdf(complement(boost::math::fisher_f_distribution<double>(freedom, other), at));
        if (expected > 1e-290)
          CHECK_THAT(fit::fisher_f_tail(at, freedom, other),
                     WithinRel(expected, std::fmax(2e-12, 1e-14 * (freedom + other))));
      }
  }
  boost::math::normal_distribution<double> const normal;
  for (double z = 0; z < 37; z += .3)
    CHECK_THAT(fit::normal_tails(-z), WithinRel(2 * cdf(complement(normal, z)), 1e-12));
}

TEST_CASE("quantiles of the chi-squared distribution are Boost's") {
  for (double const freedom : degrees_of_freedom) {
    boost::math::chi_squared_distribution<double> const squares(freedom);
    for (double const p : {1e-15, 1e-6, .01, .2, .5, .77, .95, .999, 1 - 1e-9}) {
      CAPTURE(freedom, p);
      CHECK_THAT(fit::chi_squared_quantile(p, freedom), WithinRel(quantile(squares, p), p > .999 ? 1e-8 : 2e-12));
    }
  }
}
