// How do I add a device of my own? A value, which every answer about a cluster takes in the place of a listed one.
#include <iostream>

#include <moetric/cluster/devices.hpp>
#include <moetric/cluster/memory.hpp>
#include <moetric/zoo/llama.hpp>

using namespace moetric;

// [readme: own device]
// Each figure names who printed or measured it; what is not known stays empty, and is refused where it is needed.
constexpr cluster::device mine{.id = "my-accelerator",
                               .bf16 = {400e12, "measured"},
                               .memory = {96e9, "datasheet"},
                               .usable_bytes = 94'000'000'000,
                               .memory_bandwidth = {3.2e12, "datasheet"},
                               .link_bandwidth = {200e9, "datasheet"},
                               .network_bandwidth = {50e9, "measured"},
                               .domain = 8};
// [/readme]

int main() {
  cluster::training_setup const setup{.layout = {.sizes = {.tensor = 2, .sequence_length = 4096}, .devices = 8}};
  cluster::memory_estimate const found = cluster::memory_of(zoo::llama_3_8b, setup);
  count const bytes = found.worst.bytes.total();
  std::cout << "llama-3-8b on 8 " << mine.id << ": " << to_string(floor_div(bytes, count(1'000'000'000))) << " of "
            << to_string(floor_div(mine.usable_bytes, count(1'000'000'000))) << " GB, "
            << (bytes <= mine.usable_bytes ? "fits" : "does not fit") << '\n';
  std::cout << "an MFU of it is of " << to_string(cluster::peak_of(mine, cluster::number_format::bf16)) << '\n';
  try {
    cluster::peak_of(mine, cluster::number_format::fp8);
  } catch (std::invalid_argument const& error) {
    std::cout << error.what() << '\n';
  }
}
