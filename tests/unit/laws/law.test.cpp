// What every law does: checks its inputs by name, and says how far outside of its runs it answers. The law here is made
// up; the expected numbers are by hand.
#include "moetric/laws/law.hpp"

#include <cmath>
#include <limits>

#include "catch.hpp"

namespace {

namespace laws = moetric::laws;
using Catch::Matchers::WithinRel;

constexpr laws::description about_halving{.id = "halving",
                                          .inputs = {{{"active_parameters", "", "parameters", laws::range{1e6, 1e9}},
                                                      {"tokens", "", "tokens", laws::range{1e9, 1e11}},
                                                      {"steps", "", "steps"}},
                                                     3}};

struct halving {
  struct inputs {
    double active_parameters, tokens, steps;
  };
  laws::description const* about = &about_halving;
  double loss(inputs const& at) const { return at.active_parameters * at.tokens / (2 * at.steps); }
};
static_assert(laws::Law<halving>);
static_assert(!laws::Law<int>);

constexpr double infinity = std::numeric_limits<double>::infinity();

}  // namespace

TEST_CASE("inside of its ranges a law extrapolates only where no range is known") {
  laws::evaluation const answer = laws::evaluate(halving{}, {.active_parameters = 1e9, .tokens = 1e9, .steps = 1e4});
  CHECK(answer.loss == 5e13);
  REQUIRE(answer.outside_range.size() == 1);
  CHECK(answer.outside_range[0].input == "steps");
  CHECK_FALSE(answer.outside_range[0].fitted);
  CHECK(answer.extrapolated());
  CHECK(answer.is_prediction);
  CHECK(to_string(answer.outside_range[0]) == "steps = 1e+04 cannot be judged: the fitted range is not known");
}

TEST_CASE("outside of its ranges a law answers, and says by how much") {
  laws::evaluation const answer = laws::evaluate(halving{}, {.active_parameters = 2.5e5, .tokens = 1.5e12, .steps = 1});
  REQUIRE(answer.outside_range.size() == 3);
  CHECK_THAT(answer.outside_range[0].factor, WithinRel(4.0, 1e-15));
  CHECK_THAT(answer.outside_range[1].factor, WithinRel(15.0, 1e-15));
  CHECK(to_string(answer.outside_range[0]) ==
        "active_parameters = 2.5e+05 is below the fitted 1e+06 .. 1e+09, by a factor of 4");
  CHECK(to_string(answer.outside_range[1]) == "tokens = 1.5e+12 is above the fitted 1e+09 .. 1e+11, by a factor of 15");
}

TEST_CASE("an input that is not positive and finite is refused by its name, the first one first") {
  for (double const bad : {0.0, -1.0, infinity, -infinity, std::nan("")}) {
    CHECK_THROWS_AS(laws::evaluate(halving{}, {bad, 1, 1}), std::invalid_argument);
    CHECK_THROWS_WITH(laws::evaluate(halving{}, {bad, bad, 1}),
                      Catch::Matchers::StartsWith("moetric: active_parameters must be positive and finite, but got "));
    CHECK_THROWS_WITH(laws::evaluate(halving{}, {1, bad, bad}),
                      Catch::Matchers::StartsWith("moetric: tokens must be positive and finite, but got "));
    CHECK_THROWS_WITH(laws::evaluate(halving{}, {1, 1, bad}),
                      Catch::Matchers::StartsWith("moetric: steps must be positive and finite, but got "));
  }
}

TEST_CASE("a loss that is no number is never an answer") {
  CHECK_THROWS_AS(laws::evaluate(halving{}, {1e300, 1e300, 1}), std::overflow_error);
  CHECK_THROWS_WITH(laws::evaluate(halving{}, {1e300, 1e300, 1}),
                    "moetric: the loss of law halving must fit in a double");
}
