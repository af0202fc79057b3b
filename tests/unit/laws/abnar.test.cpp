// Abnar's law of sparsity against hand arithmetic and the paper's trends. Source: arXiv 2501.12370, coefficients from
// two summaries.
#include "moetric/laws/abnar.hpp"

#include <cmath>
#include <string>

#include "catch.hpp"
#include "law_numbers.hpp"
#include "moetric/zoo/catalogue.hpp"

namespace {

using namespace moetric;
namespace abnar = laws::abnar;
using Catch::Matchers::ContainsSubstring;
using Catch::Matchers::WithinAbs;
using Catch::Matchers::WithinRel;

template <class Inputs>
concept TakesActiveParameters = requires(Inputs at) {
  at.active_parameters;
};
static_assert(!TakesActiveParameters<abnar::inputs>);
static_assert(laws::ComputeLaw<abnar::law>);

struct optimum {
  double parameters, loss;
};

// The least loss at 6 N (1 - S) D = C, over a fine grid of N.
optimum best(double compute, double inactive) {
  optimum least{0, 1e300};
  for (double log_n = 17; log_n < 28; log_n += 1e-3) {
    double const n = std::exp(log_n);
    double const loss = loss_at(abnar::sparsity, {n, compute / (6 * n * (1 - inactive)), inactive});
    if (loss < least.loss) least = {n, loss};
  }
  return least;
}

}  // namespace

TEST_CASE("Abnar's coefficients are those of the summaries, and say so") {
  double const expected[] = {16612.50, .5962, 5455.67, .3954, .4598, -.1666, 17.26, .1603, .1595, .94};
  auto const& listed = abnar::sparsity.about->coefficients;
  REQUIRE(listed.size() == std::size(expected));
  for (std::size_t i = 0; i != listed.size(); ++i) {
    CHECK(listed[i].value == expected[i]);
    CHECK(listed[i].how == provenance::second_hand);
    CHECK(listed[i].last_digit > 0);
  }
  CHECK(abnar::sparsity.about->id == "abnar");
  CHECK_THAT(std::string(abnar::sparsity.about->caution), ContainsSubstring("second-hand"));
}

TEST_CASE("Abnar's loss is the equation, powers as powers") {
  CHECK_THAT(loss_at(abnar::sparsity, {1e9, 20e9, 0}), WithinAbs(2.56568, 5e-6));
  CHECK_THAT(loss_at(abnar::sparsity, {10e9, 100e9, .9}), WithinAbs(2.14984, 5e-6));
  CHECK_THAT(loss_at(abnar::sparsity, {1e10, 1e11, .75}),
             WithinRel(16612.50 / std::pow(1e10, .5962) + 5455.67 / std::pow(1e11, .3954) +
                           .4598 * std::pow(.25, .1666) + 17.26 / (std::pow(.25, .1603) * std::pow(1e10, .1595)) + .94,
                       1e-13));
}

TEST_CASE("at equal compute the optimum grows sparser and better, as the paper claims") {
  struct {
    double inactive, parameters, loss;
  } const rows[] = {{0, .64e9, 2.5885}, {.5, 1.07e9, 2.5054}, {.9, 3.96e9, 2.3638}, {.98, 17.1e9, 2.2708}};
  for (auto const& row : rows) {
    CAPTURE(row.inactive);
    optimum const found = best(1e20, row.inactive);
    CHECK_THAT(found.parameters, WithinRel(row.parameters, .01));
    CHECK_THAT(found.loss, WithinAbs(row.loss, 1e-4));
  }
  // 6·1e9·.25
  CHECK(abnar::sparsity.training_flops_per_token(abnar::inputs{1e9, 1e10, .75}) == 1.5e9);
  // With unbounded parameters and tokens, at S = .75: c (1 - S)^.1666 above e.
  CHECK_THAT(loss_at(abnar::sparsity, {1e300, 1e300, .75}) - abnar::sparsity.irreducible(),
             WithinRel(.4598 * std::pow(.25, .1666), 1e-12));
}

TEST_CASE("Abnar's form runs on dual numbers") {
  // dL/dS = lambda c (1 - S)^(-lambda - 1) + delta d (1 - S)^(-delta - 1) / N^gamma
  dual_number const by_s =
      abnar::sparsity.loss(abnar::form::inputs<dual_number>{dual_number(10e9), dual_number(100e9), variable(.9)});
  double const used = 1 - .9;
  CHECK_THAT(by_s.by[0], WithinRel(-.1666 * .4598 * std::pow(used, .1666 - 1) +
                                       .1603 * 17.26 * std::pow(used, -1.1603) / std::pow(10e9, .1595),
                                   1e-12));
  // dL/dD = -beta b / D^(beta + 1)
  dual_number const by_d =
      abnar::sparsity.loss(abnar::form::inputs<dual_number>{dual_number(10e9), variable(100e9), dual_number(.9)});
  CHECK_THAT(by_d.by[0], WithinRel(-.3954 * 5455.67 / std::pow(100e9, 1.3954), 1e-12));
}

TEST_CASE("Abnar's law reads total parameters and the experts at rest") {
  laws::evaluation const far = laws::evaluate(abnar::sparsity, {1e18, 1e22, .98});
  CHECK(is_positive_and_finite(far.loss));
  // 3e19 to 1e21 FLOPs stand for the ranges of N and D; 6·1e18·.02·1e22 are far above, and S = .98 is.
  REQUIRE(far.outside_range.size() == 2);
  CHECK(far.outside_range[0].input == "inactive_expert_fraction");
  CHECK(far.outside_range[1].input == "compute");
  CHECK_THAT(far.outside_range[1].factor, WithinRel(1.2e18, 1e-9));
  CHECK(laws::evaluate(abnar::sparsity, {1e9, 20e9, 0}).outside_range.empty());  // 1.2e20 FLOPs
  auto const small = laws::evaluate(abnar::sparsity, {1e9, 1e9, 0});             // 6e18
  REQUIRE(small.outside_range.size() == 1);
  CHECK_THAT(small.outside_range[0].factor, WithinRel(5.0, 1e-9));
  CHECK_THROWS_WITH(laws::evaluate(abnar::sparsity, {1e9, 20e9, 1}),
                    "moetric: inactive_expert_fraction must be at least 0 and below 1, but got 1");

  auto const mixtral = laws::evaluate(abnar::sparsity, zoo::mixtral_8x7b, count(1'000'000'000'000));
  CHECK(mixtral.at.total_parameters == 46'702'792'704.0);
  CHECK(mixtral.at.inactive_expert_fraction == .75);
  REQUIRE(mixtral.outside_family.size() == 1);
  CHECK_THAT(mixtral.outside_family[0], ContainsSubstring("vocabulary of 32000"));
  auto const gpt_3 = laws::evaluate(abnar::sparsity, zoo::gpt_3, count(300'000'000'000));
  CHECK(gpt_3.at.inactive_expert_fraction == 0);
  CHECK(gpt_3.is_prediction);
}
