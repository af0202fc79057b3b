// The fine-grained MoE laws against their tables, in any arithmetic, and what they read from a model.
// Source: arXiv 2402.07871. The tables are written out here again; hand arithmetic stands beside its result.
#include "moetric/laws/fine_grained.hpp"

#include <limits>
#include <string>

#include "archetype.hpp"
#include "catch.hpp"
#include "moetric/zoo/catalogue.hpp"

namespace {

using namespace moetric;
namespace fine_grained = laws::fine_grained;
using Catch::Matchers::ContainsSubstring;
using Catch::Matchers::WithinAbs;
using Catch::Matchers::WithinRel;

// No other count can be given: the field names say which one it is.
template <class Inputs>
concept TakesTotalParameters = requires(Inputs at) {
  at.total_parameters;
};
template <class Inputs>
concept TakesActiveParameters = requires(Inputs at) {
  at.active_non_embedding_parameters;
};
template <class Inputs>
concept TakesGranularity = requires(Inputs at) {
  at.granularity;
};
static_assert(!TakesTotalParameters<fine_grained::inputs> && !TakesActiveParameters<fine_grained::inputs>);
static_assert(!TakesTotalParameters<fine_grained::dense_inputs> && !TakesGranularity<fine_grained::dense_inputs>);
static_assert(!std::is_convertible_v<fine_grained::dense_inputs, fine_grained::inputs> &&
              !std::is_convertible_v<fine_grained::inputs, fine_grained::dense_inputs>);

// The poorest number that a law may be written for: operators, exp and log found by argument-dependent lookup.
struct traced {
  double value;
  friend traced operator+(traced a, traced b) { return {a.value + b.value}; }
  friend traced operator*(traced a, traced b) { return {a.value * b.value}; }
  friend traced operator-(traced a) { return {-a.value}; }
  friend traced exp(traced a) { return {std::exp(a.value)}; }
  friend traced log(traced a) { return {std::log(a.value)}; }
};

// A number with its derivative; coefficients stay double.
struct dual_number {
  double value = 0, slope = 0;
  dual_number() = default;
  dual_number(double v, double s = 0) : value(v), slope(s) {}
  friend dual_number operator+(dual_number a, dual_number b) { return {a.value + b.value, a.slope + b.slope}; }
  friend dual_number operator*(dual_number a, dual_number b) {
    return {a.value * b.value, a.slope * b.value + a.value * b.slope};
  }
  friend dual_number operator-(dual_number a) { return {-a.value, -a.slope}; }
  friend dual_number exp(dual_number a) { return {std::exp(a.value), a.slope * std::exp(a.value)}; }
  friend dual_number log(dual_number a) { return {std::log(a.value), a.slope / a.value}; }
};

struct printed {
  fine_grained::law const* law;
  char const* id;
  double a, alpha, b, beta, g, gamma, c, expansion_rate;
};
printed const rows[] = {
    {&fine_grained::four_decimals, "fine-grained", 18.0712, .1146, 30.8082, .1465, 2.0760, .5843, .472, 64},
    {&fine_grained::rounded, "fine-grained-rounded", 18.1, .115, 30.8, .147, 2.1, .58, .47, 64},
    {&fine_grained::table_5, "fine-grained-table-5", 17.6, .114, 26.7, .140, 2.07, .570, .472, 64},
    {&fine_grained::e16, "fine-grained-e16", 19.64, .124, 57.07, .169, 1.18, .986, .472, 16},
};

// A model of Table 3 with experts of 4·d_model / G, two matrices each, in every block.
constexpr model table_3_model(int d_model, int n_blocks, int n_heads, int granularity, int expansion_rate) {
  return {.d_model = d_model,
          .input = {.vocab_size = 50257},
          .layers = {{grouped_query_attention<>{.n_heads = n_heads, .head_dim = d_model / n_heads},
                      experts<>{.n_experts = granularity * expansion_rate,
                                .top_k = granularity,
                                .d_expert = 4 * d_model / granularity,
                                .kind = ffn_kind::plain},
                      n_blocks}}};
}

bool says(auto const& answer, std::string const& part) {
  for (std::string const& each : answer.outside_family)
    if (each.find(part) != std::string::npos) return true;
  return false;
}

}  // namespace

