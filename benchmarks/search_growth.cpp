// How scans and searches by bounds scale with the size of a space, from 1e6 to 1e15 configurations.
// benchmarks/search.py prints both, and the memory that the largest take.
#include <benchmark/benchmark.h>

#include <array>
#include <string>

#include "moetric/laws/fine_grained.hpp"
#include "moetric/search/best_first.hpp"
#include "moetric/search/scan/scan.hpp"

namespace {

using namespace moetric;
using namespace moetric::search;

/// 1200·2^bits configurations: the same ranges in finer steps.
space grown(int bits) {
  struct halved {
    field of;
    int last, most_bits, bits = 0;
  };
  std::array<halved, 6> axes{{{field::d_model, 8192, 10},
                              {field::n_experts, 1024, 10},
                              {field::n_moe_layers, 64, 6},
                              {field::n_heads, 128, 6},
                              {field::top_k, 8, 3},
                              {field::d_ff, 32768, 5}}};
  for (std::size_t i = 0; bits != 0; ++i)
    if (halved& axis = axes[i % axes.size()]; axis.bits != axis.most_bits) ++axis.bits, --bits;
  std::vector<axis> all;
  for (halved const& each : axes) {
    int const step = each.last >> each.bits;
    all.push_back(stepped(each.of, step, each.last, step));
  }
  all.push_back(stepped(field::d_expert, 8, 9600, 8));
  return space(all,
               {.n_dense_layers = 1, .n_kv_heads = 1, .head_dim = 128, .n_shared_experts = 1, .vocab_size = 152064});
}

/// Windows on M and N, so that the optimum lies inside the space.
problem<loss_objective<laws::fine_grained::law>> best_of(space const& over) {
  return problem(
      over, loss_at_compute(laws::fine_grained::four_decimals, 1e22),
      {{measure::training_flops_per_token, 1.9e10, 2.1e10}, {measure::total_non_embedding_parameters, 0, 4e10}});
}

void report(benchmark::State& state, space const& over, result const& found) {
  state.SetItemsProcessed(state.iterations() * static_cast<std::int64_t>(over.size()));
  state.counters["boxes"] = static_cast<double>(found.counts.boxes);
  state.counters["scored"] = static_cast<double>(found.counts.scored);
  if (found.best.size() != 100) state.SkipWithError("found no 100 configurations");
}

[[maybe_unused]] bool const registered = [] {
  struct size {
    std::string name;
    int bits;
  };
  auto const add = [](std::string const& what, size const& of, auto search) {
    benchmark::RegisterBenchmark((what + " of " + of.name).c_str(), [search, of](benchmark::State& state) {
      space const over = grown(of.bits);
      auto const problem = best_of(over);
      result found;
      for (auto _ : state) found = search(problem);
      report(state, over, found);
    })->Repetitions(1);
  };
  for (size const& of : {size{"1e06", 10}, {"1e07", 13}, {"1e08", 17}, {"1e09", 20}, {"1e10", 23}})
    add("scan", of, [](auto const& problem) { return scan_best(problem, 100); });
  for (size const& of :
       {size{"1e06", 10}, {"1e07", 13}, {"1e08", 17}, {"1e09", 20}, {"1e10", 23}, {"1e12", 30}, {"1e15", 40}})
    add("bounds", of, [](auto const& problem) { return search_best(problem, 100); });
  return true;
}();

}  // namespace
