// Accounts of whole models at run time. A planner makes thousands of them: the target is 5 microseconds.
#include <benchmark/benchmark.h>

#include "moetric/account/checkpoint.hpp"
#include "moetric/account/convention_flops.hpp"
#include "moetric/account/conventions.hpp"
#include "moetric/account/parameters.hpp"
#include "moetric/zoo/deepseek.hpp"

namespace {

using namespace moetric;

/// 100 layers of three kinds, no two neighbours equal: 45 of Mamba-2, 10 of attention, 45 of experts.
model hybrid() {
  mamba_2<> const mamba{.n_heads = 128, .head_dim = 64, .n_groups = 8, .state_size = 128, .convolution_width = 4};
  grouped_query_attention<> const attention{.n_heads = 32, .n_kv_heads = 2, .head_dim = 128};
  experts<> const moe{.n_experts = 128,
                      .top_k = 6,
                      .d_expert = 1856,
                      .n_shared_experts = 1,
                      .d_shared_expert = 3712,
                      .correction_bias = true};
  model m{.d_model = 4096, .input = {.vocab_size = 131072}};
  for (int block = 0; block != 5; ++block) {
    for (int pair = 0; pair != 9; ++pair) {
      m.layers.append({mamba, {}, 1, 1});
      m.layers.append({{}, moe, 1, 1});
    }
    m.layers.append({attention, {}, 1, 1});
    m.layers.append({mamba, {}, 1, 1});
  }
  return m;
}

template <class Account>
void measure(benchmark::State& state, model const& m, Account account) {
  for (auto _ : state) {
    benchmark::DoNotOptimize(&m);
    benchmark::ClobberMemory();  // the model may have changed, so it must be counted again
    auto const result = account(m);
    benchmark::DoNotOptimize(&result);
  }
}

void forward_of_a_hybrid(benchmark::State& state) {
  measure(state, hybrid(), [](model const& m) { return forward_flops(m, {.length = 4096}); });
}
BENCHMARK(forward_of_a_hybrid)->Name("forward FLOPs of a 100-layer hybrid");

void parameters_of_a_hybrid(benchmark::State& state) {
  measure(state, hybrid(), [](model const& m) { return count_parameters(m); });
}
BENCHMARK(parameters_of_a_hybrid)->Name("parameters of a 100-layer hybrid");

void forward_of_deepseek_v3(benchmark::State& state) {
  measure(state, zoo::deepseek_v3, [](model const& m) { return forward_flops(m, {.length = 4096}); });
}
BENCHMARK(forward_of_deepseek_v3)->Name("forward FLOPs of DeepSeek-V3");

void conventions_of_deepseek_v3(benchmark::State& state) {
  measure(state, zoo::deepseek_v3, [](model const& m) {
    count sum;
    for (convention const& each : conventions) sum += training_flops(m, 4096, each).per_sequence();
    return sum;
  });
}
BENCHMARK(conventions_of_deepseek_v3)->Name("training FLOPs of DeepSeek-V3 by every convention");

void total_of_deepseek_v3(benchmark::State& state) {
  measure(state, zoo::deepseek_v3,
          [](model const& m) { return explain_total(checkpoint_parts_of(m), 684'531'386'000); });
}
BENCHMARK(total_of_deepseek_v3)->Name("published total of DeepSeek-V3 explained");

}  // namespace
