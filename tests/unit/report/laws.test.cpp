#include "moetric/report/laws_answer.hpp"

#include <algorithm>
#include <limits>

#include "catch.hpp"
#include "moetric/report/json.hpp"
#include "moetric/report/loss_answer.hpp"
#include "moetric/report/text.hpp"
#include "units.hpp"

using namespace moetric;
using Catch::Matchers::ContainsSubstring;
using Catch::Matchers::StartsWith;
using Catch::Matchers::WithinRel;

TEST_CASE("every law is listed; the first screen has one of each paper") {
  report::answer const made = report::laws_answer();
  CHECK(made.values.size() == laws::catalogue.size());
  CHECK(without_unit(made.values).empty());
  std::string const first = to_text(made), all = to_text(made, {.all = true});
  CHECK(std::count(first.begin(), first.end(), '\n') <= 24);
  CHECK_THAT(first, ContainsSubstring("fine-grained ") && !ContainsSubstring("fine-grained-e16"));
  CHECK_THAT(first, StartsWith("28 of the 58 laws, one of each paper"));
  CHECK_THAT(first, ContainsSubstring("Pre-training loss only; says nothing of downstream scores."));
  CHECK_THAT(first, ContainsSubstring("3e19 .. 1e21 FLOPs"));   // of Abnar's runs
  CHECK_THAT(all, ContainsSubstring("10 .. 250 a parameter"));  // of a refit by Sardana et al.
  CHECK_THAT(all, ContainsSubstring("fine-grained-e16") && ContainsSubstring("efficiency_leverage"));
}

TEST_CASE("one law comes with its printed coefficients, definitions and ranges") {
  report::answer const made = report::law_answer(laws::require("fine-grained-rounded"));  // 2402.07871, Table 1
  CHECK(made.values["coefficients"].members()[0].content["value"].real() == 18.1);
  CHECK(made.values["coefficients"].members()[0].content["provenance"].text() == "printed");
  CHECK(made.values["gives"].members()[1].content.text() == "optimum");
  CHECK(without_unit(made.values).empty());
  CHECK_THAT(to_text(made, {.all = true}), ContainsSubstring("single epoch") && ContainsSubstring("Table 1"));
}

TEST_CASE("a law with correlations says whose they are") {
  report::answer const made = report::law_answer(laws::require("besiroglu"));
  CHECK(made.values["correlations"]["below_diagonal"].size() == 10);
  CHECK_THAT(to_text(made, {.all = true, .width = 500}), ContainsSubstring("from our own fit to the same 240 public"));
  CHECK(without_unit(made.values).empty());
  CHECK(report::law_answer(laws::require("chinchilla-tex")).values["correlations"].kind() ==
        report::value::kinds::nothing);
}

TEST_CASE("a loss outside of its law's range says so first") {
  laws::catalogue_row const& row = laws::require("chinchilla-tex");
  std::array const at{70e9, 1.4e12};  // Chinchilla itself: 4.4 times the largest model of the runs
  report::answer const made = report::loss_answer(*row.about, at, laws::evaluate(*row.loss, at));
  CHECK_THAT(made.values["loss"].real(),
             WithinRel(1.69337 + 406.401 / std::pow(70e9, .339171) + 410.723 / std::pow(1.4e12, .284908), 1e-5));
  CHECK(made.values["extrapolated"].flag());
  CHECK(made.values["outside_range"].size() == 2);
  CHECK(made.values["inputs"]["tokens"].real() == 1.4e12);
  CHECK(without_unit(made.values).empty());
  CHECK_THAT(to_text(made),
             StartsWith("EXTRAPOLATED: total_parameters 4.38 times above the fitted 7e7 .. 1.6e10; tokens 2.8 times"));
  // At which expansion rate the fine-grained law holds, and how its runs differ from other MoEs.
  laws::catalogue_row const& fine = laws::require("fine-grained");
  std::array const eight{1e9, 2e10, 8.};
  CHECK_THAT(to_text(report::loss_answer(*fine.about, eight, laws::evaluate(*fine.loss, eight))),
             ContainsSubstring("expansion rate 64") && ContainsSubstring("context of 256 tokens"));
  std::array const inside{1e9, 2e10};
  CHECK_THAT(to_text(report::loss_answer(*row.about, inside, laws::evaluate(*row.loss, inside))),
             StartsWith("Loss 2."));
}

TEST_CASE("outside a family the first line is no prediction, and unknown ranges are named") {
  laws::evaluation of{.loss = 2};
  of.is_prediction = false;
  of.outside_family = {"experts, the law's models are dense"};
  of.outside_range.push_back({"tokens", 1e12, laws::range{1e9, 1e11}, 10}, "");
  of.outside_range.push_back({"bits", 8, std::nullopt, 0}, "");
  report::answer made;
  report::set_trust(made.values, of);
  made.say(report::trust_text(of));
  CHECK(to_text(made, {.width = 300}) ==
        "NOT A PREDICTION: experts, the law's models are dense; tokens 10 times above the fitted 1e9 .. 1e11; "
        "no fitted range is known for bits.\n");
  CHECK(report::trust_text(laws::evaluation{.loss = 2}).empty());
}
