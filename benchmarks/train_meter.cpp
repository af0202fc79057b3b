// A step of a training loop's meter: 64 documents, and the loads of every layer with experts. The target is 1
// microsecond without loads, and no allocation.
#include <benchmark/benchmark.h>

#include <cstdint>
#include <span>
#include <vector>

#include "moetric/cluster/devices.hpp"
#include "moetric/cluster/train_meter.hpp"
#include "moetric/zoo/nemotron.hpp"

namespace {

using namespace moetric;

cluster::train_meter meter_of_a_hybrid() {
  return {zoo::nemotron_3_ultra_550b_a55b,
          {.peak = peak_of(cluster::device_named("h100-sxm"), cluster::number_format::bf16),
           .devices = 1024,
           .longest_document = 8192,
           .recompute = recomputation::selective}};
}

void step(benchmark::State& state) {
  cluster::train_meter meter = meter_of_a_hybrid();
  std::vector<int> lengths;
  for (int i = 0; i != 64; ++i) lengths.push_back(100 + 61 * i);
  for (auto _ : state) {
    meter.add(lengths);
    meter.end_step(1.5);
    benchmark::DoNotOptimize(meter.last());
  }
}
BENCHMARK(step)->Name("meter: a step of a 108-layer hybrid, 64 documents");

void loads(benchmark::State& state) {
  cluster::train_meter meter = meter_of_a_hybrid();
  std::vector<std::uint32_t> rows;
  for (std::uint32_t i = 0; i != 512; ++i) rows.push_back(1000 + i % 7);
  for (auto _ : state) {
    meter.add_loads(std::span<std::uint32_t const>(rows));
    benchmark::DoNotOptimize(meter.load());
  }
}
BENCHMARK(loads)->Name("meter: the loads of 512 experts in one layer");

}  // namespace
