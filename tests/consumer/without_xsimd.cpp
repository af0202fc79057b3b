// Without xsimd a batch has one lane, and answers are the same.
#include <moetric/laws/chinchilla.hpp>
#include <moetric/search/best_first.hpp>
#include <moetric/search/scan/scan.hpp>
#include <type_traits>

using namespace moetric;
using namespace moetric::search;

static_assert(std::is_same_v<simd::native, simd::scalar>);

int main() {
  space const over(
      {stepped(field::d_model, 512, 1024, 128), stepped(field::n_experts, 8, 64)},
      {.n_moe_layers = 8, .n_heads = 8, .head_dim = 64, .d_expert = 256, .top_k = 4, .vocab_size = 50'257});
  problem const of(over, loss_at_compute(laws::chinchilla::tex, 1e20));
  return scan_best(of, 3).best == search_best(of, 3).best ? 0 : 1;
}
