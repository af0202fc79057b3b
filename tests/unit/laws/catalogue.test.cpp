// The catalogue holds every law once, and asks it with values in the order of its inputs; and what every law in it does
// alike: refuse numbers that cannot be, flag what is far away, and say the same in SIMD batches as in double.
#include "moetric/laws/catalogue.hpp"

#include <cmath>
#include <limits>
#include <random>
#include <string>

#include "catch.hpp"
#include "law_numbers.hpp"

namespace {

namespace laws = moetric::laws;
namespace fine_grained = moetric::laws::fine_grained;

/// A number of an input's domain, seldom inside of the fitted range.
double drawn(laws::input const& what, std::mt19937_64& bits) {
  double const u = (static_cast<double>(bits() >> 11) + 0.5) * 0x1p-53;
  auto const between = [u](double low, double high) { return std::exp(std::log(low) + u * std::log(high / low)); };
  if (what.values == laws::domain::below_one) return u;
  if (what.values == laws::domain::at_most_one) return between(1e-3, 1);
  if (what.values == laws::domain::at_least_one || what.unit == "1") return between(1, 1e4);
  if (what.unit == "bits") return between(4, 32);  // with fewer the law of precision is no number
  if (what.unit == "FLOPs") return between(1e15, 1e28);
  return what.unit == "tokens" ? between(1e8, 1e22) : between(1e6, 1e18);
}

template <class Inputs>
Inputs drawn_inputs(laws::description const& about, std::mt19937_64& bits) {
  std::array<double, laws::detail::number_of_doubles<Inputs>> values{};
  for (std::size_t i = 0; i != values.size(); ++i) values[i] = drawn(about.inputs[i], bits);
  return laws::detail::from_array<Inputs>(values);
}

/// The greatest distance in units of the last place between a form on batches and on double, over random points.
template <class Form, class K, class Value>
std::int64_t greatest_distance(laws::description const& about, K const& k, Value const& value) {
  using inputs = typename Form::template inputs<double>;
  std::mt19937_64 bits(7);
  std::int64_t greatest = 0;
  for (int round = 0; round != 1000; ++round) {
    std::array<inputs, simd_batch::size> points;
    for (inputs& each : points) each = drawn_inputs<inputs>(about, bits);
    simd_batch const got = value(k, in_lanes<typename Form::template inputs<simd_batch>>(points));
    for (std::size_t lane = 0; lane != points.size(); ++lane)
      greatest = std::max(greatest, ulps_between(got.get(lane), value(k, points[lane])));
  }
  return greatest;
}

}  // namespace

TEST_CASE("every law that the tool promises is there") {
  for (char const* const id : {"fine-grained",
                               "fine-grained-rounded",
                               "fine-grained-dense",
                               "fine-grained-e16",
                               "holistic",
                               "wang",
                               "kaplan-n",
                               "kaplan-d",
                               "kaplan-c",
                               "kaplan-n-d",
                               "kaplan-n-s",
                               "chinchilla-tex",
                               "chinchilla-printed",
                               "chinchilla-1",
                               "chinchilla-2",
                               "besiroglu",
                               "clark-s-base",
                               "clark-rl-r",
                               "clark-hash",
                               "joint-moe",
                               "abnar",
                               "zhao",
                               "ling-leverage",
                               "ling-moe",
                               "ling-dense",
                               "deepseek-llm",
                               "step-law",
                               "data-constrained",
                               "sardana",
                               "precision",
                               "llama-3",
                               "hunyuan-large",
                               "expert-attention",
                               "gadre-c4",
                               "gadre-redpajama",
                               "gadre-refinedweb",
                               "gemstones",
                               "gemstones-cooldown",
                               "frantar-t5",
                               "frantar-vit",
                               "minicpm",
                               "tao-vocabulary",
                               "zhang-critical-batch",
                               "power-lines",
                               "porian",
                               "schaipp"}) {
    CAPTURE(id);
    REQUIRE(laws::find(id) != nullptr);
    CHECK(&laws::require(id) == laws::find(id));
  }
  CHECK_THROWS_WITH(
      laws::require("kaplan"),
      Catch::Matchers::StartsWith("moetric: law must be one of ") &&
          Catch::Matchers::EndsWith(", but got 'kaplan'; did you mean kaplan-n, kaplan-d, kaplan-c, kaplan-n-d "
                                    "or kaplan-n-s?"));
}

TEST_CASE("every loss in a SIMD batch is within 4 units in the last place of that in double") {
  laws::for_each_loss([](auto const& law) {
    using form = typename std::remove_cvref_t<decltype(law)>::form;
    CAPTURE(std::string(law.about->id));
    CHECK(greatest_distance<form>(*law.about, law.k, [](auto const& k, auto const& at) { return form::loss(k, at); }) <=
          4);
  });
  laws::wang::coefficients const made_up{.a = 500, .b = 1200, .alpha = .32, .beta = .35, .gamma = .1, .sigma = 1.7};
  CHECK(greatest_distance<laws::wang::form>(laws::wang::about, made_up, [](auto const& k, auto const& at) {
          return laws::wang::form::loss(k, at);
        }) <= 4);
}

