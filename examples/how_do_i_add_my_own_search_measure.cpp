// How do I add my own measure to a search? Write it as a formula of a shape's costs. Windows, objectives and Pareto
// fronts then take it like the library's own. Here the best shapes whose key-value cache stays below 64 KiB a token.
#include <iostream>

#include <moetric/account/cache.hpp>
#include <moetric/laws/fine_grained.hpp>
#include <moetric/search/best_first.hpp>
#include <moetric/search/problem/presets.hpp>

namespace {

using namespace moetric;

/// Bytes of key-value cache for one token in bf16.
constexpr search::own_measure cache_bytes = search::own_measure::of(
    []<class T>(search::costs<T> const& c) -> T { return 4 * c.of.n_kv_heads * c.of.head_dim * c.of.n_layers(); });

}  // namespace

int main() {
  search::space const shapes(
      {search::stepped(search::field::d_model, 1024, 4096, 512), search::stepped(search::field::n_moe_layers, 12, 48),
       search::times(search::field::n_heads, search::field::d_model, {{1, 128}}),
       search::one_of(search::field::n_kv_heads, {2, 4, 8}), search::one_of(search::field::top_k, {4, 8}),
       search::stepped(search::field::n_experts, 16, 256, 16),
       search::stepped(search::field::d_expert, 256, 4096, 128)},
      {.head_dim = 128, .n_shared_experts = 1, .vocab_size = 152064});
  auto const objective = search::loss_at_compute(laws::fine_grained::four_decimals, 1e22);
  for (double const most : {1e9, 65536.0, 32768.0}) {
    std::vector<search::window> windows = search::shipped_windows();
    windows.push_back({.measure = search::measure::own_1, .high = most});
    search::problem const problem(shapes, objective, windows, {.own = {cache_bytes}});
    search::result const found = search::search_best(problem, 1);
    shape<> const s = to_exact(shapes[found.best[0].index]);
    std::cout << "at most " << most << " bytes: loss " << brief(found.best[0].score, 5) << ", d_model " << s.d_model
              << ", " << s.n_layers() << " layers, " << s.n_kv_heads << " key-value heads, " << s.n_experts
              << " experts of " << s.d_expert << ": " << kv_cache_bytes_per_token(to_model(s)) << " bytes\n";
  }
}
