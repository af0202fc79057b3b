// Can I shard this? Every rule that parallel sizes break, each in a sentence, at run time or at compile time.
#include <iostream>

#include <moetric/moetric.hpp>

using namespace moetric;

// [readme: shard]
// DeepSeek-V3 as it was trained: 16 uneven stages, 64-way expert parallelism.
static_assert(diagnose(zoo::deepseek_v3, {.expert = 64, .pipeline = 16}).ok());
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