// These are no losses but bare powers: what their exponents lose in the last place grows with their logarithms.
TEST_CASE("quantities in a SIMD batch are near those in double") {
  using leverage = laws::ling::leverage_form;
  CHECK(greatest_distance<leverage>(*laws::ling::leverage_fit.about, laws::ling::leverage_fit.k,
                                    [](auto const& k, auto const& at) { return leverage::leverage(k, at); }) <= 64);
  using ratio = laws::expert_attention::form;
  CHECK(greatest_distance<ratio>(*laws::expert_attention::printed.about, laws::expert_attention::printed.k,
                                 [](auto const& k, auto const& at) { return ratio::ratio(k, at); }) <= 64);
}

TEST_CASE("other coefficients are as many as a form has") {
  laws::any_law const law = *laws::require("chinchilla-tex").loss;
  CHECK(law.with(law.coefficients()).irreducible() == law.irreducible());
  CHECK_THROWS_WITH(law.with(law.coefficients().first(4)),
                    "moetric: law chinchilla-tex must get 5 coefficients, one for each of its form, but got 4");
}

TEST_CASE("every law refuses by name what its inputs cannot be, and flags what lies far away") {
  constexpr double infinity = std::numeric_limits<double>::infinity();
  for (laws::catalogue_row const& law : laws::catalogue) {
    if (!law.loss) continue;
    CAPTURE(std::string(law.about->id));
    std::vector<double> good, far;
    for (laws::input const& each : law.about->inputs) {
      bool const counts = each.unit == "parameters" || each.unit == "tokens" || each.unit == "FLOPs";
      bool const whole = each.values == laws::domain::positive || each.values == laws::domain::at_least_one;
      good.push_back(counts ? 1e10 : each.unit == "bits" ? 8 : whole ? 4 : .5);
      far.push_back(each.unit == "parameters" ? 1e18 : each.unit == "FLOPs" ? 1e40 : counts ? 1e22 : good.back());
    }
    CHECK(laws::evaluate(*law.loss, good).loss > law.loss->irreducible().value_or(0));
    CHECK((law.loss->irreducible() || !law.loss->counts_compute()));
    laws::evaluation const answer = laws::evaluate(*law.loss, far);
    CHECK(moetric::is_positive_and_finite(answer.loss));
    CHECK(answer.extrapolated());
    for (std::size_t i = 0; i != good.size(); ++i)
      for (double const bad : {-1.0, infinity, -infinity, std::nan("")}) {
        std::vector<double> values = good;
        values[i] = bad;
        CHECK_THROWS_WITH(laws::evaluate(*law.loss, values),
                          Catch::Matchers::StartsWith("moetric: " + std::string(law.about->inputs[i].name) + " must "));
      }
    std::vector<double> zero = good;
    zero[0] = 0;
    CHECK_THROWS_AS(laws::evaluate(*law.loss, zero), std::invalid_argument);
  }
}

TEST_CASE("every law has its own id, a source, inputs and coefficients with provenance") {
  for (laws::catalogue_row const& law : laws::catalogue) {
    CAPTURE(std::string(law.about->id));
    CHECK(laws::find(law.about->id) == &law);
    CHECK_FALSE(law.about->paper.empty());
    CHECK_FALSE(law.about->equation.empty());
    CHECK_FALSE(law.about->inputs.empty());
    CHECK(!law.loss == law.about->loss_unit.empty());
    for (laws::input const& each : law.about->inputs) {
      CHECK_FALSE(each.definition.empty());
      CHECK_FALSE(each.unit.empty());
      if (each.fitted) CHECK(each.fitted->low < each.fitted->high);
    }
    for (laws::coefficient const& each : law.about->coefficients) CHECK_FALSE(each.source.empty());
  }
  CHECK(laws::find("") == nullptr);
  CHECK(laws::find("fine") == nullptr);
}

TEST_CASE("values go to the inputs of their names") {
  double const values[] = {1e9, 2e10, 4};
  CHECK(laws::evaluate(*laws::find("fine-grained")->loss, values).loss ==
        laws::evaluate(fine_grained::four_decimals,
                       {.total_non_embedding_parameters = 1e9, .tokens = 2e10, .granularity = 4})
            .loss);
  CHECK(laws::evaluate(*laws::find("fine-grained-dense")->loss, std::span(values).first(2)).loss ==
        laws::evaluate(fine_grained::dense, {.total_non_embedding_parameters = 1e9, .tokens = 2e10}).loss);
  double const bad[] = {1e9, -2e10, 4};
  CHECK_THROWS_WITH(laws::evaluate(*laws::find("fine-grained")->loss, bad),
                    "moetric: tokens must be positive and finite, but got -2e+10");
}
