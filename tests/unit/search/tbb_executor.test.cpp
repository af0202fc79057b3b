#include "moetric/search/tbb_executor.hpp"

#include "catch.hpp"
#include "moetric/search/shard.hpp"

using namespace moetric;
using namespace moetric::search;

TEST_CASE("shards on oneTBB's threads give the answer of one thread") {
  space const over({stepped(field::d_model, 256, 1536, 64), stepped(field::n_moe_layers, 2, 20),
                    stepped(field::n_experts, 8, 64, 8)},
                   {.n_heads = 4, .head_dim = 64, .d_expert = 512, .top_k = 2, .vocab_size = 32000});
  problem const of(over, measured{measure::total_non_embedding_parameters, direction::most});
  std::uint64_t seen = 0;
  run_control const by{.progress = [&](std::uint64_t done, std::uint64_t) { seen = done; }};
  CHECK(search_shards(of, 20, 16, on_tbb{}, by) == search_shards(of, 20, 16));
  CHECK(seen == 16);
  CHECK_THROWS_WITH(on_tbb{}(100,
                             [](std::size_t i) {
                               if (i == 37) throw std::runtime_error("37");
                             }),
                    "37");
}
