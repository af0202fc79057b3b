#include "moetric/report/models_answer.hpp"

#include "catch.hpp"
#include "moetric/report/explain_answer.hpp"
#include "moetric/report/text.hpp"
#include "units.hpp"

using namespace moetric;
using Catch::Matchers::ContainsSubstring;

TEST_CASE("the zoo is listed, or the models whose name contains a text") {
  report::answer const all = report::models_answer(), some = report::models_answer("deepseek-v3");
  CHECK(all.values.size() == zoo::catalogue.size());
  CHECK(without_unit(all.values).empty());
  CHECK_THAT(to_text(some), ContainsSubstring("671,026,419,200"));
  CHECK(to_text(report::models_answer("no such")) == "No published model has a name that contains this text.\n");
  CHECK(to_text(report::runs_answer("no such")) ==
        "No published run matches: no model of one has a name with this text.\n");
}

TEST_CASE("published runs hold null for what was not published, Mixture-of-Experts models first") {
  report::answer const all = report::runs_answer(), v3 = report::runs_answer("deepseek-v3");
  CHECK(all.values.size() == zoo::published_runs.size());
  CHECK(without_unit(all.values).empty());
  report::value const& run = v3.values.members()[0].content;
  CHECK(run["tokens"].magnitude() == 14800000000000);  // arXiv 2412.19437
  CHECK(run["training_flops"].kind() == report::value::kinds::nothing);
  CHECK(run["provenance"]["batch_tokens"].text() == "derived");
  CHECK_THAT(to_text(all), ContainsSubstring("DBRX") && !ContainsSubstring("GPT-3"));
  CHECK_THAT(to_text(all, {.all = true}), ContainsSubstring("GPT-3"));
}

TEST_CASE("two models are compared by kind of layer") {
  report::answer const made =
      report::explain_answer("mixtral-8x7b", zoo::mixtral_8x7b, "qwen3-30b-a3b", zoo::qwen3_30b_a3b, 4096);
  CHECK(made.values["first"]["by_layer_type"]["experts"]["total_parameters"].real() == 3.0 * 4096 * 14336 * 8 * 32);
  CHECK(made.values["ratios"]["by_layer_type"]["experts"]["total_parameters"].real() ==
        3.0 * 2048 * 768 * 128 * 48 / (3.0 * 4096 * 14336 * 8 * 32));
  CHECK(without_unit(made.values).empty());
  CHECK_THAT(to_text(made), ContainsSubstring("attention scores") && !ContainsSubstring("dense feed-forward"));
}
