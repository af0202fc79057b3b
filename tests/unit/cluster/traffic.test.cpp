#include "moetric/cluster/traffic.hpp"

#include "catch.hpp"
#include "moetric/zoo/catalogue.hpp"

using namespace moetric;
using namespace moetric::cluster;

namespace {

// Llama-3-8B: 32 layers, d_model 4096, 8 key-value heads of 128.
traffic llama(layout l, training_setup rest = {}) {
  l.sizes.sequence_length = 4096;
  rest.layout = l;
  return traffic_of_rank(zoo::llama_3_8b, rest, 0);
}

}  // namespace

TEST_CASE("tensor ranks gather and sum tokens around attention and feed-forward") {
  // 2205.05198, section 4.2.2: all-gather and reduce-scatter before and after each of the two blocks of a layer,
  // forward and backward, with one more gather for weight gradients. 64 blocks x 4096 tokens x 4096 x 2 bytes x 3/4.
  count const once = exact_div(count(64) * 4096 * 4096 * 2 * 3, 4);
  traffic const t = llama({.sizes = {.tensor = 4}, .devices = 4, .global_batch = 1});
  CHECK(t[traffic_kind::tensor_all_gather] == 3 * once);
  CHECK(t[traffic_kind::tensor_reduce_scatter] == 2 * once);
  CHECK(t.total() == 5 * once);
  training_setup full;
  full.activations.recompute = modules_of(recomputation::full);
  CHECK(llama({.sizes = {.tensor = 4}, .devices = 4, .global_batch = 1}, full)[traffic_kind::tensor_reduce_scatter] ==
        3 * once);
}

TEST_CASE("data ranks sum gradients and gather weights") {
  // 1910.02054: with the optimizer sharded, gradients are reduce-scattered (fp32) and weights gathered (bf16): 7/8 of
  // 4 and of 2 bytes of 8,030,261,248 parameters.
  traffic const sharded = llama({.devices = 8, .global_batch = 8});
  CHECK(sharded[traffic_kind::gradients] == exact_div(count(8'030'261'248) * 4 * 7, 8));
  CHECK(sharded[traffic_kind::weights] == exact_div(count(8'030'261'248) * 2 * 7, 8));
  training_setup copies;
  copies.states.sharding = state_sharding::none;
  traffic const summed = llama({.devices = 8, .global_batch = 8}, copies);
  CHECK(summed[traffic_kind::gradients] ==
        exact_div(count(8'030'261'248) * 4 * 7, 4));  // an all-reduce sends both ways
  CHECK(summed[traffic_kind::weights] == 0);
}

TEST_CASE("stages pass activations on, and gradients back") {
  // The first of four stages sends 16 microbatches of 4096 x 4096 bf16 activations; a middle one also gradients.
  training_setup setup{.layout = {.sizes = {.pipeline = 4, .sequence_length = 4096}, .devices = 4, .global_batch = 16}};
  count const once = count(16) * 4096 * 4096 * 2;
  CHECK(traffic_of_rank(zoo::llama_3_8b, setup, 0)[traffic_kind::pipeline] == once);
  CHECK(traffic_of_rank(zoo::llama_3_8b, setup, 1)[traffic_kind::pipeline] == 2 * once);
  CHECK(traffic_of_rank(zoo::llama_3_8b, setup, 3)[traffic_kind::pipeline] == once);
}

TEST_CASE("tokens pass to their experts and back") {
  // Qwen3-30B-A3B: 48 layers, d_model 2048, top 8, on 8 expert ranks: 7/8 of 4096 x 8 rows of 2048 bf16 elements, four
  // times a layer: dispatch, combine and their gradients.
  training_setup setup{.layout = {.sizes = {.expert = 8, .sequence_length = 4096}, .devices = 8, .global_batch = 8}};
  count const once = exact_div(count(48) * 4096 * 8 * 2048 * 2 * 7, 8);
  traffic const t = traffic_of_rank(zoo::qwen3_30b_a3b, setup, 0);
  CHECK(t[traffic_kind::expert_all_to_all] == 4 * once);
  // Expert ranks share the experts' gradients with nobody here.
  traffic const fp8 = traffic_of_rank(zoo::qwen3_30b_a3b, setup, 0, {.dispatch_bytes = 1});
  CHECK(fp8[traffic_kind::expert_all_to_all] == 4 * once - exact_div(once, 2));
}

TEST_CASE("keys and values go round the ring of context ranks") {
  // 2310.01889: each rank sends its keys and values to every other rank: 3 x 1024 tokens x 2048 features x 2 bytes a
  // layer, backward again with as many gradients.
  traffic const t = llama({.sizes = {.context = 4}, .devices = 4, .global_batch = 1});
  CHECK(t[traffic_kind::context] == count(3) * 32 * 3 * 1024 * 2048 * 2);
  CHECK(t.context_is_known);
  training_setup recurrent{
      .layout = {.sizes = {.sequence_length = 8192, .context = 2}, .devices = 2, .global_batch = 1}};
  CHECK_FALSE(traffic_of_rank(zoo::nemotron_h_56b, recurrent, 0).context_is_known);
}

TEST_CASE("layers that tokens skip send no activations; only their gradients are summed") {
  // Llama-3.2-11B-Vision: 8 of its 40 layers attend to images, which a text skips; the other 32 are Llama 3.1 8B.
  training_setup const setup{
      .layout = {.sizes = {.tensor = 4, .sequence_length = 4096}, .devices = 4, .global_batch = 1}};
  CHECK(traffic_of_rank(zoo::llama_3_2_11b_vision, setup, 0)[traffic_kind::tensor_all_gather] ==
        llama({.sizes = {.tensor = 4}, .devices = 4, .global_batch = 1})[traffic_kind::tensor_all_gather]);
}
