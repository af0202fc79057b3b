#include "moetric/cluster/layout.hpp"

#include "catch.hpp"
#include "moetric/zoo/deepseek.hpp"
#include "moetric/zoo/llama.hpp"
#include "moetric/zoo/qwen.hpp"

using namespace moetric;
using cluster::layout;
using cluster::pipeline;
using cluster::schedule;

namespace {

std::string told(model const& m, layout const& l) {
  std::string all;
  for (violation const& each : cluster::diagnose(m, l).violations) all += (all.empty() ? "" : "; ") + to_string(each);
  return all;
}

// Stages of activations that a rank holds, in units of one stage of L/p layers, times the chunks of such a stage.
count held(pipeline const& p, count rank) {
  count sum;
  for (count chunk = 0; chunk < p.chunks_per_rank(); chunk += 1) sum += p.in_flight(rank, chunk);
  return sum;
}

}  // namespace

TEST_CASE("DeepSeek-V3 trained on 2048 devices with 16 stages and 64-way experts, which exceed the data ranks") {
  // 2412.19437, section 3.2: 16-way pipeline, 64-way expert parallelism over 8 nodes, ZeRO-1
  constexpr layout trained{.sizes = {.expert = 64, .pipeline = 16, .sequence_length = 4096},
                           .devices = 2048,
                           .schedule = schedule::dual_pipe,
                           .global_batch = 15360};
  static_assert(cluster::diagnose(zoo::deepseek_v3, trained).ok());
  CHECK(trained.data() == 128);
  CHECK(trained.expert_data() == 2);
  CHECK(trained.micro_batches() == 120);
  CHECK(trained.layers_of(0, 61) == 4);
  CHECK(trained.layers_of(12, 61) == 4);
  CHECK(trained.layers_of(13, 61) == 3);
  CHECK(to_string(trained) == "TP1 CP1 DP128 EP64 ETP1 EDP2 PP16");
  // Expert parallelism may exceed data parallelism: TP2 DP2 = EP4 (2504.14960)
  CHECK(told(zoo::qwen3_30b_a3b,
             {.sizes = {.tensor = 2, .expert = 4, .sequence_length = 4096, .expert_tensor = 1}, .devices = 4}) == "");
}

TEST_CASE("a bad layout is refused by the sentence of its rule") {
  parallel_sizes const sizes{.tensor = 2, .expert = 8, .pipeline = 4, .sequence_length = 4096, .expert_tensor = 1};
  CHECK(told(zoo::qwen3_30b_a3b, {.sizes = sizes, .devices = 60}) ==
        "moetric: devices must be divisible by tensor x context x pipeline ranks, but got 60 and 8; "
        "moetric: devices must be divisible by expert x expert-tensor x pipeline ranks, but got 60 and 32");
  CHECK(told(zoo::qwen3_30b_a3b, {.sizes = sizes, .devices = 40}) ==
        "moetric: devices must be divisible by expert x expert-tensor x pipeline ranks, but got 40 and 32");
  CHECK(told(zoo::qwen3_30b_a3b, {.sizes = sizes, .devices = 64, .global_batch = 30}) ==
        "moetric: the global batch must be divisible by micro batch x data ranks, but got 30 and 8");
  CHECK(told(zoo::qwen3_30b_a3b, {.sizes = sizes, .devices = 64, .virtual_stages = 2}) ==
        "moetric: virtual stages must be 1 unless the schedule is interleaved, but got 2");
  CHECK(told(zoo::qwen3_30b_a3b,
             {.sizes = sizes, .devices = 64, .virtual_stages = 16, .schedule = schedule::interleaved}) ==
        "moetric: stages of a pipeline must not exceed the layers, the embedding and the head, but got 64 and 50");
  CHECK(told(zoo::qwen3_30b_a3b, {.sizes = sizes, .devices = 64, .sequence_parallel = false}) ==
        "moetric: sequence parallelism must be on with expert and tensor parallelism, but got 8 and 2");
  CHECK(told(zoo::deepseek_v3, {.sizes = {.expert = 512}, .devices = 512}) ==
        "moetric: n_experts must be divisible by the expert-parallel size, but got 256 and 512");
  CHECK(told(zoo::deepseek_v3, {.sizes = {.pipeline = 64}, .devices = 64}) ==
        "moetric: the pipeline-parallel size must not exceed the number of layers, but got 64 and 61");
  CHECK(told(zoo::llama_3_8b, {.sizes = {.pipeline = 3}, .devices = 3, .schedule = schedule::dual_pipe}) ==
        "moetric: the pipeline-parallel size must be even with a dual pipe, but got 3");
  CHECK(told(zoo::llama_3_8b, {.sizes = {.pipeline = 0}}) ==
        "moetric: the pipeline-parallel size must be positive, but got 0");
  CHECK_THROWS_AS(cluster::validate(zoo::llama_3_8b, {.sizes = {.pipeline = 3}, .devices = 4}), std::invalid_argument);
}

