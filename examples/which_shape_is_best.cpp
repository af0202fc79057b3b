#include <iostream>

#include <moetric/laws/fine_grained.hpp>
#include <moetric/search/best_first.hpp>
#include <moetric/search/problem/presets.hpp>

// The best of half a million shapes by a law at a budget, within windows of published shapes and a cap on parameters.
int main() {
  using namespace moetric;
  // [readme: search]
  search::space const shapes(
      {search::stepped(search::field::d_model, 1024, 4096, 512), search::stepped(search::field::n_moe_layers, 12, 48),
       search::times(search::field::n_heads, search::field::d_model, {{1, 128}}),
       search::one_of(search::field::top_k, {2, 4, 6, 8}), search::stepped(search::field::n_experts, 16, 256, 16),
       search::stepped(search::field::d_expert, 256, 4096, 128)},
      {.n_kv_heads = 4, .head_dim = 128, .n_shared_experts = 1, .vocab_size = 152064});
  std::vector<search::window> windows = search::shipped_windows();
  windows.push_back({.measure = search::measure::total_non_embedding_parameters, .high = 3e10});
  search::problem const problem(shapes, search::loss_at_compute(laws::fine_grained::four_decimals, 1e21), windows);
  search::result const found = search::search_best(problem, 3);  // none? search/why_empty.hpp says why
  // [/readme]
  std::cout << shapes.size() << " shapes\n";
  for (search::candidate const& each : found.best) {
    shape<double> const s = shapes[each.index];
    std::cout << "loss " << brief(each.score, 5) << ": d_model " << s.d_model << ", " << s.n_moe_layers << " layers, "
              << s.n_experts << " experts of " << s.d_expert << ", " << s.top_k << " of them active\n";
  }
}
