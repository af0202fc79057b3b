#include "moetric/report/compare_answer.hpp"

#include <algorithm>

#include "catch.hpp"
#include "moetric/laws/owned_description.hpp"
#include "moetric/report/text.hpp"
#include "units.hpp"

using namespace moetric;
using Catch::Matchers::ContainsSubstring;
using Catch::Matchers::StartsWith;

TEST_CASE("a comparison tells its verdict first, with what is extrapolated or at an end of its grid") {
  optimum::comparison const compared = optimum::compare(1e22);
  report::answer const made = report::compare_answer(compared);
  report::value const& fine_grained = made.values["verdicts"].members()[0].content;
  CHECK(fine_grained["law"].text() == "fine-grained");
  CHECK(fine_grained["extrapolated"].flag());  // runs of up to 3.7e9 parameters
  CHECK(fine_grained["outside_range"].members()[0].content["range"]["high"].real() == 3.7e9);
  // Of 1, 8, 16 and 64 the most experts, since they cost no FLOPs.
  CHECK(fine_grained["plan"]["n_experts"].magnitude() == 64 * fine_grained["plan"]["top_k"].magnitude());
  CHECK(fine_grained["plan"]["at_end_of_grid"].members()[0].content.text() == "largest expansion rate");
  CHECK(made.values["regret"]["fine-grained"]["fine-grained"].real() == 0);
  CHECK(made.values["regret"]["fine-grained"]["besiroglu"].kind() == report::value::kinds::nothing);
  CHECK(without_unit(made.values).empty());
  std::string const first = to_text(made), all = to_text(made, {.all = true});
  CHECK(std::count(first.begin(), first.end(), '\n') <= 24);
  CHECK_THAT(first, StartsWith("EXTRAPOLATED"));  // before what it found
  CHECK_THAT(first.substr(0, 350), ContainsSubstring("least worst plan loses at most"));
  // The next step keeps the experts of the plan that was found.
  std::string const experts = std::to_string(static_cast<int>(made.values["least_worst"]["n_experts"].real()));
  CHECK_THAT(first, ContainsSubstring("--n-experts " + experts + " --top-k "));
  CHECK(made.values["least_worst_judges"].size() > 1);
  CHECK_THAT(first, !ContainsSubstring("judged by"));
  for (std::size_t at = 0; at < all.size(); at = all.find('\n', at) + 1) CHECK(all.find('\n', at) - at <= 100);
}

TEST_CASE("an input without a known range is the farthest outside only if there is no other") {
  fixed_list<laws::extrapolation, 12> outside;
  outside.push_back({"tokens", 1, std::nullopt, 0}, "");
  outside.push_back({"sparsity", 0, laws::range{.5, .9}, 0}, "");
  CHECK(report::farthest_outside(outside) == 1);
  CHECK(report::outside_text(outside[1], "x") ==
        "{x/input} is 0, below the fitted {x/range/low:3} .. {x/range/high:3}");
}

TEST_CASE("a comparison with intervals has those of every plan and regret") {
  optimum::comparison const compared =
      optimum::compare(1e20, {.laws = {"fine-grained", "besiroglu"}, .expansion_rates = {1, 8}, .granularities = {1}});
  optimum::sampled_comparison const sampled = optimum::sample(compared, {.samples = 10, .coverage = 0.8});
  report::answer const made = report::compare_answer(compared, {.names = {"a/b", "mine"}, .sampled = &sampled});
  report::value const& tokens = made.values["sampled"]["plans"]["mine"]["tokens"];
  CHECK(tokens["low"].real() < tokens["high"].real());
  CHECK(without_unit(made.values).empty());
  std::string const text = to_text(made);
  CHECK(std::count(text.begin(), text.end(), '\n') <= 24);
  CHECK_THAT(text, ContainsSubstring("80 % of the samples") && ContainsSubstring("a/b"));
  CHECK_THAT(text, ContainsSubstring("published standard errors, correlated as in our own fit to the same 240 public"));
  // One law alone predicts models with experts: it has nobody to disagree with.
  CHECK(made.values["least_worst_judges"].size() < 2);
  CHECK_THAT(text, !ContainsSubstring("loses at most"));
  CHECK_THAT(text, ContainsSubstring("no plan is judged by two laws"));
}

TEST_CASE("a fit with a caution is marked first where it is compared") {
  laws::owned_description mine;
  mine.value = *laws::require("joint-moe").about;
  mine.value.id = mine.own("fitted-joint-moe");
  mine.value.caution = mine.own("gamma is not identified: other values of it fit as well");
  mine.value.coefficients = fixed_list<laws::coefficient, 16>{};
  for (laws::coefficient each : laws::joint_moe::printed.about->coefficients) {
    each.how = provenance::user;
    mine.value.coefficients.push_back(each, "");
  }
  laws::joint_moe::law const fitted(laws::description_ref(std::move(mine)), laws::joint_moe::printed.k);
  report::answer const made = report::compare_answer(optimum::compare(
      1e20, {.laws = {"zhao"}, .own_laws = {fitted}, .expansion_rates = {1, 8}, .granularities = {1}}));
  CHECK_THAT(to_text(made), StartsWith("CAUTION, fitted-joint-moe: gamma is not identified"));
}

TEST_CASE("the grid of a comparison is given, and its ends are told") {
  optimum::comparison const wide =
      optimum::compare(1e20, {.laws = {"joint-moe", "zhao"}, .expansion_rates = {1, 8, 16}, .granularities = {1, 7}});
  report::answer const made = report::compare_answer(wide);
  CHECK(made.values["grid"]["expansion_rates"].size() == 3);
  CHECK(made.values["grid"]["granularities"].size() == 2);
  report::value const& plan = made.values["verdicts"].members()[0].content["plan"];
  CHECK(plan["n_experts"].magnitude() == 16 * plan["top_k"].magnitude());
  CHECK(plan["at_end_of_grid"].members()[0].content.text() == "largest expansion rate");
  CHECK_THROWS_WITH(optimum::compare(1e20, {.laws = {"zhao"}, .granularities = {}}),
                    "moetric: granularities must hold a value");
  CHECK_THROWS_WITH(optimum::compare(1e20, {.laws = {"zhao"}, .expansion_rates = {0}}),
                    "moetric: expansion_rates must be from 1 to 65536, but got 0");
}
