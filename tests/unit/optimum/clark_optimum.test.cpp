// Clark's laws at a budget: 130e9 tokens whatever the budget, and experts that cost nothing.
#include "moetric/optimum/clark_optimum.hpp"

#include <array>

#include "catch.hpp"

using namespace moetric;
namespace clark = moetric::laws::clark;
using Catch::Matchers::WithinAbs;
using Catch::Matchers::WithinRel;

namespace {
constexpr std::array offered{1., 8., 64., 512.};
}

TEST_CASE("below the cutoff the most experts are best, above it none") {
  double const budget = 6 * 368e6 * 130e9;
  auto const small = optimum::at_compute(clark::s_base, budget, offered);
  CHECK_THAT(small.at.dense_parameters, WithinRel(368e6, 1e-14));
  CHECK(small.at.n_experts == 512);
  CHECK(small.at_end);
  CHECK_THAT(small.cutoff_parameters, WithinRel(937e9, 1e-12));
  auto const large = optimum::at_compute(clark::rl_r, 6 * 90e9 * 130e9, offered);  // the cutoff is 85e9
  CHECK(large.at.n_experts == 1);
  CHECK_THAT(large.effective_parameters, WithinRel(90e9, 1e-9));
  CHECK(large.extrapolated());
}

TEST_CASE("64 experts at 368M: a loss of 2.231, and a dense model of the effective parameters has the same") {
  std::array const some{64.};
  auto const best = optimum::at_compute(clark::s_base, 6 * 368e6 * 130e9, some);
  CHECK_THAT(best.loss, WithinAbs(2.231, 5e-4));
  CHECK_FALSE(best.at_end);
  CHECK_FALSE(best.extrapolated());
  CHECK_THAT(clark::s_base.loss(clark::inputs{best.effective_parameters, 1}), WithinRel(best.loss, 1e-12));
  // Effective parameters cost what a dense model of them would: the advantage in compute at equal loss.
  auto const dense = optimum::at_loss(clark::s_base, best.loss, 1);
  CHECK_THAT(dense.at.dense_parameters, WithinRel(best.effective_parameters, 1e-9));
  CHECK_THAT(optimum::at_loss(clark::s_base, best.loss, 64).at.dense_parameters, WithinRel(368e6, 1e-9));
}

TEST_CASE("what a budget or a number of experts cannot be is refused by name") {
  CHECK_THROWS_WITH(optimum::at_compute(clark::hash, 0, offered),
                    "moetric: compute must be positive and finite, but got 0");
  std::array const none{0.5};
  CHECK_THROWS_WITH(optimum::at_compute(clark::hash, 1e20, none),
                    "moetric: n_experts must be finite and at least 1, but got 0.5");
  CHECK_THROWS_WITH(optimum::at_compute(clark::hash, 1e20, std::span<double const>()),
                    "moetric: n_experts to choose from must hold at least one number");
  CHECK_THROWS_AS(optimum::at_loss(clark::hash, 1e-300, 8), std::overflow_error);
}
