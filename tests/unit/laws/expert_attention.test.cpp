// The ratio of expert to attention FLOPs. Source: arXiv 2603.10379.
#include "moetric/laws/expert_attention.hpp"

#include <string>

#include "catch.hpp"
#include "law_numbers.hpp"
#include "moetric/zoo/catalogue.hpp"

namespace {

using namespace moetric;
namespace expert_attention = laws::expert_attention;
using Catch::Matchers::WithinAbs;
using Catch::Matchers::WithinRel;
using form = expert_attention::form;

static_assert(!laws::Law<expert_attention::law>);
template <class Inputs>
concept TakesTrainingFlopsPerToken = requires(Inputs at) {
  at.training_flops_per_token;
};
static_assert(!TakesTrainingFlopsPerToken<expert_attention::inputs>);

}  // namespace

TEST_CASE("ratios of 17 and of 129 experts, three of them active, by total training FLOPs") {
  double const of_17[] = {.567, .833, 1.22, 1.79}, of_129[] = {.625, .804, 1.03, 1.33};
  for (int i = 0; i != 4; ++i) {
    double const compute = std::pow(10., 18 + i);
    auto const sparse = expert_attention::optimal_ratio({.inactive_expert_fraction = 14. / 17, .compute = compute});
    CHECK_THAT(sparse.expert_over_attention_flops, WithinRel(of_17[i], .005));
    CHECK(sparse.in_sweep == (i != 3));
    auto const sparser = expert_attention::optimal_ratio({126. / 129, compute});
    CHECK_THAT(sparser.expert_over_attention_flops, WithinRel(of_129[i], .005));
    CHECK(sparser.in_sweep);
    CHECK(sparser.outside_range.empty());
  }
}

TEST_CASE("what lies outside of the runs is told") {
  auto const far = expert_attention::optimal_ratio({.inactive_expert_fraction = .5, .compute = 1e22});
  CHECK(far.outside_range.size() == 2);
  CHECK_THROWS_WITH(expert_attention::optimal_ratio({1, 1e20}),
                    "moetric: inactive_expert_fraction must be at least 0 and below 1, but got 1");
  // Three of 17 experts that a token may use: 2 of 16 routed ones, and the shared one.
  auto const& about = *expert_attention::printed.about;
  CHECK_THAT(about.inputs[0].fitted->low, WithinAbs(.8235, 5e-5));
  CHECK_THAT(about.inputs[0].fitted->high, WithinAbs(.9767, 5e-5));
  CHECK(about.id == "expert-attention");
  CHECK(about.compute.find("inferred") != std::string_view::npos);
  CHECK(about.caution.find("heuristic") != std::string_view::npos);
  // DeepSeek-V3: 8 of 256 routed experts and 1 shared, S = 1 − 9/257.
  laws::model_facts const facts = laws::facts_of(zoo::deepseek_v3, count(1));
  expert_attention::inputs const read = laws::read(expert_attention::printed, facts.values(), {.compute = 1e20});
  CHECK_THAT(read.inactive_expert_fraction, WithinRel(248. / 257, 1e-14));
  CHECK(read.compute == 1e20);
}

TEST_CASE("the ratio runs on dual numbers") {
  expert_attention::inputs const at{14. / 17, 1e20};
  // d ln r / d ln C = 0.24·(3/17)^0.21
  auto const by_compute = form::ratio(expert_attention::printed.k, inputs_by<form>(1, at));
  CHECK_THAT(by_compute.by[0] * 1e20 / by_compute.value, WithinRel(.24 * std::pow(3. / 17, .21), 1e-12));
}
