#include "moetric/search/why_empty.hpp"

#include "catch.hpp"
#include "moetric/search/problem/presets.hpp"
#include "search_cases.hpp"

namespace {

using namespace search_cases;

TEST_CASE("an impossible set of constraints says which one empties the space, and by how much") {
  // 289 experts of 9 that a token uses with the shared one: N/N_a stays below 289/9 = 32.1.
  space const s({stepped(field::d_model, 512, 1024, 64), stepped(field::n_moe_layers, 4, 12)}, {.n_heads = 8,
                                                                                                .n_kv_heads = 4,
                                                                                                .head_dim = 64,
                                                                                                .d_expert = 256,
                                                                                                .n_experts = 288,
                                                                                                .top_k = 8,
                                                                                                .n_shared_experts = 1,
                                                                                                .vocab_size = 152064});
  any_objective const loss = loss_of("fine-grained", {.compute = 1e20});
  auto const sentence = [&](std::vector<window> const& windows) {
    return to_string(*why_empty(problem(s, loss, windows)));
  };
  CHECK_FALSE(why_empty(problem(s, loss, holistic_windows().empty() ? holistic_windows() : std::vector<window>{})));
  std::string const alone = sentence({{measure::n_layers, 4, 8}, {measure::expansion_ratio, 40}});
  CHECK_THAT(alone, Catch::Matchers::ContainsSubstring("expansion_ratio must be at least 40, but this space reaches"));
  blocking_window const why = *why_empty(problem(s, loss, {{measure::expansion_ratio, 40}}));
  CHECK(why.alone);
  CHECK(why.nearest < 289.0 / 9);
  CHECK(why.nearest > 20);
  // 4 to 6 layers and 11 to 12: each is there, both together are not.
  CHECK(sentence({{measure::n_layers, 4, 6}, {measure::width_per_layer, 40, 60}}) ==
        "width_per_layer must be within 40 .. 60, but what the constraints before it leave reaches 85.3333 at least, "
        "42.2 % too much");
  CHECK_THAT(sentence({{measure::n_layers, 0, 0}}), Catch::Matchers::EndsWith("reaches 4 at least, 4 too much"));
  CHECK_THROWS_WITH(refuse_empty(problem(s, loss, {{measure::expansion_ratio, 40}})),
                    Catch::Matchers::StartsWith("moetric: expansion_ratio must be at least 40"));
}

}  // namespace
