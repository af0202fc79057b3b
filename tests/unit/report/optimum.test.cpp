#include "moetric/report/family_optimum_answer.hpp"

#include <algorithm>

#include "catch.hpp"
#include "moetric/report/text.hpp"
#include "units.hpp"

using namespace moetric;
using Catch::Matchers::ContainsSubstring;
using Catch::Matchers::StartsWith;
using Catch::Matchers::WithinAbs;
using Catch::Matchers::WithinRel;

namespace {

void check_screen(report::answer const& made) {
  CHECK(without_unit(made.values).empty());
  std::string const text = to_text(made);
  CHECK(std::count(text.begin(), text.end(), '\n') <= 24);
}

}  // namespace

TEST_CASE("the optimum of a law of parameters and tokens") {
  laws::any_law const law = *laws::require("chinchilla-tex").loss;
  optimum::question const asked{.compute = 5.76e23};
  auto const best = optimum::solve(law, asked);
  report::beside_optimum beside{.sampled = "published digits", .against = {{"the same", law, best.at}}};
  beside.intervals = optimum::intervals_of(law, asked, best, optimum::drawn_laws(law, {.samples = 20}), 0.8);
  report::answer const made = report::optimum_answer(law, best, beside);
  CHECK_THAT(made.values["total_parameters"].real(), WithinRel(4.036e10, 5e-4));  // 2404.10102, of the TeX coefficients
  CHECK(made.values["total_parameters_low"].real() <= made.values["total_parameters"].real());
  CHECK_THAT(made.values["compute_ratio"].real(), WithinRel(1, 1e-9));
  CHECK(made.values["comparable"].flag());
  check_screen(made);
  CHECK_THAT(to_text(made), StartsWith("EXTRAPOLATED: total_parameters 2.52 times above the fitted 7e7 .. 1.6e10"));
}

TEST_CASE("a token ratio whose model lies outside of the fit is no prediction") {
  // At 1e20 FLOPs an MoE could reach the dense optimum's loss on a 126th of its tokens only as a model of thousands of
  // times the parameters that the law saw.
  laws::any_law const moe = laws::fine_grained::four_decimals, dense = laws::fine_grained::dense;
  auto const best = optimum::solve(moe, {.compute = 1e20, .fixed = {{"granularity", {16}}}});
  report::answer const made = report::optimum_answer(
      moe, best, {.against = {{"fine-grained-dense", dense, optimum::at_compute(dense, 1e20).at}}});
  CHECK_THAT(made.values["token_ratio"].real(), WithinRel(126.0, .02));
  CHECK_FALSE(made.values["token_ratio_is_prediction"].flag());
  CHECK(made.values["token_ratio_parameters"].real() > 100 * 3.7e9);
  CHECK_THAT(to_text(made), ContainsSubstring("NOT A PREDICTION, its model has parameters"));
  // Within the fit it is one.
  laws::any_law const tex = laws::chinchilla::tex;
  auto const small = optimum::solve(tex, {.compute = 1e20});
  report::answer const same = report::optimum_answer(tex, small, {.against = {{"the same", tex, small.at}}});
  CHECK(same.values["token_ratio_is_prediction"].flag());
}

TEST_CASE("a rival of lower loss leaves no tokens to compare, and other errors are not taken for that") {
  laws::any_law const law = *laws::require("chinchilla-tex").loss;
  auto const best = optimum::solve(law, {.compute = 1e22});
  std::vector<double> k(law.coefficients().begin(), law.coefficients().end());
  for (double& each : k)
    if (each > 100) each *= 0.99;  // A and B
  report::answer const made = report::optimum_answer(law, best, {.against = {{"a better one", law.with(k), best.at}}});
  CHECK(made.values["token_ratio"].kind() == report::value::kinds::nothing);
  CHECK(made.values["compute_ratio"].real() < 1);
  CHECK_THAT(to_text(made), ContainsSubstring("none: a better one reaches a lower loss"));
  report::beside_optimum bad{.against = {{"the same", law, best.at}}};
  bad.against->fixed = {};
  bad.against->fixed.push_back(1, "");
  CHECK_THROWS_AS(report::optimum_answer(law, best, bad), std::invalid_argument);
}

TEST_CASE("optima over a family of shapes, of allocations and other numbers") {
  laws::fine_grained::law const& fine = laws::fine_grained::four_decimals;
  report::answer made = report::optimum_answer(fine, optimum::at_compute(fine, 1e20), {});
  CHECK(made.values["granularity_at_c_r_14"].real() == made.values["granularity"].real());
  // Table 6, the row of 1B: 21.17B to 40.73B tokens; N_a is 7.0e8 here.
  CHECK(made.values["bootstrap"]["active_non_embedding_parameters"].real() == 1e9);
  CHECK(made.values["bootstrap"]["tokens"]["low"].real() == 21.17e9);
  CHECK(made.values["bootstrap"]["tokens"]["high"].real() == 40.73e9);
  CHECK_THAT(to_text(made), ContainsSubstring("2.12e10 to 4.07e10 tokens"));
  check_screen(made);
  optimum::fine_grained_options eight;
  eight.granularities = {{8}, 1};
  made = report::optimum_answer(fine, optimum::at_compute(fine, 1e20, eight), eight);
  CHECK(made.values["granularity"].real() == 8);
  CHECK_FALSE(made.values.find("granularity_at_c_r_14"));

  auto const& joint = laws::joint_moe::printed;  // 2502.05172, Table 2: four experts fit 24 GB at 1e22
  made = report::optimum_answer(joint, optimum::at_compute_within(joint, 1e22, {.bytes = 24e9}));
  CHECK(made.values["expansion_rate"].real() == 4);
  check_screen(made);

  std::array const experts{64.0};
  made = report::optimum_answer(laws::clark::s_base, optimum::at_compute(laws::clark::s_base, 1e21, experts));
  CHECK(made.values["tokens"].real() == 130e9);
  check_screen(made);

  made = report::optimum_answer(laws::llama_3::optimal, 3.8e25);  // 402B parameters on 16.55T tokens
  CHECK_THAT(made.values["tokens"].real(), WithinRel(16.55e12, .017));
  CHECK(made.values["loss"].kind() == report::value::kinds::nothing);
  check_screen(made);
  CHECK_THROWS_AS(report::optimum_answer(laws::llama_3::optimal, -1), std::invalid_argument);

  std::array const at{.031, 12.0, 1e22};  // 2507.17702: over 7 times
  made = report::figure_answer(laws::require("ling-leverage"), at);
  CHECK_THAT(made.values["efficiency_leverage"].real(), WithinAbs(7.245, 5e-4));
  check_screen(made);
}
