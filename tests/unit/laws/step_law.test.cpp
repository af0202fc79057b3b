// Step Law's learning rate and batch. Source: the repository of arXiv 2503.04715.
#include "moetric/laws/step_law.hpp"

#include <cmath>
#include <type_traits>

#include "catch.hpp"
#include "moetric/core/text.hpp"

using namespace moetric;
namespace step_law = laws::step_law;
using Catch::Matchers::WithinAbs;
using Catch::Matchers::WithinRel;

template <class Inputs>
concept TakesTotalParameters = requires(Inputs at) {
  at.total_parameters;
};
static_assert(!TakesTotalParameters<step_law::inputs>);

TEST_CASE("9.166e-4 and 4.999e6 tokens at 7B and 1.4T, near the medians of the repository's bootstrap") {
  step_law::inputs const at{.active_non_embedding_parameters = 7e9, .tokens = 1.4e12};
  CHECK(brief(step_law::learning_rate(at), 4) == "0.0009166");
  CHECK(brief(step_law::batch_tokens(at), 4) == "4.999e+06");
  CHECK_THAT(step_law::learning_rate(at), WithinRel(9.35e-4, .03));
  CHECK_THAT(step_law::batch_tokens(at), WithinRel(5.01e6, .01));
  CHECK(brief(step_law::learning_rate({1e9, 1e11}), 5) == "0.0016325");
  CHECK(brief(step_law::batch_tokens({1e9, 1e11}), 5) == "1.1077e+06");
}

TEST_CASE("each coefficient is that of the repository's table, to the digits printed") {
  // Means over the bootstrap: exp(0.5863), −0.7129, 0.3075; exp(−0.5435), 0.5709.
  double const means[] = {std::exp(.5863), -.7129, .3075, std::exp(-.5435), .5709};
  auto const& listed = step_law::about.coefficients;
  REQUIRE(listed.size() == std::size(means));
  for (std::size_t i = 0; i != listed.size(); ++i)
    CHECK_THAT(listed[i].value, WithinAbs(means[i], listed[i].last_digit));
  CHECK(listed[0].value == 1.79);
  CHECK(step_law::about.id == "step-law");
}

TEST_CASE("Step Law's fitted range is told") {
  CHECK(laws::outside_range(step_law::about, step_law::inputs{1e9, 1e11}).empty());
  auto const outside = laws::outside_range(step_law::about, step_law::inputs{10.7e9, 1e9});
  REQUIRE(outside.size() == 2);
  CHECK_THAT(outside[0].factor, WithinRel(10.0, 1e-14));
  CHECK_THAT(outside[1].factor, WithinRel(2.0, 1e-14));
}
