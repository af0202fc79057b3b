// The joint law of dense and MoE models against its tables, in any arithmetic, and what it reads from a model.
// Source: arXiv 2502.05172. The tables are written out here again; hand arithmetic stands beside its result.
#include "moetric/laws/joint_moe.hpp"

#include <string>

#include "archetype.hpp"
#include "catch.hpp"
#include "law_numbers.hpp"
#include "moetric/core/text.hpp"
#include "moetric/zoo/catalogue.hpp"

namespace {

using namespace moetric;
namespace joint_moe = laws::joint_moe;
using Catch::Matchers::WithinAbs;
using Catch::Matchers::WithinRel;
using form = joint_moe::form;

// No other count can be given: the field names say which one it is.
template <class Inputs>
concept TakesTotalParameters = requires(Inputs at) {
  at.total_parameters;
};
template <class Inputs>
concept TakesNonEmbeddingParameters = requires(Inputs at) {
  at.active_non_embedding_parameters;
};
template <class Inputs>
concept TakesNumberOfExperts = requires(Inputs at) {
  at.n_experts;
};
static_assert(!TakesTotalParameters<joint_moe::inputs> && !TakesNonEmbeddingParameters<joint_moe::inputs> &&
              !TakesNumberOfExperts<joint_moe::inputs>);
static_assert(!std::is_convertible_v<laws::chinchilla::law::inputs, joint_moe::inputs>);
static_assert(laws::ComputeLaw<joint_moe::law>);

bool says(auto const& answer, std::string const& part) {
  for (std::string const& each : answer.outside_family)
    if (each.find(part) != std::string::npos) return true;
  return false;
}

}  // namespace

TEST_CASE("the coefficients are those printed") {
  std::pair<char const*, double> const printed[] = {
      {"a", 35.91},     {"alpha", -.1889}, {"delta", -.2285},   {"gamma", .0098},    {"b", 35.98}, {"beta", -.1775},
      {"omega", .5529}, {"zeta", -.0259},  {"E_start", 2.0732}, {"E_max", 290.4521}, {"c", 1.3637}};
  auto const& listed = joint_moe::printed.about->coefficients;
  REQUIRE(listed.size() == std::size(printed));
  for (std::size_t i = 0; i != listed.size(); ++i) {
    CHECK(listed[i].name == printed[i].first);
    CHECK(listed[i].value == printed[i].second);
    CHECK(listed[i].how == provenance::printed);
  }
  CHECK(joint_moe::printed.k.zeta == -.0259);
  CHECK(joint_moe::printed.about->id == "joint-moe");
  CHECK_FALSE(joint_moe::printed.about->caution.empty());
}

TEST_CASE("Ê is E_start without experts and E_max with no end of them") {
  auto const saturated = [](double e) { return std::exp(form::log_saturated(joint_moe::printed.k, e)); };
  CHECK_THAT(saturated(1), WithinRel(2.0732, 1e-14));
  CHECK_THAT(saturated(1e18), WithinRel(290.4521, 1e-14));
  // E = 8: 1/(1/2.0732 − 1/290.4521) = 2.08810; 1/(1/9.08810 + 1/290.4521) = 8.81237.
  CHECK_THAT(saturated(8), WithinRel(8.81237, 1e-5));
}