TEST_CASE("each set of coefficients is that of its table, and its description lists the same numbers") {
  REQUIRE(std::size(rows) == fine_grained::sets.size());
  for (printed const& row : rows) {
    CAPTURE(row.id);
    fine_grained::coefficients const& k = row.law->k;
    CHECK(row.law->about->id == row.id);
    CHECK(k.a == row.a);
    CHECK(k.alpha == row.alpha);
    CHECK(k.b == row.b);
    CHECK(k.beta == row.beta);
    CHECK(k.g == row.g);
    CHECK(k.gamma == row.gamma);
    CHECK(k.c == row.c);
    CHECK(row.law->k.expansion_rate == row.expansion_rate);
    auto const& listed = row.law->about->coefficients;
    std::pair<char const*, double> const expected[] = {
        {"a", row.a}, {"alpha", row.alpha}, {"b", row.b}, {"beta", row.beta},
        {"g", row.g}, {"gamma", row.gamma}, {"c", row.c}, {"E", row.expansion_rate}};
    REQUIRE(listed.size() == std::size(expected));
    for (std::size_t i = 0; i != listed.size(); ++i) {
      CHECK(listed[i].name == expected[i].first);
      CHECK(listed[i].value == expected[i].second);
      CHECK(listed[i].how == (row.law == &fine_grained::four_decimals && listed[i].name != "E"
                                  ? provenance::authors_code
                                  : provenance::printed));
    }
  }
  auto const& dense = fine_grained::dense.about->coefficients;
  double const expected[] = {16.3, .126, 26.7, .127, .47};
  REQUIRE(dense.size() == std::size(expected));
  for (std::size_t i = 0; i != dense.size(); ++i) CHECK(dense[i].value == expected[i]);
  CHECK(fine_grained::dense.about->id == "fine-grained-dense");
}

TEST_CASE("the loss is the printed equation") {
  // Eq. 9 and Eq. 1 with powers as powers, the coefficients from the rows above.
  for (printed const& row : rows)
    for (double const n : {1.3e8, 4.3e9, 6.4e11})
      for (double const d : {1e9, 1.3e11})
        for (double const g : {1.0, 6.0, 64.0}) {
          double const equation =
              row.c + (row.g / std::pow(g, row.gamma) + row.a) / std::pow(n, row.alpha) + row.b / std::pow(d, row.beta);
          CHECK_THAT(row.law->loss(fine_grained::inputs{n, d, g}), WithinRel(equation, 1e-14));
          CHECK_THAT(reducible_loss(*row.law, fine_grained::inputs{n, d, g}), WithinRel(equation - row.c, 1e-13));
        }
  CHECK_THAT(fine_grained::dense.loss(fine_grained::dense_inputs{1e9, 2e10}),
             WithinRel(.47 + 16.3 / std::pow(1e9, .126) + 26.7 / std::pow(2e10, .127), 1e-14));
}

TEST_CASE("the formula runs on any number with +, x, unary -, exp and log") {
  fine_grained::moe_form::coefficients<traced> const k{{18.1}, {.115}, {30.8}, {.147}, {2.1}, {.58}, {.47}, {64}};
  fine_grained::moe_form::inputs<traced> const at{{1e9}, {2e10}, {4}};
  CHECK_THAT(fine_grained::moe_form::loss(k, at).value,
             WithinRel(fine_grained::rounded.loss(fine_grained::inputs{1e9, 2e10, 4}), 1e-15));

  // A derivative by tokens: −β·b/D^(β+1).
  dual_number const by_tokens = fine_grained::rounded.loss(
      fine_grained::moe_form::inputs<dual_number>{dual_number(1e9), dual_number(2e10, 1), dual_number(4)});
  CHECK_THAT(by_tokens.slope, WithinRel(-.147 * 30.8 / std::pow(2e10, 1.147), 1e-13));
  // A derivative by a coefficient, as a fit needs it: dL/da = 1/N^α.
  fine_grained::dense_form::coefficients<dual_number> const dense{{16.3, 1}, {.126}, {26.7}, {.127}, {.47}};
  CHECK_THAT(fine_grained::dense_form::loss(dense, fine_grained::dense_inputs{1e9, 2e10}).slope,
             WithinRel(std::pow(1e9, -.126), 1e-13));
}