TEST_CASE("stages may be uneven, and their list must hold the model") {
  layout l{.sizes = {.pipeline = 4}, .devices = 4};
  for (int const each : {7, 9, 9, 7}) l.layers.push_back(static_cast<std::uint16_t>(each), "");
  CHECK(told(zoo::llama_3_8b, l) == "");
  CHECK(l.layers_of(1, 32) == 9);
  l.layers[1] = 8;
  CHECK(told(zoo::llama_3_8b, l) ==
        "moetric: the layers of all stages must add up to those of the model, but got 31 and 32");
  // Llama 3.1 405B on 16 x 8 stages: 126 layers, embedding and head, as NVIDIA publishes it
  constexpr layout alone{.sizes = {.tensor = 4, .pipeline = 16, .sequence_length = 8192},
                         .devices = 256,
                         .virtual_stages = 8,
                         .schedule = schedule::interleaved};
  CHECK(told(zoo::llama_3_1_405b, alone) == "");
  CHECK(alone.layers_of(0, 126) == 0);
  CHECK(alone.layers_of(1, 126) == 1);
  CHECK(alone.layers_of(127, 126) == 0);
  CHECK(alone.first_layer_of(127, 126) == 126);
  l.sizes.pipeline = 2, l.devices = 2;
  CHECK(told(zoo::llama_3_8b, l) ==
        "moetric: the list of stages must hold one number of layers for each stage, but got 4 and 2");
  CHECK(told(zoo::llama_3_8b, {.mtp_stage = -2}) ==
        "moetric: embedding, head and MTP must stand on a stage of the pipeline, but got 2 and 1");
}

TEST_CASE("microbatches in flight follow from the schedule") {
  // 1F1B: p - r; the first rank of an interleaved schedule holds p + (p-1)/v stages (2205.05198, section 4.2.3)
  CHECK(pipeline{8, 1, schedule::one_forward_one_backward, 100}.in_flight(0, 0) == 8);
  CHECK(pipeline{8, 1, schedule::one_forward_one_backward, 100}.in_flight(7, 0) == 1);
  CHECK(pipeline{8, 1, schedule::one_forward_one_backward, 3}.in_flight(0, 0) == 3);
  CHECK(held({35, 3, schedule::interleaved, 280}, 0) == 3 * 35 + 34);
  // (pp(v-1) + 2(pp-rank) - 1)/v, the memory estimator of ISEEKYAN/mbridge
  CHECK(held({4, 2, schedule::interleaved, 64}, 3) == 4 + 2 - 1);
  CHECK(pipeline{4, 2, schedule::interleaved, 64}.in_flight(0, 0) == 7);
  CHECK(pipeline{4, 2, schedule::interleaved, 64}.in_flight(0, 1) == 4);
  CHECK(held({4, 2, schedule::interleaved, 4}, 0) == 8);
  // deepseek-ai/DualPipe's table: activations of p stages in ZB1P, p + 1 in DualPipe, of 2p half-size ones in DualPipeV
  for (count rank = 0; rank < 8; rank += 1) {
    CHECK(held({8, 1, schedule::zero_bubble, 100}, rank) == 8);
    CHECK(held({8, 1, schedule::dual_pipe, 100}, rank) == 9);
    CHECK(held({8, 1, schedule::dual_pipe_v, 100}, rank) == 17);
  }
  CHECK(pipeline{8, 1, schedule::dual_pipe_v}.stages() == 16);
  CHECK(pipeline{8, 1, schedule::dual_pipe}.stage_of(0, 1) == 7);
}
