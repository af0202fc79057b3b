// Links the kernels that the package compiles: a missing or duplicate symbol fails to link.
#include <cstdlib>
#include <iostream>
#include <moetric/search/scan/dispatch.hpp>
#include <moetric/search/scan/scan.hpp>

namespace {

using namespace moetric;
using namespace moetric::search;

[[maybe_unused]] bool const scanned = [] {
  space const over(
      {stepped(field::d_model, 512, 1024, 128), stepped(field::n_experts, 8, 64)},
      {.n_moe_layers = 8, .n_heads = 8, .head_dim = 64, .d_expert = 256, .top_k = 4, .vocab_size = 50'257});
  problem const of(over, loss_at_compute(laws::fine_grained::four_decimals, 1e20));
  bool const same = scan_best<simd::dispatched>(of, 3).best == scan_best(of, 3).best;
  if (!same) std::exit(1);
  return same;
}();

}  // namespace
