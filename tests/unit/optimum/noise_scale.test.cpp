// The gradient noise scale on gradients whose mean and covariance are known.
#include "moetric/optimum/noise_scale.hpp"

#include <cmath>
#include <limits>
#include <random>
#include <vector>

#include "catch.hpp"

using namespace moetric;
using Catch::Matchers::ContainsSubstring;
using Catch::Matchers::WithinAbs;
using Catch::Matchers::WithinRel;
using optimum::gradient_norms;
using optimum::noise_scale_estimator;

namespace {

constexpr int dimensions = 40;
constexpr double true_norm_squared = 40 * .25, true_variance = 40 * 4.0;  // mean .5, deviation 2 in each dimension

/// The squared norm of the mean of so many examples' gradients.
double norm_squared(double batch, std::mt19937_64& bits) {
  double sum = 0;
  for (int i = 0; i != dimensions; ++i) {
    double const u = (static_cast<double>(bits() >> 12) + .5) * 0x1p-52,
                 v = static_cast<double>(bits() >> 12) * 0x1p-52;
    double const normal = std::sqrt(-2 * std::log(u)) * std::cos(6.283185307179586 * v);
    double const mean = .5 + 2 / std::sqrt(batch) * normal;
    sum += mean * mean;
  }
  return sum;
}

std::vector<gradient_norms> recorded(int steps) {
  std::mt19937_64 bits(5);
  std::vector<gradient_norms> all;
  for (int i = 0; i != steps; ++i) all.push_back({4, 64, norm_squared(4, bits), norm_squared(64, bits)});
  return all;
}

}  // namespace

TEST_CASE("one step by hand") {
  // |G|² = (64·11 − 4·50) / 60, tr = (50 − 11) / (1/4 − 1/64)
  auto const terms = optimum::noise_terms_of({4, 64, 50, 11});
  CHECK_THAT(terms.gradient_norm_squared, WithinRel(504.0 / 60, 1e-14));
  CHECK_THAT(terms.gradient_variance, WithinRel(39 / .234375, 1e-14));
  CHECK(optimum::expert_batch(4e6, 8, 256) == 125000);
}

TEST_CASE("steps together give the noise scale of the distribution, 16") {
  noise_scale_estimator all;
  double ratios = 0;
  std::vector<optimum::noise_terms> terms;
  for (gradient_norms const& each : recorded(4000)) {
    all.add(each);
    terms.push_back(optimum::noise_terms_of(each));
    ratios += terms.back().gradient_variance / terms.back().gradient_norm_squared / 4000;
  }
  CHECK_THAT(all.averages().gradient_norm_squared, WithinRel(true_norm_squared, .02));
  CHECK_THAT(all.averages().gradient_variance, WithinRel(true_variance, .02));
  REQUIRE(all.noise_scale());
  CHECK_THAT(*all.noise_scale(), WithinRel(16, .03));
  // Trap: the mean of the steps' ratios is biased upwards.
  CHECK(ratios > *all.noise_scale() * 1.02);

  auto const within = optimum::noise_scale_of(terms, {.samples = 200});
  CHECK_THAT(within.published, WithinRel(*all.noise_scale(), 1e-12));
  CHECK(within.low < 16);
  CHECK(within.high > 16);
  CHECK(within.high - within.low < 1);
  CHECK(within.failed == 0);
  auto const again = optimum::noise_scale_of(terms, {.samples = 200});
  CHECK(again.low == within.low);
  CHECK(optimum::noise_scale_of(terms, {.samples = 200, .seed = 2}).low != within.low);
}

TEST_CASE("a moving average forgets, and is the average of what it has seen at its start") {
  noise_scale_estimator moving(.5);
  moving.add(optimum::noise_terms{1, 8});
  CHECK(moving.averages().gradient_variance == 8);
  moving.add(optimum::noise_terms{1, 2});
  CHECK_THAT(moving.averages().gradient_variance, WithinRel((8 * .5 + 2) / 1.5, 1e-15));
  moving.add(optimum::noise_terms{1, 2});
  CHECK_THAT(moving.averages().gradient_variance, WithinRel((8 * .25 + 2 * .5 + 2) / 1.75, 1e-15));
  CHECK(moving.averages().gradient_norm_squared == 1);
}

TEST_CASE("before the averages are positive there is no noise scale") {
  noise_scale_estimator all;
  CHECK_FALSE(all.noise_scale());
  all.add({4, 64, 10, 11});  // the small batch's gradient is the shorter one
  CHECK_FALSE(all.noise_scale());
  std::vector const one{optimum::noise_terms_of({4, 64, 10, 11})};
  CHECK_THROWS_WITH(optimum::noise_scale_of(one), ContainsSubstring("more steps are needed"));
  CHECK_THROWS_WITH(optimum::noise_scale_of({}), "moetric: a noise scale must have at least one step");
}

TEST_CASE("what a step cannot tell is refused by name, and not added") {
  noise_scale_estimator all;
  double const nan = std::numeric_limits<double>::quiet_NaN();
  CHECK_THROWS_WITH(all.add({64, 64, 1, 1}), "moetric: b_small must be below b_big = 64, but got 64");
  CHECK_THROWS_WITH(all.add({0, 64, 1, 1}), ContainsSubstring("b_small must be positive"));
  CHECK_THROWS_WITH(all.add({1, nan, 1, 1}), ContainsSubstring("b_big must be positive"));
  CHECK_THROWS_WITH(all.add({1, 2, -1, 1}), ContainsSubstring("grad_norm_sq_small must be positive"));
  CHECK_THROWS_WITH(all.add({1, 2, 1, nan}), ContainsSubstring("grad_norm_sq_big must be positive"));
  CHECK(all.averages().gradient_variance == 0);
  CHECK_THROWS_WITH(noise_scale_estimator(1.0), "moetric: decay must be above 0 and below 1, but got 1");
  CHECK_THROWS_AS(noise_scale_estimator(nan), std::invalid_argument);
}