TEST_CASE("ranges are those of the main study; where the source gives none, none is claimed") {
  fine_grained::inputs at{.total_non_embedding_parameters = 1e9, .tokens = 2e10, .granularity = 8};
  CHECK_FALSE(laws::evaluate(fine_grained::four_decimals, at).extrapolated());
  CHECK_FALSE(laws::evaluate(fine_grained::rounded, at).extrapolated());
  // E = 16: 3M to 49M active, N = 11·N_act, on 8e9 to 66e9 tokens; the range of granularity is not stated.
  auto const e16 = laws::evaluate(fine_grained::e16, {1.078e9, 33e9, 8}).outside_range;
  REQUIRE(e16.size() == 2);
  CHECK_THAT(e16[0].factor, WithinRel(2.0, 1e-12));
  CHECK_FALSE(e16[1].fitted);
  CHECK(laws::evaluate(fine_grained::e16, {100e6, 4e9, 8}).outside_range[0].factor == 2);
  // Dense: 3M to 85M parameters on 16e9 to 66e9 tokens.
  CHECK(laws::evaluate(fine_grained::dense, {50e6, 2e10}).outside_range.empty());
  auto const dense = laws::evaluate(fine_grained::dense, {850e6, 132e9}).outside_range;
  CHECK_THAT(dense[0].factor, WithinRel(10.0, 1e-12));
  CHECK(dense[1].factor == 2);
  for (laws::description const* const each : {&*fine_grained::four_decimals.about, &*fine_grained::e16.about}) {
    CHECK_THAT(std::string(each->caution), ContainsSubstring("expert-choice") && ContainsSubstring("256 tokens"));
  }
  at = {.total_non_embedding_parameters = 7.4e9, .tokens = 8e9, .granularity = 64};
  laws::evaluation const outside = laws::evaluate(fine_grained::four_decimals, at);
  REQUIRE(outside.outside_range.size() == 3);
  CHECK_THAT(outside.outside_range[0].factor, WithinRel(2.0, 1e-15));
  CHECK_THAT(outside.outside_range[1].factor, WithinRel(2.0, 1e-15));
  CHECK_THAT(outside.outside_range[2].factor, WithinRel(4.0, 1e-15));
}

TEST_CASE("the paper's family is counted in exact integers, and in every arithmetic") {
  fine_grained::architecture<count> const exact{.d_model = 768, .n_blocks = 12, .granularity = 8};
  CHECK(exact.active_non_embedding_parameters() == 84'934'656);
  CHECK(exact.total_non_embedding_parameters() == count(84'934'656) * 43);
  CHECK(exact.router_parameters() == 768 * 512 * 12);  // 8·64 experts
  CHECK(exact.active_expert_parameters() == 8 * 768 * 768 * 12);
  CHECK(exact.training_flops_per_token() == count(6) * 84'934'656 + count(14) * 768 * 512 * 12);
  CHECK(exact.training_flops_per_token(20) == count(6) * 84'934'656 + count(20) * 768 * 512 * 12);
  fine_grained::architecture<archetype> const poor{.d_model = 768, .n_blocks = 12, .granularity = 8};
  CHECK(reveal(poor.training_flops_per_token()) == 6 * 84'934'656LL + 14LL * 768 * 512 * 12);
  CHECK(fine_grained::coupled(640, 1).n_blocks == 10);
  // N = 11·N_act at E = 16.
  fine_grained::architecture<count> const e16{.d_model = 512, .n_blocks = 8, .expansion_rate = 16};
  CHECK(e16.total_non_embedding_parameters() == count(25'165'824) * 11);
}

