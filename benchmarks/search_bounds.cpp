// Searches by bounds: four problems at 1e12 and at 1e15 configurations, the growth of time and boxes from 1e6 on, and a
// law that depends on one count only.
#include <benchmark/benchmark.h>

#include "moetric/laws/chinchilla.hpp"
#include "moetric/laws/fine_grained.hpp"
#include "moetric/search/best_first.hpp"
#include "moetric/search/problem/presets.hpp"

namespace {

using namespace moetric;
using namespace moetric::search;

/// The same ranges with different steps.
space shapes(int d_model_step, int n_layers, int expert_step, int n_experts_step, count vocabularies = 1) {
  std::vector<axis> axes{stepped(field::d_model, 512, 8192, d_model_step),
                         stepped(field::n_moe_layers, 4, 3 + n_layers),
                         stepped(field::n_dense_layers, 0, 3),
                         stepped(field::n_heads, 4, 128, 4),
                         times(field::n_kv_heads, field::n_heads, {{1, 8}, {1, 4}, {1, 2}, {1, 1}}),
                         stepped(field::d_expert, expert_step, 6400, expert_step),
                         one_of(field::top_k, {1, 2, 4, 6, 8, 10, 12, 16}),
                         stepped(field::n_experts, n_experts_step, 512, n_experts_step),
                         times(field::d_ff, field::d_model, {{2, 1}, {3, 1}, {4, 1}, {5, 1}, {6, 1}})};
  if (vocabularies != 1) axes.push_back(stepped(field::vocab_size, 1, vocabularies));
  return space(axes, {.head_dim = 128, .n_shared_experts = 1, .vocab_size = 152064});
}

space of_size(int log10) {
  switch (log10) {
  case 6: return shapes(2560, 10, 3200, 256);
  case 9: return shapes(512, 40, 640, 64);
  case 12: return shapes(64, 80, 64, 8);
  default: return shapes(8, 80, 4, 1);
  }
}

std::vector<window> windows(char problem) {
  std::vector<window> chosen;
  if (problem == 'b') {
    chosen = shipped_windows();
    chosen.push_back({measure::training_flops_per_token, 1e10, 3e10});
    chosen.push_back({measure::active_non_embedding_parameters, 1e9, 5e9});
    chosen.push_back({measure::total_non_embedding_parameters, 1e10, 1e11});
  }
  if (problem == 'c')
    chosen = {{measure::training_flops_per_token, 1.9e10, 2.1e10}, {measure::total_non_embedding_parameters, 0, 4e10}};
  return chosen;
}

void search_by_bounds(benchmark::State& state, char problem_name, int log10) {
  space const over = problem_name == 'd' ? shapes(64, 80, 640, 8, log10 == 12 ? 10 : 10'000) : of_size(log10);
  result found;
  auto const search = [&](auto const& law) {
    problem const p(over, loss_at_compute(law, 1e22), windows(problem_name));
    for (auto _ : state) found = search_best(p, 100);
  };
  problem_name == 'e' ? search(laws::chinchilla::tex) : search(laws::fine_grained::four_decimals);
  state.counters["configurations"] = static_cast<double>(over.size());
  state.counters["boxes"] = static_cast<double>(found.counts.boxes);
  state.counters["scored"] = static_cast<double>(found.counts.scored);
}

BENCHMARK_CAPTURE(search_by_bounds, a_unconstrained_1e12, 'a', 12)->Unit(benchmark::kMillisecond);
BENCHMARK_CAPTURE(search_by_bounds, a_unconstrained_1e15, 'a', 15)->Unit(benchmark::kMillisecond);
BENCHMARK_CAPTURE(search_by_bounds, b_shipped_shapes_in_triad_windows_1e12, 'b', 12)->Unit(benchmark::kMillisecond);
BENCHMARK_CAPTURE(search_by_bounds, b_shipped_shapes_in_triad_windows_1e15, 'b', 15)->Unit(benchmark::kMillisecond);
BENCHMARK_CAPTURE(search_by_bounds, c_M_within_5_percent_and_a_cap_on_N_1e12, 'c', 12)->Unit(benchmark::kMillisecond);
BENCHMARK_CAPTURE(search_by_bounds, c_M_within_5_percent_and_a_cap_on_N_1e15, 'c', 15)->Unit(benchmark::kMillisecond);
BENCHMARK_CAPTURE(search_by_bounds, d_an_axis_that_the_law_ignores_1e12, 'd', 12)->Unit(benchmark::kMillisecond);
BENCHMARK_CAPTURE(search_by_bounds, d_an_axis_that_the_law_ignores_1e15, 'd', 15)->Unit(benchmark::kMillisecond);
BENCHMARK_CAPTURE(search_by_bounds, e_a_law_of_one_count_1e6, 'e', 6)->Unit(benchmark::kMillisecond);
BENCHMARK_CAPTURE(search_by_bounds, e_a_law_of_one_count_1e9, 'e', 9)->Unit(benchmark::kMillisecond);
BENCHMARK_CAPTURE(search_by_bounds, growth_c_1e6, 'c', 6)->Unit(benchmark::kMillisecond);
BENCHMARK_CAPTURE(search_by_bounds, growth_c_1e9, 'c', 9)->Unit(benchmark::kMillisecond);

}  // namespace
