#include <cmath>

#include "catch.hpp"
#include "moetric/cluster/devices.hpp"
#include "moetric/cluster/megatron_memory.hpp"
#include "moetric/zoo/catalogue.hpp"

using namespace moetric;
using cluster::module;
using cluster::training_setup;

namespace {

// openai/gpt-oss-120b and Qwen/Qwen3-235B-A22B, config.json
constexpr grouped_query_attention<> gpt_oss_attention(count window) {
  return {.n_heads = 64,
          .n_kv_heads = 8,
          .head_dim = 64,
          .window = window,
          .qkv_bias = true,
          .output_bias = true,
          .sinks = true};
}
constexpr model gpt_oss_120b_model() {
  model m{.d_model = 2880, .input = {.vocab_size = 201088}};
  for (int i = 0; i != 36; ++i)
    m.layers.append(
        {gpt_oss_attention(i % 2 == 0 ? count(128) : count(unlimited_window)),
         experts<>{.n_experts = 128, .top_k = 4, .d_expert = 2880, .router_bias = true, .expert_bias = true}});
  return m;
}
constexpr model gpt_oss_120b = gpt_oss_120b_model();
constexpr model qwen3_235b{
    .d_model = 4096,
    .input = {.vocab_size = 151936},
    .layers = {
        {grouped_query_attention<>{.n_heads = 64, .n_kv_heads = 4, .head_dim = 128, .qk_norm = qk_norm_kind::per_head},
         experts<>{.n_experts = 128, .top_k = 8, .d_expert = 1536}, 94}}};

struct published {
  model const* of;
  char const* device;
  count devices, tensor, pipeline, context, virtual_stages, expert, sequence_length, micro_batch;
  double states, activations;  // GB by the rules of Megatron-LM and Megatron-Bridge
};

// Layouts that run: Megatron-Bridge, docs/performance-summary.md and its archive, releases 25.09 to 26.08.
published const rows[] = {
    {&zoo::deepseek_v3, "gb300", 256, 1, 2, 1, 8, 32, 4096, 1, 148.7, 53.9},
    {&gpt_oss_120b, "gb300", 64, 1, 1, 1, 1, 16, 4096, 4, 77.7, 71.2},
    {&zoo::qwen3_30b_a3b, "gb300", 8, 1, 1, 1, 1, 8, 4096, 8, 76.8, 116.9},
    {&qwen3_235b, "gb300", 256, 1, 4, 1, 12, 32, 4096, 2, 35.6, 100.7},
    {&zoo::llama_3_1_405b, "gb300", 256, 4, 8, 1, 4, 1, 8192, 1, 98.1, 160.1},
    {&zoo::llama_3_1_405b, "gb200", 256, 4, 16, 1, 8, 1, 8192, 1, 61.2, 147.0},
    {&zoo::llama_3_1_405b, "h100-sxm", 1024, 8, 8, 2, 8, 1, 8192, 1, 49.0, 36.4},
    {&gpt_oss_120b, "b300-sxm", 64, 1, 1, 1, 1, 8, 4096, 4, 120.7, 71.2},
    {&zoo::qwen3_30b_a3b, "h100-sxm", 16, 1, 1, 1, 1, 16, 4096, 1, 43.0, 14.6},
    {&zoo::llama_3_70b, "gb300", 64, 1, 4, 1, 5, 1, 8192, 1, 122.6, 197.9},
    {&zoo::llama_3_70b, "gb200", 64, 2, 4, 1, 5, 1, 8192, 1, 68.1, 98.9},
    {&zoo::llama_3_70b, "h100-sxm", 64, 4, 8, 1, 5, 1, 8192, 1, 28.8, 50.6},
    {&zoo::deepseek_v3, "b200-sxm", 256, 1, 8, 1, 2, 32, 4096, 1, 71.9, 73.2},
    {&gpt_oss_120b, "gb200", 64, 1, 1, 1, 1, 64, 4096, 4, 45.4, 71.2},
    {&gpt_oss_120b, "b200-sxm", 64, 1, 1, 1, 1, 8, 4096, 4, 120.7, 71.2},
    {&zoo::qwen3_30b_a3b, "b200-sxm", 8, 1, 1, 1, 1, 8, 4096, 4, 76.8, 58.4},
    {&qwen3_235b, "b200-sxm", 256, 1, 8, 1, 1, 8, 4096, 1, 41.3, 47.4},
    {&zoo::deepseek_v3, "b300-sxm", 256, 1, 16, 1, 1, 8, 4096, 1, 92.5, 51.1},
    {&zoo::llama_3_70b, "gb300", 64, 1, 1, 1, 1, 1, 8192, 2, 436.6, 352.7},
    {&zoo::llama_3_1_405b, "gb200", 256, 4, 16, 1, 4, 1, 8192, 1, 61.2, 162.4},
    {&zoo::qwen3_30b_a3b, "h100-sxm", 16, 1, 2, 1, 12, 8, 4096, 1, 38.4, 12.6},
    {&qwen3_235b, "gb200", 256, 1, 8, 1, 1, 32, 4096, 1, 25.3, 47.4},
    {&gpt_oss_120b, "b300-sxm", 64, 1, 1, 1, 1, 64, 4096, 4, 45.4, 71.2},
    {&zoo::qwen3_30b_a3b, "b200-sxm", 8, 1, 1, 1, 1, 8, 4096, 1, 76.8, 14.6},
    {&zoo::llama_3_1_405b, "gb300", 256, 2, 8, 2, 4, 1, 8192, 1, 196.2, 160.1},
    {&zoo::deepseek_v3, "gb300", 256, 1, 2, 1, 4, 32, 4096, 1, 144.1, 57.1},
    {&zoo::qwen3_30b_a3b, "gb300", 8, 1, 1, 1, 1, 8, 4096, 4, 76.8, 58.4},
    {&zoo::llama_3_8b, "gb200", 8, 1, 1, 1, 1, 1, 8192, 2, 60.2, 77.5},
    {&zoo::deepseek_v3, "gb200", 256, 1, 4, 1, 4, 64, 4096, 1, 75.3, 60.3},
    {&gpt_oss_120b, "gb200", 64, 1, 1, 1, 1, 64, 8192, 1, 45.4, 35.6},
    {&qwen3_235b, "gb200", 256, 1, 8, 1, 3, 32, 4096, 1, 25.3, 61.3},
    {&zoo::llama_3_1_405b, "b200-sxm", 128, 4, 8, 2, 8, 1, 8192, 1, 156.9, 72.8},
    {&qwen3_235b, "b200-sxm", 64, 1, 8, 1, 2, 8, 4096, 1, 74.9, 68.2},
    {&zoo::qwen3_30b_a3b, "h100-sxm", 16, 1, 2, 1, 24, 8, 4096, 2, 38.4, 24.7},
    {&zoo::qwen3_30b_a3b, "gb200", 8, 1, 1, 1, 1, 8, 4096, 4, 76.8, 58.4},
    {&zoo::llama_3_8b, "b200-sxm", 8, 1, 1, 1, 1, 1, 8192, 2, 60.2, 77.5},
    {&zoo::deepseek_v3, "b200-sxm", 256, 1, 16, 1, 1, 8, 4096, 1, 92.5, 51.1},
};

training_setup setup_of(published const& r) {
  return {.layout = {.sizes = {.tensor = r.tensor,
                               .expert = r.expert,
                               .pipeline = r.pipeline,
                               .sequence_length = r.sequence_length,
                               .expert_tensor = 1,
                               .context = r.context},
                     .devices = r.devices,
                     .virtual_stages = r.virtual_stages,
                     .schedule = r.virtual_stages == 1 ? cluster::schedule::one_forward_one_backward
                                                       : cluster::schedule::interleaved,
                     .micro_batch = r.micro_batch}};
}

}  // namespace

