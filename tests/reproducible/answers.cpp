// The program that the test `reproducible` builds with different flags: it prints the bits of laws and searches, which
// must be the same for all of them.
#include <bit>
#include <cstdint>
#include <cstdio>

#include "moetric/laws/catalogue.hpp"
#include "moetric/search/best_first.hpp"
#include "moetric/search/scan/scan.hpp"

namespace {

using namespace moetric;
using simd::reproducible;

std::uint64_t hash = 14'695'981'039'346'656'037u;

void mix(double value) {
  hash = (hash ^ std::bit_cast<std::uint64_t>(value)) * 1'099'511'628'211u;
}
void mix(reproducible value) {
  mix(static_cast<double>(value));
}

/// Pseudo-random bits from integer arithmetic only.
std::uint64_t next() {
  static std::uint64_t state = 1;
  state = state * 6'364'136'223'846'793'005u + 1'442'695'040'888'963'407u;
  return state >> 12;
}
/// A number from 1 to 2, times a power of two.
double number(std::uint64_t power) {
  return std::bit_cast<double>(next() | (1023 + power) << 52);
}
/// A number in an input's domain.
double number_of(laws::input const& what) {
  if (what.values == laws::domain::below_one || what.values == laws::domain::at_most_one) return number(0) / 2;
  if (what.unit == "bits") return number(2 + next() % 3);
  if (what.values != laws::domain::positive || what.unit == "1") return number(next() % 6);
  return number((what.unit == "tokens" ? 30 : 26) + next() % 12);
}

template <class L>
void losses(L const& law) {
  using inputs = typename L::template basic_inputs<reproducible>;
  for (int i = 0; i != 500; ++i) {
    std::array<reproducible, sizeof(inputs) / sizeof(reproducible)> at;
    for (std::size_t input = 0; input != at.size(); ++input) at[input] = number_of(law.about->inputs[input]);
    mix(reproducible(law.loss(std::bit_cast<inputs>(at))));
  }
}

/// An objective that may be negative, so that bounds know no lower end of it.
struct minus_log {
  template <class T>
  T operator()(search::costs<T> const& c) const {
    using std::log;
    return T(0) - log(c.three.total_non_embedding_parameters);
  }
};

void print(search::result const& of) {
  for (search::candidate const& each : of.best)
    std::printf("%016llx %llu\n", static_cast<unsigned long long>(std::bit_cast<std::uint64_t>(each.score)),
                static_cast<unsigned long long>(each.index));
}

}  // namespace

int main() {
  for (int i = 0; i != 50'000; ++i) {
    reproducible const x = number(next() % 9);
    mix(exp(x));
    mix(exp(-x));
    mix(log(x));
    mix(log(1 / x + x));
  }
  laws::for_each_loss([](auto const& law) { losses(law); });
  std::printf("laws %016llx\n", static_cast<unsigned long long>(hash));

  using namespace search;
  space const over({stepped(field::n_moe_layers, 4, 9), stepped(field::d_model, 512, 1024, 128),
                    stepped(field::d_expert, 64, 64 + 16 * 200, 16)},
                   {.n_dense_layers = 1,
                    .n_heads = 8,
                    .n_kv_heads = 4,
                    .head_dim = 64,
                    .d_ff = 2048,
                    .n_experts = 64,
                    .top_k = 4,
                    .vocab_size = 50'257});
  problem const of(over, loss_at_compute(laws::chinchilla::tex, 1e20),
                   {{measure::flops_per_active_parameter, 7, 9}, {measure::ffn_width_ratio, 0.5, 7}});
  print(scan_best(of, 10));
  problem const below_0(over, minus_log{}, {{.measure = measure::objective, .high = -18.5}});
  print(scan_best(below_0, 3));
  print(search_best(below_0, 3));
  print(search_best(of, 3));
}
