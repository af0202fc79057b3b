// Scans of whole spaces: the triad of every shape, and the best by a law, on every instruction set that the machine
// supports, against the best scalar form. The unit is configurations; benchmarks/search.py runs NumPy on the same
// space.
#include <benchmark/benchmark.h>

#include <algorithm>
#include <cmath>
#include <cstdlib>
#include <string>
#include <thread>

#include "moetric/laws/chinchilla.hpp"
#include "moetric/laws/fine_grained.hpp"
#include "moetric/search/scan/dispatch.hpp"
#include "moetric/search/scan/triad_rows.hpp"
#include "moetric/search/scan_shards.hpp"

namespace {

using namespace moetric;
using namespace moetric::search;

/// 2^24 shapes; benchmarks/search.py has the same.
space const& shapes() {
  static space const all({stepped(field::n_moe_layers, 8, 39), one_of(field::top_k, {1, 2, 4, 8}),
                          stepped(field::n_heads, 4, 64, 4), stepped(field::d_model, 512, 4352, 512),
                          stepped(field::d_expert, 64, 64 + 8 * 1023, 8)},
                         {.n_dense_layers = 1,
                          .n_kv_heads = 4,
                          .head_dim = 128,
                          .d_ff = 8192,
                          .n_experts = 64,
                          .n_shared_experts = 1,
                          .vocab_size = 151'936});
  return all;
}
/// 2^28, for threads: starting them takes negligible time.
space const& more_shapes() {
  static space const all({stepped(field::n_experts, 16, 256, 16), stepped(field::n_moe_layers, 8, 39),
                          one_of(field::top_k, {1, 2, 4, 8}), stepped(field::n_heads, 4, 64, 4),
                          stepped(field::d_model, 512, 4352, 512), stepped(field::d_expert, 64, 64 + 8 * 1023, 8)},
                         shapes().rest());
  return all;
}
constexpr double compute = 1e22;

void count(benchmark::State& state, space const& over = shapes()) {
  state.SetItemsProcessed(state.iterations() * static_cast<std::int64_t>(over.size()));
}

/// Peak rate of float multiply-adds: more independent chains than an instruction has cycles of latency.
void fma_peak(benchmark::State& state) {
  using lanes = simd::batch<float>;
  constexpr int n_chains = 12, n_steps = 1024;
  lanes chains[n_chains];
  lanes factor(0.999), term(0.001);
  benchmark::DoNotOptimize(factor);
  benchmark::DoNotOptimize(term);
  for (auto _ : state) {
    for (int i = 0; i != n_steps; ++i)
      for (lanes& each : chains) each = fma(each, factor, term);
    for (lanes& each : chains) benchmark::DoNotOptimize(each);
  }
  state.SetItemsProcessed(state.iterations() * n_chains * n_steps * static_cast<std::int64_t>(lanes::size));
}
BENCHMARK(fma_peak)->Name("multiply-adds of floats");

template <class Target>
void triad_of_all(benchmark::State& state) {
  for (auto _ : state) {
    double most = 0;
    for_each_triad_row<Target>(shapes(), setting{}, shapes().all(), [&](triad_row const& row) {
      benchmark::DoNotOptimize(row.training_flops_per_token.data());
      benchmark::DoNotOptimize(row.active_non_embedding_parameters.data());
      most = std::fmax(most, row.total_non_embedding_parameters.back());
    });
    benchmark::DoNotOptimize(most);
  }
  count(state);
}

template <class Target, class L>
void best_by(benchmark::State& state, L const& law, std::vector<window> const& windows) {
  problem const of(shapes(), loss_at_compute(law, compute), windows);
  for (auto _ : state) {
    result const best = scan_best<Target>(of, 1);
    benchmark::DoNotOptimize(&best);
  }
  count(state);
}

/// Shards on threads, in wall-clock time, with as many shards for one thread as for several.
template <class L>
void best_by_on_threads(benchmark::State& state, L const& law, unsigned n_threads) {
  problem const of(more_shapes(), loss_at_compute(law, compute));
  for (auto _ : state) {
    result const best = scan_shards(of, 1, 32, on_threads{n_threads});
    benchmark::DoNotOptimize(&best);
  }
  count(state, more_shapes());
}

/// What one can write without batches: the same hoisted counts, losses with std::log and std::exp.
template <class L>
void best_by_scalar(benchmark::State& state, L const& law) {
  problem const of(shapes(), loss_at_compute(law, compute));
  auto const c = of.costs_of(symbolic_fields());
  auto const inputs = of.objective().inputs(c, of.objective().tokens(c));
  auto rows = row_functions::make(shapes(), {inputs.begin(), inputs.end()});
  // An eighth of the space suffices.
  box part = shapes().whole();
  part.last[0] = part.last[0] / 8;
  std::int64_t scored = 0;
  for (auto _ : state) {
    double best = 1e9;
    for_each_row(shapes(), part, 1, 0, [&](digits const& row) {
      rows->move_to(row, 0, part.last[last_axis(shapes())]);
      auto const quotients = rows->row();
      for (double const y : rows->variable()) {
        std::array<double, std::tuple_size_v<std::remove_cv_t<decltype(inputs)>>> values;
        for (std::size_t i = 0; i != values.size(); ++i) values[i] = quotients[i].value(y);
        double const loss = law.loss(laws::inputs_of<L>(values));
        if (loss < best) best = loss;
        ++scored;
      }
    });
    benchmark::DoNotOptimize(best);
  }
  state.SetItemsProcessed(scored);
}

/// Registers a benchmark for the flags of this build, and one for each instruction set compiled separately.
template <class Run>
void on_every_target(std::string const& name, Run run) {
  benchmark::RegisterBenchmark((name + ", this build").c_str(), [run](benchmark::State& s) { run(s, simd::native{}); });
  simd::for_each_available([&]<class Target>(Target) {
    std::string const target(Target::name);
    benchmark::RegisterBenchmark((name + ", " + target).c_str(), [run, target](benchmark::State& s) {
      setenv("MOETRIC_SIMD_TARGET", target.c_str(), 1);
      run(s, simd::dispatched{});
      unsetenv("MOETRIC_SIMD_TARGET");
    });
  });
}

[[maybe_unused]] bool const registered = [] {
  on_every_target("triad", []<class Target>(benchmark::State& s, Target) { triad_of_all<Target>(s); });
  on_every_target("best by chinchilla",
                  []<class Target>(benchmark::State& s, Target) { best_by<Target>(s, laws::chinchilla::tex, {}); });
  on_every_target("best by fine-grained", []<class Target>(benchmark::State& s, Target) {
    best_by<Target>(s, laws::fine_grained::four_decimals, {});
  });
  on_every_target("best by fine-grained in windows", []<class Target>(benchmark::State& s, Target) {
    best_by<Target>(s, laws::fine_grained::four_decimals,
                    {{measure::total_non_embedding_parameters, 1e9, 1e11}, {measure::expansion_ratio, 3.4, 22}});
  });
  for (unsigned const n_threads : {1U, 2U, 16U}) {
    if (n_threads > std::max(2U, std::thread::hardware_concurrency())) continue;
    std::string const on = n_threads == 1 ? ", 1 thread" : ", " + std::to_string(n_threads) + " threads";
    benchmark::RegisterBenchmark(("best by chinchilla" + on).c_str(), [=](benchmark::State& s) {
      best_by_on_threads(s, laws::chinchilla::tex, n_threads);
    })->UseRealTime();
    benchmark::RegisterBenchmark(("best by fine-grained" + on).c_str(), [=](benchmark::State& s) {
      best_by_on_threads(s, laws::fine_grained::four_decimals, n_threads);
    })->UseRealTime();
  }
  benchmark::RegisterBenchmark("best by chinchilla, std::exp",
                               [](benchmark::State& s) { best_by_scalar(s, laws::chinchilla::tex); });
  benchmark::RegisterBenchmark("best by fine-grained, std::exp",
                               [](benchmark::State& s) { best_by_scalar(s, laws::fine_grained::four_decimals); });
  return true;
}();

}  // namespace
