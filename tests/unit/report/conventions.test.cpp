#include "moetric/report/conventions_answer.hpp"

#include "catch.hpp"
#include "moetric/report/text.hpp"
#include "moetric/zoo/catalogue.hpp"
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
  // a formula with a known bug is no extrapolation: NeMo counts Qwen3
  std::string const bug = to_text(report::conventions_answer(
      zoo::qwen3_30b_a3b, {.model_name = "qwen3-30b-a3b", .model_type = "qwen3_moe", .tool = "nemo"}));
  CHECK_THAT(bug, ContainsSubstring("nemo prints another number, by a known bug: --known-bugs") &&
                      !ContainsSubstring("extrapolated"));
  // --against alone explains how the default differs from it
  report::answer const other =
      report::conventions_answer(zoo::mixtral_8x7b, {.model_name = "mixtral-8x7b", .against = "megatron-lm"});
  CHECK(other.values["comparison"]["tool"]["convention"].text() == "matmul-causal-half");
  CHECK(other.values["comparison"]["by_term"]["router"].real() == 6291456);
  report::answer const same =
      report::conventions_answer(zoo::mixtral_8x7b, {.model_name = "mixtral-8x7b", .tool = "maxtext"});
  CHECK_THAT(to_text(same), ContainsSubstring("Both count every term alike."));
}

namespace {

bool is_starred(model const& m, std::string_view type, std::string_view id, count length = 4096) {
  report::answer const made =
      report::conventions_answer(m, {.model_name = "m", .model_type = type, .sequence_length = length});
  for (report::object_member const& each : made.values["not_counted_by_the_tool_itself"].members())
    if (each.content.text() == id) return true;
  return false;
}

bool lists_bug(model const& m, std::string_view type, std::string_view id) {
  report::answer const made =
      report::conventions_answer(m, {.model_name = "m", .model_type = type, .known_bugs = true});
  for (report::object_member const& each : made.values["known_bugs"].members())
    if (each.content["id"].text() == id) return true;
  return false;
}

}  // namespace

TEST_CASE("rows are starred where the tool prints another number or none") {
  // verl knows 19 types and prints 0 for others, however like Llama they are
  CHECK_FALSE(is_starred(zoo::qwen3_8b, "qwen3", "verl"));
  CHECK(is_starred(zoo::phi_4, "phi3", "verl"));
  CHECK(is_starred(zoo::phi_4, "", "verl"));
  CHECK(is_starred(zoo::mixtral_8x7b, "mixtral", "verl"));
  // NeMo's formula for Qwen3 and NeMo Automodel's for Nemotron-H have known bugs
  CHECK(is_starred(zoo::qwen3_30b_a3b, "qwen3_moe", "nemo"));
  CHECK_FALSE(is_starred(zoo::qwen3_30b_a3b, "qwen3_moe", "automodel"));
  CHECK(is_starred(zoo::nemotron_h_56b, "nemotron_h", "automodel"));
  // MaxText and verl charge windows only beside full attention; of gpt-oss verl prints half of what it charges
  CHECK(is_starred(zoo::mistral_7b_v0_1, "mistral", "maxtext", 8192));
  CHECK(is_starred(zoo::mistral_7b_v0_1, "mistral", "verl", 8192));
  CHECK_FALSE(is_starred(zoo::mistral_7b_v0_1, "mistral", "torchtitan", 8192));
  CHECK_FALSE(is_starred(zoo::gpt_oss_20b, "gpt_oss", "maxtext"));
  CHECK(is_starred(zoo::gpt_oss_20b, "gpt_oss", "verl"));
  // Megatron-Bridge takes Mamba-2 for twice as wide as d_model; what it did to gpt-oss is of earlier releases
  CHECK(is_starred(zoo::nemotron_3_nano_30b_a3b, "nemotron_h", "megatron-bridge"));
  CHECK_FALSE(is_starred(zoo::nemotron_h_56b, "nemotron_h", "megatron-bridge"));
  CHECK_FALSE(is_starred(zoo::gpt_oss_20b, "gpt_oss", "megatron-bridge"));
  // aiconfigurator has no dense feed-forward beside experts, MaxText no Phi
  CHECK(is_starred(zoo::arctic, "", "aiconfigurator"));
  CHECK(is_starred(zoo::phi_4, "phi3", "maxtext"));
  // zero experts are in no tool's code
  for (std::string_view const id : {"megatron-lm", "megatron-bridge", "automodel", "maxtext", "torchtitan"})
    CHECK(is_starred(zoo::longcat_flash, "longcat_flash", id));
  CHECK_FALSE(is_starred(zoo::deepseek_v3, "deepseek_v3", "megatron-bridge"));
}

TEST_CASE("known bugs are those in a formula for such a model") {
  CHECK(lists_bug(zoo::mixtral_8x7b, "mixtral", "verl:mixtral-as-nothing"));
  CHECK_FALSE(lists_bug(zoo::qwen3_30b_a3b, "qwen3_moe", "verl:mixtral-as-nothing"));
  CHECK_FALSE(lists_bug(zoo::qwen3_30b_a3b, "qwen3_moe", "megatron-bridge:gpt-oss-of-two-matrices"));
  CHECK(lists_bug(zoo::qwen3_30b_a3b, "qwen3_moe", "nemo:attention-of-width-d-model"));
  CHECK(lists_bug(zoo::gpt_oss_20b, "gpt_oss", "megatron-bridge:gpt-oss-of-two-matrices"));
  CHECK_FALSE(lists_bug(zoo::mixtral_8x7b, "", "verl:mixtral-as-nothing"));
  // nanotron has no latent attention
  CHECK_FALSE(lists_bug(zoo::deepseek_v3, "deepseek_v3", "nanotron:experts-as-one-dense"));
  CHECK(lists_bug(zoo::mixtral_8x7b, "mixtral", "nanotron:experts-as-one-dense"));
}

TEST_CASE("known bugs are tables with rows, or a sentence where there are none") {
  bool some = false, none = false;
  for (zoo::listed_model const& each : zoo::catalogue) {
    report::answer const made = report::conventions_answer(*each.value, {.model_name = each.id, .known_bugs = true});
    for (report::block const& part : made.blocks)
      if (!part.header.empty()) CHECK_FALSE(part.rows.empty());
    bool found = false;
    for (report::object_member const& bug : made.values["known_bugs"].members())
      found = found || bug.content["unit"].text() == "training FLOPs/token";
    bool const said = to_text(made).find("No known bug changes this model's training FLOPs.") != std::string::npos;
    CHECK(said != found);
    (found ? some : none) = true;
  }
  CHECK(some);
  CHECK(none);
}
