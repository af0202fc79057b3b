// How do I log the MFU of my training loop? A meter that knows the model: each step adds the lengths of its documents
// and ends with its time. The times and lengths here are made up.
#include <cstdint>
#include <cstdio>
#include <span>
#include <vector>

#include <moetric/cluster/devices.hpp>
#include <moetric/cluster/train_meter.hpp>
#include <moetric/zoo/qwen.hpp>

int main() {
  using namespace moetric;
  // [readme: meter]
  cluster::train_meter meter(zoo::qwen3_30b_a3b,
                             {.peak = peak_of(cluster::device_named("h100-sxm"), cluster::number_format::bf16),
                              .devices = 8,
                              .longest_document = 4096,
                              .recompute = recomputation::selective,
                              .expert_parallel = 8});
  for (int step = 0; step != 3; ++step) {
    std::vector<int> const lengths{4096, 1000, 3096};  // documents of one microbatch, which do not attend to each other
    for (int microbatch = 0; microbatch != 16; ++microbatch) meter.add(lengths);
    meter.end_step(2.5 + 0.1 * step);  // seconds
    std::puts(meter.line().c_str());
  }
  // [/readme]

  // With the rows that each expert got, the meter says what imbalance costs.
  std::vector<std::uint32_t> rows(128, 7000);
  rows[3] = 21000;
  meter.add_equal(32, 4096);
  for (int layer = 0; layer != 48; ++layer) meter.add_loads(std::span<std::uint32_t const>(rows));
  meter.end_step(2.9);
  std::puts(meter.line().c_str());
  cluster::meter_rates const all = meter.rates_of(meter.since_start());
  std::printf("since start: %.0f tokens/s, MFU %.1f %%\n", all.tokens_per_second, 100 * all.mfu);
}
