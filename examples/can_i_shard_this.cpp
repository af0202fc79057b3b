// Can I shard this? Every rule that parallel sizes break, each in a sentence, at run time or at compile time.
#include <iostream>

#include <moetric/cluster/memory.hpp>
#include <moetric/moetric.hpp>

using namespace moetric;

// [readme: shard]
// DeepSeek-V3 as it was trained: 16 uneven stages, 64-way expert parallelism.
static_assert(shards<zoo::deepseek_v3, parallel_sizes{.expert = 64, .pipeline = 16}>());
// [/readme]

// [readme: checks]
constexpr model_limits limits{.total_parameters = {.at_most = 31e9},
                              .active_parameters = {.at_least = 3e9, .at_most = 4e9},
                              .training_flops_per_token = {.at_most = 24e9},
                              .sequence_length = 4096,
                              .cache_bytes = {.at_most = 13e9},
                              .context = 131072};
static_assert(keeps<zoo::qwen3_30b_a3b, limits>());

constexpr parallel_sizes mesh{.tensor = 2, .expert = 8, .pipeline = 2, .sequence_length = 4096, .expert_tensor = 1};
static_assert(shards<zoo::qwen3_30b_a3b, mesh>());            // whole heads, experts and stages on each rank
static_assert(multiples_of<zoo::qwen3_30b_a3b, 64, mesh>());  // and full tiles of matrix units in bf16

constexpr cluster::training_setup setup{.layout = {.sizes = mesh, .devices = 32, .global_batch = 512}};
static_assert(device_holds<zoo::qwen3_30b_a3b, setup, 80'000'000'000>());  // needs cluster/memory.hpp
// [/readme]

int main() {
  auto const ask = [](char const* name, model const& m, parallel_sizes const& sizes) {
    diagnosis const found = diagnose(m, sizes);
    std::cout << name << (found.ok() ? " can be sharded so\n" : ":\n");
    for (violation const& broken : found.violations) std::cout << "  " << to_string(broken) << '\n';
  };
  ask("deepseek-v3", zoo::deepseek_v3, {.tensor = 8, .expert = 96, .pipeline = 64});
  ask("qwen3-30b-a3b", zoo::qwen3_30b_a3b, {.tensor = 16, .expert = 8});
  ask("qwen3-30b-a3b with whole experts", zoo::qwen3_30b_a3b, {.tensor = 4, .expert = 8, .expert_tensor = 1});
  ask("llama-3-8b", zoo::llama_3_8b, {.tensor = 8, .sequence_length = 8192, .context = 3});

  std::cout << "tensor-parallel sizes of gpt-oss-20b:";
  for (unsigned size = 1; size <= 64; ++size)
    if (diagnose(zoo::gpt_oss_20b, {.tensor = size, .expert_tensor = 1}).ok()) std::cout << ' ' << size;
  std::cout << '\n';
}
