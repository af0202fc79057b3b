// Does my run fit? Bytes of the fullest devices of a layout, and the smallest changes that make it fit.
#include <iostream>

#include <moetric/cluster/change.hpp>
#include <moetric/cluster/devices.hpp>
#include <moetric/zoo/deepseek.hpp>

using namespace moetric;

int main() {
  cluster::device const& h100 = cluster::device_named("h100-sxm");
  cluster::training_setup const setup{
      .layout = {.sizes = {.expert = 64, .pipeline = 16, .sequence_length = 4096}, .devices = 2048}};
  auto const gib = [](count bytes) { return to_string(floor_div(bytes, count(1073741824))) + " GiB"; };

  cluster::memory_estimate const found = cluster::memory_of(zoo::deepseek_v3, setup);
  std::cout << "deepseek-v3 on " << to_string(setup.layout) << " takes " << gib(found.worst.bytes.total()) << " of "
            << gib(h100.usable_bytes) << " on pipeline rank " << found.worst.rank << ": states "
            << gib(found.worst.bytes.states()) << ", activations " << gib(found.worst.bytes.activations()) << '\n';
  for (cluster::fitting_setup const& each : cluster::smallest_changes(zoo::deepseek_v3, setup, h100)) {
    std::cout << "fits with";
    for (cluster::change const step : each.changes) std::cout << " [" << name(step) << ']';
    std::cout << ": " << gib(each.memory.worst.bytes.total()) << '\n';
  }
}
