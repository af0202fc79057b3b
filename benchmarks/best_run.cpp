// Shapes and layouts searched together: 1e12 pairs by bounds, and 1e6 pairs by bounds and by a list of all.
#include <benchmark/benchmark.h>

#include "moetric/search/best_run.hpp"
#include "moetric/search/problem/named_loss.hpp"
#include "moetric/search/problem/presets.hpp"

namespace {

using namespace moetric;
using namespace moetric::search;

run_problem problem_of(space over, count devices) {
  return {.over = std::move(over),
          .by = *loss_of("fine-grained", {.tokens = 1}).as_law_loss(),
          .windows = shipped_windows(),
          .at = {.sequence_length = 4096},
          .calendar = {.on = cluster::device_named("h100-sxm"), .devices = devices, .days = 30, .global_batch = 2048}};
}

/// 408 layouts of 512 devices.
run_problem many_pairs() {
  return problem_of(space({stepped(field::d_model, 1024, 8192, 128), stepped(field::n_moe_layers, 8, 64),
                           stepped(field::n_dense_layers, 0, 3), doubling(field::n_heads, 8, 128),
                           times(field::n_kv_heads, field::n_heads, {{1, 8}, {1, 4}, {1, 2}}),
                           stepped(field::d_expert, 256, 6400, 128), one_of(field::top_k, {1, 2, 4, 6, 8, 10, 12, 16}),
                           stepped(field::n_experts, 16, 512, 16)},
                          {.head_dim = 128, .d_ff = 8192, .n_shared_experts = 1, .vocab_size = 152064}),
                    512);
}
run_problem few_pairs() {
  run_problem made =
      problem_of(space({stepped(field::d_model, 1024, 4096, 512), stepped(field::n_moe_layers, 15, 32),
                        stepped(field::n_dense_layers, 0, 1), doubling(field::n_heads, 8, 64),
                        one_of(field::d_expert, {512, 1024, 1536}), one_of(field::top_k, {2, 4}),
                        one_of(field::n_experts, {32, 64, 96, 128})},
                       {.n_kv_heads = 8, .head_dim = 128, .d_ff = 8192, .n_shared_experts = 1, .vocab_size = 152064}),
                 64);
  made.layouts = {.pipeline = {1, 2, 4}, .expert = {1, 8}};
  return made;
}

best_runs find(benchmark::State& state, run_problem const& asked, best_runs (*by)(run_problem const&, std::size_t)) {
  best_runs found;
  for (auto _ : state) found = by(asked, std::size_t{10});
  state.counters["pairs"] = found.pairs;
  state.counters["layouts"] = static_cast<double>(found.layouts);
  state.counters["boxes"] = static_cast<double>(found.counts.boxes);
  state.counters["scored"] = static_cast<double>(found.counts.scored);
  return found;
}

void best_run_of_1e12_pairs(benchmark::State& state) {
  find(state, many_pairs(), find_best_runs);
}
void best_run_of_1e6_pairs(benchmark::State& state) {
  find(state, few_pairs(), find_best_runs);
}
/// Fails if bounds find anything else.
void best_run_of_1e6_pairs_listed(benchmark::State& state) {
  run_problem const asked = few_pairs();
  best_runs const listed = find(state, asked, list_best_runs), found = find_best_runs(asked, 10);
  bool same = found.best.size() == listed.best.size();
  for (std::size_t i = 0; same && i != found.best.size(); ++i)
    same = found.best[i].index == listed.best[i].index && found.best[i].loss == listed.best[i].loss &&
           found.best[i].setup.layout == listed.best[i].setup.layout &&
           found.best[i].setup.activations.recompute == listed.best[i].setup.activations.recompute;
  if (!same) state.SkipWithError("bounds and a list of all pairs must find the same runs");
}

BENCHMARK(best_run_of_1e12_pairs)
    ->Unit(benchmark::kMillisecond)
    ->Repetitions(5)
    ->ComputeStatistics("min",
                        [](std::vector<double> const& all) { return *std::min_element(all.begin(), all.end()); });
BENCHMARK(best_run_of_1e6_pairs)->Unit(benchmark::kMillisecond);
BENCHMARK(best_run_of_1e6_pairs_listed)->Unit(benchmark::kMillisecond)->Iterations(1);

}  // namespace
