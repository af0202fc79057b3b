#include "moetric/zoo/notes.hpp"

#include "catch.hpp"
#include "moetric/model/core_conventions.hpp"

using namespace moetric;
using Catch::Matchers::ContainsSubstring;

namespace {

std::vector<std::string> notes_of_id(char const* id) {
  return zoo::notes_of(*zoo::find(id));
}

}  // namespace

TEST_CASE("a published model says what its numbers are, as its configuration would") {
  REQUIRE(notes_of_id("longcat-flash").size() == 1);
  CHECK(notes_of_id("longcat-flash")[0] ==
        "active counts and FLOPs are means over the experts of a token: it chooses 12 of 512 experts and 256 zero "
        "experts, which do nothing, so it uses 8 on average, 0 to 12");
  CHECK(notes_of_id("deepseek-v3").empty());
  for (char const* const id : {"gemma-3-4b", "gemma-4-26b-a4b", "gemma-4-31b", "llama-4-scout", "qwen3.5-35b-a3b"}) {
    CAPTURE(id);
    REQUIRE(notes_of_id(id).size() == 1);
    CHECK_THAT(notes_of_id(id)[0], ContainsSubstring("only the language model"));
  }
  REQUIRE(notes_of_id("minimax-m3").size() == 2);
  CHECK_THAT(notes_of_id("minimax-m3")[1], ContainsSubstring("blocks of 128"));
  CHECK_THAT(notes_of_id("ernie-4.5-21b-a3b").at(0), ContainsSubstring("multi-token prediction"));
}

TEST_CASE("every entry with a tower or zero experts says so") {
  for (zoo::listed_model const& each : zoo::catalogue) {
    CAPTURE(each.id);
    if (each.vision_tower != 0) CHECK(!zoo::notes_of(each).empty());
    for (feed_forward const& ffn : each.value->layers.ffns)
      if (auto const* const e = ffn.get_if<experts<>>(); e != nullptr && e->n_zero_experts != 0)
        CHECK_THAT(zoo::notes_of(each).at(0), ContainsSubstring("zero experts"));
  }
}

TEST_CASE("a note names the draw that is counted") {
  model m = counted_by({.zero_experts = expert_draw::fewest}, zoo::longcat_flash);
  CHECK_THAT(notes_of(m).at(0), ContainsSubstring("those of a token with the fewest experts"));
  // 5 of 6 and 2: 15/4 on average
  m = {.layers = {{mixer{}, experts<>{.n_experts = 6, .top_k = 5, .n_zero_experts = 2}}}};
  CHECK_THAT(notes_of(m).at(0), ContainsSubstring("so it uses 15/4 on average, 3 to 5"));
}