TEST_CASE("the router exceeds the experts above 8 d_model / E") {
  CHECK_FALSE(router_exceeds_experts(fine_grained::coupled(512, 64)));
  CHECK(router_exceeds_experts(fine_grained::coupled(512, 65)));
  CHECK(router_exceeds_experts(fine_grained::coupled(511, 64)));
  CHECK_FALSE(router_exceeds_experts(fine_grained::coupled(512, 256, 16)));
  CHECK(router_exceeds_experts(fine_grained::coupled(512, 257, 16)));
}

TEST_CASE("a model of the paper is inside of the family, with the paper's counts") {
  struct shape {
    int d_model, n_blocks, n_heads;
    long active;
  };
  // Table 3.
  shape const shapes[] = {{256, 4, 4, 3'145'728},  {384, 4, 6, 7'077'888},    {512, 4, 8, 12'582'912},
                          {512, 8, 8, 25'165'824}, {640, 10, 10, 49'152'000}, {768, 12, 12, 84'934'656}};
  for (shape const& s : shapes)
    for (int const granularity : {1, 2, 4, 8, 16}) {
      CAPTURE(s.d_model, s.n_blocks, granularity);
      model const m = table_3_model(s.d_model, s.n_blocks, s.n_heads, granularity, 64);
      auto const answer = laws::evaluate(fine_grained::four_decimals, m, count(30'000'000'000));
      CHECK(answer.at.total_non_embedding_parameters == 43.0 * static_cast<double>(s.active));
      CHECK(answer.at.granularity == granularity);
      CHECK(answer.at.tokens == 3e10);
      CHECK(answer.outside_family.empty());
      CHECK(answer.outside_range.empty());
      CHECK(answer.is_prediction);
      CHECK(answer.loss == fine_grained::four_decimals.loss(answer.at));
    }
  auto const e16 = laws::evaluate(fine_grained::e16, table_3_model(512, 8, 8, 4, 16), count(30'000'000'000));
  CHECK(e16.at.total_non_embedding_parameters == 11.0 * 25'165'824);
  CHECK(e16.outside_family.empty());
  CHECK(e16.is_prediction);
}

TEST_CASE("another expansion rate than the fitted one is no prediction") {
  for (auto const& [law, expansion_rate] :
       {std::pair{&fine_grained::four_decimals, 16}, std::pair{&fine_grained::four_decimals, 36},
        std::pair{&fine_grained::e16, 64}}) {
    auto const answer = laws::evaluate(*law, table_3_model(512, 8, 8, 4, expansion_rate), count(30'000'000'000));
    CHECK_FALSE(answer.is_prediction);
    CHECK(says(answer, "expansion rate " + std::to_string(expansion_rate)));
    CHECK(says(answer, "total over active parameters"));
  }
}

TEST_CASE("a published model gives its counts and every reason why it is outside") {
  // Mixtral: 46,702,792,704 in total without 2·32000·4096 embeddings, 32·4096·8 router and 65·4096 norm weights.
  auto const mixtral = laws::evaluate(fine_grained::four_decimals, zoo::mixtral_8x7b, count(1'000'000'000'000));
  CHECK(mixtral.at.total_non_embedding_parameters == 46'439'333'888.0);
  CHECK(mixtral.at.granularity == 2);
  CHECK_FALSE(mixtral.is_prediction);
  CHECK(says(mixtral, "expansion rate 4"));
  CHECK(says(mixtral, "vocabulary of 32000"));
  CHECK(says(mixtral, "share key-value heads"));
  CHECK_FALSE(says(mixtral, "shared experts"));

  // DeepSeek-V3: 671,026,419,200 without 2·129280·7168 embeddings, 58·7168·256 router, 58·256 correction biases,
  // (2·61 + 1)·7168 norms and 61·(1536 + 512) latent norms.
  auto const deepseek = laws::evaluate(fine_grained::four_decimals, zoo::deepseek_v3, count(14'800'000'000'000));
  CHECK(deepseek.at.total_non_embedding_parameters ==
        671'026'419'200.0 - 2 * 129280.0 * 7168 - 58 * 7168.0 * 256 - 58 * 256.0 - 123 * 7168.0 - 61 * 2048.0);
  CHECK(deepseek.at.granularity == 8);
  CHECK(says(deepseek, "expansion rate 32"));
  CHECK(says(deepseek, "shared experts"));
  CHECK(says(deepseek, "multi-head latent attention"));
  CHECK(says(deepseek, "3 of 61 layers have no experts"));
  CHECK(says(deepseek, "granularity is top_k = 8"));
  CHECK_THAT(std::string(deepseek.bridge), ContainsSubstring("granularity = top_k"));
  REQUIRE(deepseek.outside_range.size() == 2);

  // Without experts: everything that a dense model is not.
  auto const gpt_3 = laws::evaluate(fine_grained::four_decimals, zoo::gpt_3, count(300'000'000'000));
  CHECK(gpt_3.at.granularity == 1);
  CHECK_FALSE(gpt_3.is_prediction);
  CHECK(says(gpt_3, "96 of 96 layers have no experts"));
  // 12·12288²·96 in the dense law, which has its tokenizer and attention.
  auto const dense = laws::evaluate(fine_grained::dense, zoo::gpt_3, count(300'000'000'000));
  CHECK(dense.at.total_non_embedding_parameters == 12.0 * 12288 * 12288 * 96);
  CHECK(dense.outside_family.empty());
  CHECK(dense.is_prediction);
  CHECK_FALSE(laws::evaluate(fine_grained::dense, zoo::mixtral_8x7b, count(1)).is_prediction);
}

TEST_CASE("experts that differ between layers are told") {
  model m = table_3_model(512, 4, 8, 4, 64);
  m.layers.append({grouped_query_attention<>{.n_heads = 8, .head_dim = 64},
                   experts<>{.n_experts = 128, .top_k = 2, .d_expert = 1024, .kind = ffn_kind::plain}, 4});
  CHECK(says(laws::evaluate(fine_grained::four_decimals, m, count(30'000'000'000)), "experts differ between layers"));
}

TEST_CASE("a model that breaks a rule, or no tokens, is refused") {
  CHECK_THROWS_WITH(laws::evaluate(fine_grained::four_decimals, zoo::olmoe_1b_7b, count(0)),
                    "moetric: tokens must be positive and finite, but got 0");
  model broken = zoo::olmoe_1b_7b;
  broken.d_model = 0;
  CHECK_THROWS_WITH(laws::evaluate(fine_grained::four_decimals, broken, count(1)),
                    ContainsSubstring("d_model must be positive"));
  CHECK_THROWS_WITH(laws::evaluate(fine_grained::dense, broken, count(1)),
                    ContainsSubstring("d_model must be positive"));
}

TEST_CASE("extremes are finite and flagged, or refused") {
  double const least = std::numeric_limits<double>::denorm_min(), most = std::numeric_limits<double>::max();
  for (fine_grained::law const* const law : fine_grained::sets)
    for (double const n : {least, 1.0, most})
      for (double const d : {least, 1.0, most})
        for (double const g : {least, 1e300, most}) {
          if (law == &fine_grained::e16 && g == least) {
            CHECK_THROWS_AS(laws::evaluate(*law, {n, d, g}), std::overflow_error);
            continue;
          }
          laws::evaluation const answer = laws::evaluate(*law, {n, d, g});
          CHECK(is_positive_and_finite(answer.loss));
          CHECK(answer.outside_range.size() == 3);
        }
}