TEST_CASE("per expansion rate the law is Table 4") {
  struct row {
    double expansion_rate, m, mu, n, nu;
  };
  row const table_4[] = {{1, 30.3640, -.1817, 53.9838, -.1965},   {2, 27.7982, -.1780, 66.8401, -.2065},
                         {4, 24.8462, -.1731, 87.7022, -.2192},   {8, 21.8330, -.1676, 119.9126, -.2338},
                         {16, 19.0159, -.1617, 167.5073, -.2494}, {32, 16.5424, -.1557, 234.6726, -.2652}};
  // Exponents agree to one unit of their last place once both are rounded, m and n to 0.3 %.
  for (row const& r : table_4) {
    CAPTURE(r.expansion_rate);
    auto const k = form::at_expansion_rate(joint_moe::printed.k, r.expansion_rate);
    CHECK_THAT(k.a, WithinRel(r.m, .003));
    CHECK_THAT(-k.alpha, WithinAbs(r.mu, 1.5e-4));
    CHECK_THAT(k.b, WithinRel(r.n, .003));
    CHECK_THAT(-k.beta, WithinAbs(r.nu, 1.5e-4));
    CHECK(k.e == 1.3637);
    // With the row's own digits.
    double const loss = r.m * std::pow(1e9, r.mu) + r.n * std::pow(1e11, r.nu) + 1.3637;
    CHECK_THAT(joint_moe::printed.loss(joint_moe::inputs{1e9, 1e11, r.expansion_rate}), WithinRel(loss, .001));
  }
}

TEST_CASE("losses are those of the signs that the paper means") {
  auto const loss = [](double n, double d, double e) {
    return joint_moe::printed.loss(joint_moe::inputs{.active_parameters = n, .tokens = d, .expansion_rate = e});
  };
  CHECK_THAT(loss(1e9, 1e11, 1), WithinAbs(2.4392, 5e-5));
  CHECK_THAT(loss(1e9, 1e11, 8), WithinAbs(2.3622, 5e-5));
  CHECK_THAT(loss(1e9, 1e11, 32), WithinAbs(2.3038, 5e-5));
  // An MoE of 8 experts on 8 times the tokens of its dense counterpart, at equal total memory.
  CHECK_THAT(loss(1.1e9, 16e9, 1), WithinAbs(2.58840, 5e-6));
  CHECK_THAT(loss(683e6, 16e9, 8), WithinAbs(2.57853, 5e-6));
  CHECK(loss(1e9, 1e11, 1) > loss(2e9, 1e11, 1));
  CHECK(loss(1e9, 1e11, 8) > loss(1e9, 2e11, 8));
  CHECK(joint_moe::printed.irreducible() == 1.3637);
  CHECK(joint_moe::printed.training_flops_per_token(joint_moe::inputs{1e9, 1e11, 8}) == 6e9);
}

TEST_CASE("Table 1: at the compute-optimal pair neither more parameters nor more tokens pay") {
  struct row {
    double flops, expansion_rate, active_parameters, tokens;
  };
  row const table_1[] = {{1e20, 1, 1.7e9, 9.7e9},    {1e20, 2, 1.5e9, 11.4e9},    {1e20, 4, 1.2e9, 13.9e9},
                         {1e20, 8, .99e9, 17e9},     {1e20, 16, .81e9, 20.7e9},   {1e20, 32, .669e9, 24.9e9},
                         {1e22, 1, 18.8e9, 88.6e9},  {1e22, 2, 17.4e9, 96e9},     {1e22, 4, 15.8e9, 105.4e9},
                         {1e22, 8, 14.4e9, 115.8e9}, {1e22, 16, 13.2e9, 126.5e9}, {1e22, 32, 12.2e9, 136.9e9}};
  for (row const& r : table_1) {
    CAPTURE(r.flops, r.expansion_rate);
    CHECK_THAT(6 * r.active_parameters * r.tokens, WithinRel(r.flops, .03));  // the rows' own rounding
    auto const on_budget = [&](double n) {
      return joint_moe::printed.loss(joint_moe::inputs{n, r.flops / 6 / n, r.expansion_rate});
    };
    CHECK(on_budget(r.active_parameters) < on_budget(r.active_parameters * 1.1));
    CHECK(on_budget(r.active_parameters) < on_budget(r.active_parameters / 1.1));
  }
}

