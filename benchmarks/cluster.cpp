// Memory and speed of one layout at run time. A search over layouts estimates many of them: the target is 20
// microseconds, without an allocation.
#include <benchmark/benchmark.h>

#include "moetric/cluster/devices.hpp"
#include "moetric/cluster/run_estimate.hpp"
#include "moetric/zoo/deepseek.hpp"
#include "moetric/zoo/qwen_hybrid.hpp"

namespace {

using namespace moetric;

void measure(benchmark::State& state, model const& m, cluster::training_setup const& setup) {
  for (auto _ : state) {
    benchmark::DoNotOptimize(&m);
    benchmark::ClobberMemory();
    auto const result = cluster::memory_of(m, setup);
    benchmark::DoNotOptimize(&result);
  }
}

void memory_of_deepseek_v3(benchmark::State& state) {
  measure(state, zoo::deepseek_v3,
          {.layout = {.sizes = {.expert = 64, .pipeline = 16, .sequence_length = 4096}, .devices = 2048}});
}
BENCHMARK(memory_of_deepseek_v3)->Name("memory of DeepSeek-V3 on 16 stages");

void memory_of_a_hybrid(benchmark::State& state) {
  measure(state, zoo::qwen3_next_80b_a3b,
          {.layout = {.sizes = {.expert = 64, .sequence_length = 4096}, .devices = 64}});
}
BENCHMARK(memory_of_a_hybrid)->Name("memory of Qwen3-Next on one stage");

void step_of_deepseek_v3(benchmark::State& state) {
  cluster::training_setup const setup{
      .layout = {.sizes = {.expert = 64, .pipeline = 16, .sequence_length = 4096}, .devices = 2048}};
  cluster::device const& on = cluster::device_named("h800-sxm");
  cluster::workload const of_model = cluster::workload_of(zoo::deepseek_v3, 4096);  // of all layouts
  for (auto _ : state) {
    benchmark::DoNotOptimize(&setup);
    benchmark::ClobberMemory();
    auto const memory = cluster::memory_of(zoo::deepseek_v3, setup);
    auto const speed =
        cluster::estimate_run(cluster::work_of(zoo::deepseek_v3, setup, of_model), on, cluster::number_format::fp8);
    benchmark::DoNotOptimize(&memory);
    benchmark::DoNotOptimize(&speed);
  }
}
BENCHMARK(step_of_deepseek_v3)->Name("memory and speed of DeepSeek-V3 on 16 stages");

}  // namespace
