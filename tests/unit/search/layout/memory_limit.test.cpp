#include "moetric/search/layout/memory_limit.hpp"

#include <random>

#include "catch.hpp"
#include "moetric/search/layout/layout_axes.hpp"

namespace {

using namespace moetric;
using namespace moetric::search;

// What a search discards by must never exceed what the cluster counts; near it, or nothing is discarded.
TEST_CASE("the polynomials of a rank's bytes stay below the cluster's account of any shape, by at most 1 %") {
  std::mt19937_64 engine(18);
  auto const between = [&](int low, int high) {
    return low + static_cast<int>(engine() % static_cast<std::uint64_t>(high - low + 1));
  };
  double nearest = -1, farthest = 0;
  int compared = 0;
  while (compared < 60) {
    cluster::training_setup setup;
    cluster::layout& l = setup.layout;
    l.sizes = {.tensor = 1 << between(0, 3),
               .expert = 1 << between(0, 3),
               .pipeline = 1 << between(0, 3),
               .sequence_length = 4096,
               .expert_tensor = 1 << between(0, 1),
               .context = 1 << between(0, 1)};
    l.devices = 1024, l.global_batch = 1024, l.micro_batch = 1 << between(0, 1);
    if (l.sizes.pipeline != 1 && between(0, 1) == 0) l.virtual_stages = 2, l.schedule = cluster::schedule::interleaved;
    setup.activations.recompute = cluster::modules_of(static_cast<recomputation>(between(0, 2)));
    setup.states.rule = cluster::state_rules[between(0, 6)];
    setup.states.sharding = static_cast<cluster::state_sharding>(between(0, 2));
    bool const uneven = compared % 2 == 1;
    count const longer = uneven ? remainder(count(compared), l.stages()) : count(0);
    count const layers = l.stages() * between(4, 8) + longer;
    int const dense = between(0, 3);
    shape<> const one{.d_model = 128 * between(4, 40),
                      .n_dense_layers = dense,
                      .n_moe_layers = layers - dense,
                      .n_heads = 8 * between(1, 8),
                      .n_kv_heads = 8,
                      .head_dim = 128,
                      .d_ff = 8 * between(100, 1000),
                      .d_expert = 64 * between(2, 30),
                      .n_experts = 8 * between(2, 30),
                      .top_k = between(1, 8),
                      .n_shared_experts = between(0, 2),
                      .vocab_size = between(1000, 150000),
                      .tied = between(0, 1) == 0};
    model const m = to_model(one);
    if (!cluster::diagnose(m, l).ok()) continue;
    ++compared;
    rank_bytes const bytes(setup, space({one_of(field::d_model, {one.d_model})}, one), uneven);
    for (count const rank : bytes.ranks()) {
      double const of_rank = static_cast<double>(cluster::memory_of_rank(m, setup, rank).bytes.total());
      double const off = bytes.least(to_real(one), rank) / of_rank - 1;
      nearest = std::fmax(nearest, off);
      if (!uneven) farthest = std::fmin(farthest, off);
    }
  }
  CHECK(nearest < 0);
  CHECK(nearest > -2e-6);
  CHECK(farthest > -0.01);
}

TEST_CASE("the polynomials stay below the account where few heads meet many ranks and layers few stages") {
  for (int const n_kv_heads : {1, 2, 12})
    for (int const dense : {0, 1, 3, 5})
      for (int const pipeline : {1, 2, 4}) {
        cluster::training_setup setup;
        setup.layout.sizes = {.tensor = 4, .expert = 2, .pipeline = pipeline, .sequence_length = 2048};
        setup.layout.devices = 64, setup.layout.global_batch = 64;
        shape<> const one{.d_model = 1000,
                          .n_dense_layers = dense,
                          .n_moe_layers = 8 - dense,
                          .n_heads = 12,
                          .n_kv_heads = n_kv_heads,
                          .head_dim = 64,
                          .d_ff = 4004,
                          .d_expert = 700,
                          .n_experts = 6,
                          .top_k = 3,
                          .vocab_size = 31999};
        model const m = to_model(one);
        REQUIRE(cluster::diagnose(m, setup.layout).ok());
        rank_bytes const bytes(setup, space({stepped(field::n_dense_layers, 0, 5)}, one));
        for (count const rank : bytes.ranks())
          CHECK(bytes.least(to_real(one), rank) <=
                static_cast<double>(cluster::memory_of_rank(m, setup, rank).bytes.total()));
      }
}

}  // namespace