TEST_CASE("the paper's family, counted by hand and in every arithmetic") {
  // d = 512 on 8 blocks, 8 experts: 2·50257·512 = 51,463,168; 13·512²·8 = 27,262,976; (4 + 72)·512²·8 = 159,383,552.
  joint_moe::architecture<count> const exact{.d_model = 512, .n_blocks = 8, .expansion_rate = 8};
  CHECK(exact.active_parameters() == 51'463'168 + 27'262'976);
  CHECK(exact.active_non_embedding_parameters() == 27'262'976);
  CHECK(exact.total_parameters() == 51'463'168 + 159'383'552);
  CHECK(exact.kv_cache_bytes(16'384) == count(2) * 16'384 * 2 * 512 * 8);
  CHECK(exact.inference_bytes(16'384) == count(2) * (51'463'168 + 159'383'552) + count(2) * 16'384 * 2 * 512 * 8);
  CHECK(exact.kv_cache_bytes(10, 1) == 10 * 2 * 512 * 8);
  joint_moe::architecture<archetype> const poor{.d_model = 512, .n_blocks = 8, .expansion_rate = 8};
  CHECK(reveal(poor.total_parameters()) == 51'463'168 + 159'383'552);
  CHECK(joint_moe::coupled(512, 8).n_blocks == 8);
  CHECK(joint_moe::coupled(512, 8).total_parameters() == 51'463'168 + 159'383'552);
  CHECK(joint_moe::coupled(512).expansion_rate == 1);
}

TEST_CASE("the family's member with a wanted number of active parameters") {
  CHECK_THAT(joint_moe::at_active_parameters(51'463'168 + 27'262'976).d_model, WithinRel(512.0, 1e-14));
  for (double const wanted : {1e2, 1e6, 2e9, 1e14}) {
    auto const found = joint_moe::at_active_parameters(wanted, 32);
    CHECK_THAT(found.active_parameters(), WithinRel(wanted, 1e-13));
    CHECK(found.expansion_rate == 32);
    CHECK(found.n_blocks == found.d_model / 64);
  }
  CHECK_THROWS_WITH(joint_moe::at_active_parameters(0),
                    "moetric: active_parameters must be positive and finite, but got 0");
}

TEST_CASE("the joint law knows its ranges, and refuses fewer experts than one") {
  CHECK_FALSE(laws::evaluate(joint_moe::printed, {1e9, 2e10, 8}).extrapolated());
  auto const far = laws::evaluate(joint_moe::printed, {2.7e10, 8e11, 64});
  REQUIRE(far.outside_range.size() == 3);
  CHECK_THAT(far.outside_range[0].factor, WithinRel(10.0, 1e-14));
  CHECK_THAT(far.outside_range[1].factor, WithinRel(10.0, 1e-14));
  CHECK_THAT(far.outside_range[2].factor, WithinRel(2.0, 1e-14));
  CHECK(laws::evaluate(joint_moe::printed, {1e8, 4e8, 8}).outside_range.size() == 1);
  CHECK_THROWS_WITH(laws::evaluate(joint_moe::printed, {1e9, 2e10, .5}),
                    "moetric: expansion_rate must be finite and at least 1, but got 0.5");
  auto const extreme = laws::evaluate(joint_moe::printed, {1e18, 1e22, 1e4});
  CHECK(is_positive_and_finite(extreme.loss));
  CHECK(extreme.loss > 1.3637);
  CHECK(extreme.outside_range.size() == 4);  // and 1 to 400 tokens a parameter
  CHECK(laws::evaluate(joint_moe::printed, {1e8, 5e10, 8}).outside_range[0].input == "tokens_per_parameter");
}

TEST_CASE("the joint law reads active parameters and the expansion rate from a model") {
  auto const mixtral = laws::evaluate(joint_moe::printed, zoo::mixtral_8x7b, count(1'000'000'000'000));
  CHECK(mixtral.at.active_parameters == 12'879'925'248.0);  // as published, 12.9B
  CHECK(mixtral.at.tokens == 1e12);
  CHECK(mixtral.at.expansion_rate == 4);
  CHECK(says(mixtral, "top_k is 2, the law's models have 1"));
  CHECK(says(mixtral, "share key-value heads"));
  CHECK(says(mixtral, "vocabulary of 32000"));
  CHECK_FALSE(says(mixtral, "shared experts"));
  auto const deepseek = laws::evaluate(joint_moe::printed, zoo::deepseek_v3, count(1'000'000'000'000));
  CHECK(deepseek.at.expansion_rate == 32);
  CHECK(says(deepseek, "shared experts"));
  CHECK(says(deepseek, "multi-head latent attention"));
  // GPT-2 has the law's tokenizer and attention, and ties its embedding: nothing is outside of the family.
  auto const dense = laws::evaluate(joint_moe::printed, zoo::gpt_2, count(10'000'000'000));
  CHECK(dense.at.expansion_rate == 1);
  CHECK(dense.at.active_parameters == 124'439'808.0);
  CHECK(dense.outside_family.empty());
  CHECK(dense.is_prediction);
}

TEST_CASE("the joint law runs on dual numbers") {
  joint_moe::inputs const at{1e9, 1e11, 8};
  // dL/dN = −|mu|·m·N^(mu − 1), with mu and m by the printed formula as powers.
  double const start = 1 / (1 / 2.0732 - 1 / 290.4521);
  double const e = 1 / (1 / (7 + start) + 1 / 290.4521);
  double const mu = -.1889 + .0098 * std::log(e), nu = -.1775 - .0259 * std::log(e);
  double const m = 35.91 * std::pow(e, -.2285), n = 35.98 * std::pow(e, .5529);
  CHECK_THAT(form::loss(joint_moe::printed.k, inputs_by<form>(0, at)).by[0],
             WithinRel(mu * m * std::pow(1e9, mu - 1), 1e-12));
  CHECK_THAT(form::loss(joint_moe::printed.k, inputs_by<form>(1, at)).by[0],
             WithinRel(nu * n * std::pow(1e11, nu - 1), 1e-12));
  // By E: dÊ/dE = (Ê/(E − 1 + start))², dL/d ln Ê = m·N^mu·(delta + gamma·ln N) + n·D^nu·(omega + zeta·ln D).
  double const by_log = m * std::pow(1e9, mu) * (-.2285 + .0098 * std::log(1e9)) +
                        n * std::pow(1e11, nu) * (.5529 - .0259 * std::log(1e11));
  CHECK_THAT(form::loss(joint_moe::printed.k, inputs_by<form>(2, at)).by[0],
             WithinRel(by_log * e / ((7 + start) * (7 + start)), 1e-12));
  // By coefficients: dL/da = Ê^delta·N^mu, dL/dzeta = n·ln Ê·ln D·D^nu.
  CHECK_THAT(form::loss(coefficients_by<form>(0, joint_moe::printed.k), at).by[0],
             WithinRel(m / 35.91 * std::pow(1e9, mu), 1e-12));
  CHECK_THAT(form::loss(coefficients_by<form>(7, joint_moe::printed.k), at).by[0],
             WithinRel(n * std::log(e) * std::log(1e11) * std::pow(1e11, nu), 1e-12));
}

TEST_CASE("learning rates of 1B active parameters, dense and with 8 experts") {
  CHECK(brief(joint_moe::learning_rate({.active_non_embedding_parameters = 1e9, .expansion_rate = 1}), 5) ==
        "0.0002258");
  CHECK(brief(joint_moe::learning_rate({1e9, 8}), 5) == "0.00013426");
  auto const& listed = joint_moe::about_learning_rate.coefficients;
  CHECK(listed[0].value == 8.39);
  CHECK(listed[1].value == -.81);
  CHECK(listed[2].value == -.25);
  REQUIRE(laws::outside_range(joint_moe::about_learning_rate, joint_moe::learning_rate_inputs{1e9, 16}).size() == 2);
}
