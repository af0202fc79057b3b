// error: device_bytes.*80000000000
#include "moetric/account/static_checks.hpp"
#include "moetric/cluster/memory.hpp"
#include "moetric/zoo/llama.hpp"

// 16 bytes for each of 8.03e9 parameters exceed one device of 80 GB.
using namespace moetric;
constexpr cluster::training_setup setup{
    .layout = {.sizes = {.sequence_length = 8192}, .devices = WRONG(1, 8), .global_batch = 8},
    .states = {.sharding = cluster::state_sharding::weights}};
static_assert(device_holds<zoo::llama_3_8b, setup, 80'000'000'000>());
