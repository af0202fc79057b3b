// A measure of one's own bounds and ranks configurations as the account of each model says.
#include "moetric/search/formula/own_measure.hpp"

#include "catch.hpp"
#include "moetric/account/cache.hpp"
#include "moetric/account/parameters.hpp"
#include "moetric/search/best_first.hpp"
#include "moetric/search/pareto.hpp"
#include "moetric/search/scan/scan.hpp"

using namespace moetric;
using namespace moetric::search;

namespace {

constexpr own_measure cache_bytes = own_measure::of(
    []<class T>(costs<T> const& c) -> T { return 4 * c.of.n_kv_heads * c.of.head_dim * c.of.n_layers(); });
setting const with_cache{.own = {cache_bytes}};

space shapes() {
  return space({stepped(field::d_model, 512, 2048, 512), stepped(field::n_moe_layers, 4, 24, 4),
                one_of(field::n_kv_heads, {1, 2, 4, 8}), stepped(field::n_experts, 8, 32, 8)},
               {.n_heads = 8, .head_dim = 128, .d_expert = 512, .top_k = 2, .vocab_size = 1000});
}

double cache_of(space const& over, std::uint64_t i) {
  return static_cast<double>(kv_cache_bytes_per_token(to_model(to_exact(over[i]))));
}

}  // namespace

TEST_CASE("a window on one's own measure allows what the models' caches allow") {
  space const over = shapes();
  problem const p(over, measured{measure::total_parameters, direction::most}, {{measure::own_1, 5e3, 30e3}},
                  with_cache);
  result const found = search_best(p, 1);
  REQUIRE(found.best.size() == 1);
  double most = 0;
  for (std::uint64_t i = 0; i != over.size(); ++i)
    if (cache_of(over, i) >= 5e3 && cache_of(over, i) <= 30e3)
      most = std::max(most, static_cast<double>(total_parameters(to_model(to_exact(over[i])))));
  CHECK(-found.best[0].score == most);
  CHECK(scan_best(p, 3).best == search_best(p, 3).best);
}

TEST_CASE("one's own measure ranks, and stands on a front") {
  space const over = shapes();
  problem const p(over, measured{measure::own_1}, {{measure::total_parameters, 2e8}}, with_cache);
  CHECK(search_best(p, 1).best[0].score == 4 * 1 * 128 * 4);
  for (compromise const& each : pareto_front(p, {measure::own_1, measure::total_parameters}))
    CHECK(each.values[0] == cache_of(over, each.index));
}

TEST_CASE("a window on a measure that the setting does not hold is refused") {
  problem const p(shapes(), measured{measure::n_layers}, {{measure::own_1, 0, 30e3}});
  CHECK_THROWS_WITH(search_best(p, 1), "moetric: a measure of one's own must be in the setting of its search");
  CHECK(to_string(window{measure::own_2, 0, 5}) == "own_2 must not exceed 5");
}
