#pragma once

// Random spaces with random windows, and the brute force that searches are compared with.
#include <algorithm>
#include <cmath>
#include <cstdint>
#include <limits>
#include <optional>
#include <random>
#include <stdexcept>
#include <string>
#include <vector>

#include "moetric/search/problem/named_loss.hpp"
#include "moetric/search/problem/problem.hpp"
#include "moetric/search/problem/result.hpp"

namespace search_cases {

using namespace moetric;
using namespace moetric::search;

// The standard's distributions differ between libraries; the engine does not.
struct generator {
  std::mt19937_64 engine;

  int between(int low, int high) {
    return low + static_cast<int>(engine() % static_cast<std::uint64_t>(high - low + 1));
  }
  bool coin() { return engine() % 2 == 0; }
  double real(double low, double high) { return low + (high - low) * static_cast<double>(engine() >> 11) * 0x1p-53; }

  axis some_values(field of, int low, int high, int step, int most) {
    int const n = between(1, most), first = between(low / step, high / step);
    return stepped(of, first * step, (first + n - 1) * step, step);
  }
  std::vector<ratio> factors(std::vector<ratio> all) {
    std::vector<ratio> kept;
    for (ratio const& each : all)
      if (coin()) kept.push_back(each);
    return kept.empty() ? all : kept;
  }

  /// Up to some 2^17 configurations, axes in a random order.
  space any_space() {
    for (;;) try {
        return any_space_or_none();
      } catch (std::invalid_argument const&) {  // its rule left nothing
      }
  }
  space any_space_or_none() {
    std::vector<axis> axes{some_values(field::d_model, 64, 2048, 64, 9),
                           some_values(field::n_moe_layers, 1, 40, 1, 6),
                           doubling(field::n_heads, 1 << between(0, 3), 1 << between(3, 5)),
                           some_values(field::n_experts, 4, 256, 4, 7),
                           coin() ? some_values(field::d_expert, 64, 2048, 64, 6)
                                  : times(field::d_expert, field::d_model, factors({{1, 8}, {1, 3}, {1, 2}, {1, 1}})),
                           times(field::n_kv_heads, field::n_heads, factors({{1, 4}, {1, 2}, {1, 1}})),
                           some_values(field::n_dense_layers, 0, 2, 1, 3),
                           one_of(field::top_k, {1, 2, 4})};
    if (coin()) axes.push_back(times(field::d_ff, field::d_model, factors({{5, 2}, {3, 1}, {4, 1}})));
    std::shuffle(axes.begin(), axes.end(), engine);
    std::vector<rule> rules;
    if (coin()) rules.push_back(divisible(field::d_expert, 32));
    return space(axes,
                 {.head_dim = 64 << between(0, 1),
                  .d_ff = 4096,
                  .n_shared_experts = between(0, 2),
                  .vocab_size = between(1000, 200000)},
                 rules);
  }

  /// Windows around random configurations: many allow something, some nothing.
  template <class Problem>
  std::vector<window> any_windows(Problem const& free, bool tokens) {
    std::vector<window> found;
    for (std::size_t i = 0; i != n_measures; ++i) {
      measure const what = static_cast<measure>(i);
      if (between(0, 3) != 0 || (what == measure::tokens && !tokens)) continue;
      digits const at = free.over().digits_of(engine() % free.over().size());
      if (!free.over().holds(at)) continue;
      double const value = free.measured(what, free.costs_of(free.over().values(at)));
      if (!std::isfinite(value)) continue;
      double const around = between(0, 7) == 0 ? 0 : std::fabs(value) * real(0.05, 2);
      double const infinity = std::numeric_limits<double>::infinity();
      found.push_back({what, coin() ? value - around : -infinity, coin() ? value + around : infinity});
    }
    return found;
  }
};

/// The k best by scoring every configuration.
template <class Problem>
std::vector<candidate> brute_force(Problem const& of, std::size_t k, index_range range) {
  std::vector<candidate> all;
  for (std::uint64_t i = range.first; i != range.last; ++i) {
    digits const at = of.over().digits_of(i);
    if (!of.over().holds(at)) continue;
    auto const c = of.costs_of(of.over().values(at));
    if (of.allows(c)) all.push_back({of.score(c), i});
  }
  std::size_t const n = std::min(k, all.size());
  std::partial_sort(all.begin(), all.begin() + static_cast<std::ptrdiff_t>(n), all.end());
  all.resize(n);
  return all;
}

/// An objective by any law of the catalogue, with the inputs that it must be given.
inline any_objective by_law(std::string_view law, double compute) {
  if (law == "data-constrained") return loss_of(law, {.compute = compute}, {{"unique_tokens", 3e10}});
  if (law == "kaplan-n-s") return loss_of(law, {}, {{"steps", 1e5}});
  if (law == "kaplan-c" || law == "kaplan-c-fixed-batch") return loss_of(law, {}, {{"compute", compute}});
  if (law == "kaplan-d") return loss_of(law, {.tokens = compute / 1e10});
  if (law == "precision")
    return loss_of(law, {.compute = compute}, {{"weight_bits", 8}, {"activation_bits", 8}, {"kv_cache_bits", 8}});
  if (law == "precision-one-width") return loss_of(law, {.compute = compute}, {{"bits", 8}});
  if (law == "precision-post-training") return loss_of(law, {.compute = compute}, {{"post_training_bits", 4}});
  return loss_of(law, {.compute = compute});
}

}  // namespace search_cases