TEST_CASE("no layout that NVIDIA publishes as running is refused with its recomputation or sharding declared") {
  int refused_without = 0, sharded = 0;
  for (published const& r : rows) {
    CAPTURE(r.device, to_string(r.devices), to_string(r.of->d_model), to_string(r.pipeline), to_string(r.expert));
    cluster::device const& device = cluster::device_named(r.device);
    training_setup setup = setup_of(r);
    if (!cluster::fits(cluster::memory_of(*r.of, setup), device)) ++refused_without;
    setup.activations.recompute = module::layer;
    // Llama 3 70B on 64 GB300 without tensor or pipeline ranks: 436.6 GB of states run with FSDP.
    if (!cluster::fits(cluster::memory_of(*r.of, setup), device)) {
      setup.states.sharding = cluster::state_sharding::weights;
      ++sharded;
    }
    cluster::memory_estimate const found = cluster::memory_of(*r.of, setup);
    CAPTURE(static_cast<double>(found.worst.bytes.total()) / 1e9);
    CHECK(cluster::fits(found, device));
    // Some releases ran without the MTP module.
    model without = *r.of;
    without.mtp.modules = 0;
    setup = setup_of(r);
    auto const states = [&](model const& m) {
      return static_cast<double>(cluster::megatron_lm_memory(m, setup).state_bytes()) / 1e9;
    };
    bool const either = std::abs(states(*r.of) - r.states) < 0.051 || std::abs(states(without) - r.states) < 0.051;
    CAPTURE(states(*r.of), states(without), r.states);
    CHECK(either);
    CHECK(static_cast<double>(cluster::megatron_bridge_memory(without, setup).activations) / 1e9 ==
          Approx(r.activations).margin(0.051));
  }
  CHECK(sharded == 1);
  CHECK(refused_without > 0);
}
