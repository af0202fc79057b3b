#include "moetric/report/conventions_answer.hpp"

#include "catch.hpp"
#include "moetric/report/text.hpp"
#include "moetric/zoo/deepseek.hpp"
#include "moetric/zoo/mistral.hpp"
#include "units.hpp"

using namespace moetric;
using Catch::Matchers::ContainsSubstring;

TEST_CASE("conventions print what the tools print, and every number has a unit") {
  report::answer const made =
      report::conventions_answer(zoo::deepseek_v3, {.model_name = "deepseek-v3", .known_bugs = true});
  CHECK(made.values["training_flops_per_token"]["megatron-lm"].magnitude() == 249812054016);  // printed by Megatron-LM
  CHECK(made.values["differences"]["verl"]["embedding"].magnitude() == 5560074240);           // 3·2·7168·129280
  CHECK(made.values["total_differences"]["megatron-lm"].is_negative());
  CHECK(without_unit(made.values).empty());
  std::string const text = to_text(report::conventions_answer(zoo::deepseek_v3, {.model_name = "deepseek-v3"}));
  CHECK_THAT(text, ContainsSubstring("249,812,054,016") && ContainsSubstring("--tool NAME"));
  CHECK(std::count(text.begin(), text.end(), '\n') <= 24);
}

TEST_CASE("a tool's number is explained term by term") {
  report::answer const made =
      report::conventions_answer(zoo::deepseek_v3, {.model_name = "deepseek-v3", .tool = "megatron-lm"});
  report::value const& pair = made.values["comparison"];
  CHECK(pair["difference"].real() == 249812054016.0 - 250449887232.0);
  CHECK(pair["by_term"]["router"].real() == -638582784);  // 3·2 times 106,430,464 weights
  CHECK(without_unit(made.values).empty());
  CHECK_THAT(to_text(made), ContainsSubstring("-638,582,784") && ContainsSubstring("+749,568"));
  // --against alone explains how the default differs from it
  report::answer const other =
      report::conventions_answer(zoo::mixtral_8x7b, {.model_name = "mixtral-8x7b", .against = "megatron-lm"});
  CHECK(other.values["comparison"]["tool"]["convention"].text() == "matmul-causal-half");
  CHECK(other.values["comparison"]["by_term"]["router"].real() == 6291456);
  report::answer const same =
      report::conventions_answer(zoo::mixtral_8x7b, {.model_name = "mixtral-8x7b", .tool = "maxtext"});
  CHECK_THAT(to_text(same), ContainsSubstring("Both count every term alike."));
}
