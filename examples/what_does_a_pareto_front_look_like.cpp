// What does a Pareto front look like? Shapes of which no other has both a lower loss and fewer parameters, for one
// budget. The front is exact: every shape that is not on it is beaten by one that is.
#include <algorithm>
#include <cstdio>

#include <moetric/laws/joint_moe.hpp>
#include <moetric/search/pareto.hpp>
#include <moetric/search/problem/presets.hpp>

int main() {
  using namespace moetric;
  search::space const shapes({search::stepped(search::field::d_model, 1024, 4096, 256),
                              search::stepped(search::field::n_moe_layers, 12, 48, 4),
                              search::times(search::field::n_heads, search::field::d_model, {{1, 128}}),
                              search::one_of(search::field::n_experts, {8, 16, 32, 64, 128}),
                              search::stepped(search::field::d_expert, 512, 4096, 512)},
                             {.n_kv_heads = 4, .head_dim = 128, .top_k = 4, .vocab_size = 50304});
  search::problem const problem(shapes, search::loss_at_compute(laws::joint_moe::printed, 1e21),
                                search::shipped_windows());
  auto front = search::pareto_front(problem, {search::measure::objective, search::measure::total_parameters});
  std::sort(front.begin(), front.end(), [](auto const& a, auto const& b) { return a.values < b.values; });

  std::printf("%llu shapes, %zu on the front; every third of them:\n", static_cast<unsigned long long>(shapes.size()),
              front.size());
  std::printf("  loss  parameters  d_model  layers  experts\n");
  for (std::size_t i = 0; i < front.size(); i += 3) {
    shape<> const s = to_exact(shapes[front[i].index]);
    std::printf("%.4f  %10.3g  %7s  %6s  %s x %s\n", front[i].values[0], front[i].values[1],
                to_string(s.d_model).c_str(), to_string(s.n_layers()).c_str(), to_string(s.n_experts).c_str(),
                to_string(s.d_expert).c_str());
  }
}
