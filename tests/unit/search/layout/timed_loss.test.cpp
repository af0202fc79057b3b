#include "moetric/search/layout/timed_loss.hpp"

#include "catch.hpp"
#include "moetric/search/problem/any_objective.hpp"
#include "moetric/search/space/field.hpp"

namespace {

using namespace moetric;
using namespace moetric::search;
using Catch::Matchers::WithinRel;

TEST_CASE("the time of a token is the median that the cluster estimates, for any shape and layout") {
  for (char const* const device : {"h100-sxm", "gb200", "tpu-v5p"})
    for (int const experts : {0, 64})
      for (recomputation const again : {recomputation::none, recomputation::selective, recomputation::full})
        for (int const pipeline : {1, 4})
          for (bool const tied : {false, true}) {
            // Sharded weights: 8 sequences of 2048 hide little of what 64 devices gather.
            auto const sharding = tied ? cluster::state_sharding::weights : cluster::state_sharding::optimizer;
            cluster::calendar const when{.on = cluster::device_named(device), .devices = 64, .global_batch = 128};
            cluster::training_setup setup{.states = {.sharding = sharding}};
            setup.layout = {.sizes = {.tensor = 2, .pipeline = pipeline, .sequence_length = 2048},
                            .devices = 64,
                            .micro_batch = 2,
                            .global_batch = 128};
            setup.activations.recompute = cluster::modules_of(again);
            shape<> const one{.d_model = 1536,
                              .n_dense_layers = experts == 0 ? 12 : 1,
                              .n_moe_layers = experts == 0 ? 0 : 11,
                              .n_heads = 12,
                              .n_kv_heads = 4,
                              .head_dim = 128,
                              .d_ff = 6000,
                              .d_expert = experts == 0 ? 0 : 768,
                              .n_experts = experts,
                              .top_k = experts == 0 ? 0 : 6,
                              .n_shared_experts = experts == 0 ? 0 : 1,
                              .vocab_size = 50257,
                              .tied = tied};
            setting const at{.sequence_length = 2048};
            for (std::optional<bool> const shared : {std::optional<bool>(), std::optional<bool>(true)}) {
              token_time const time(setup, when, experts != 0, shared);
              auto const c = search::detail::reproducible_costs(costs_of(to_real(one), at, experts != 0));
              double const median = cluster::estimate_run(cluster::work_of(to_model(one), setup), when.on, when.format)
                                        .tokens_per_second.median;
              CHECK_THAT(static_cast<double>(time.seconds(c)), WithinRel(1 / median, 1e-12));
            }
          }
}

}  // namespace
