// What a law proves of the losses that may be among the best, attacked with points.
#include "moetric/search/scan/float_filter_error.hpp"

#include <algorithm>
#include <random>
#include <string>
#include <vector>

#include "catch.hpp"
#include "moetric/laws/chinchilla.hpp"
#include "moetric/laws/fine_grained.hpp"
#include "moetric/laws/joint_moe.hpp"

using namespace moetric;

namespace {

using fast_float = simd::fast_float<simd::scalar>;
using screened = simd::with_logarithm<fast_float>;

template <class L>
struct attack {
  static constexpr std::size_t n = sizeof(typename L::inputs) / sizeof(double);
  struct point {
    double exact, error;
  };

  template <class Number>
  static auto loss(L const& law, std::array<double, n> const& at) {
    return law.loss([&]<std::size_t... i>(std::index_sequence<i...>) {
      return typename L::template basic_inputs<Number>{Number(at[i])...};
    }(std::make_index_sequence<n>{}));
  }

  /// Losses of random points of a box, sorted.
  static std::vector<point> points(L const& law, std::array<double, n> const& low, std::array<double, n> const& high) {
    std::mt19937_64 random(7);
    std::vector<point> all(20'000);
    for (point& each : all) {
      std::array<double, n> at;
      for (std::size_t i = 0; i != n; ++i)
        at[i] = low[i] * std::exp(std::log(high[i] / low[i]) * std::uniform_real_distribution<>()(random));
      float got;
      screened(loss<screened>(law, at)).value().lanes().store(&got);
      each.exact = loss<double>(law, at);
      each.error = std::fabs(static_cast<double>(got) - each.exact);
    }
    std::sort(all.begin(), all.end(), [](point const& a, point const& b) { return a.exact < b.exact; });
    return all;
  }
};

template <class L>
void check(L const& law, std::array<double, attack<L>::n> const& low, std::array<double, attack<L>::n> const& high) {
  CAPTURE(std::string(law.about->id));
  constexpr std::size_t n = attack<L>::n;
  std::array<search::detail::input_range, n> ranges;
  for (std::size_t i = 0; i != n; ++i) ranges[i] = {low[i], high[i], 1, 1};
  search::detail::float_filter_error<simd::fast_float_errors> const proof(law, ranges);
  auto const all = attack<L>::points(law, low, high);
  double worst = 0;
  for (std::size_t i = 0; i != all.size(); ++i) {
    worst = std::fmax(worst, all[i].error);
    if (i % 500 == 0) CHECK(worst <= proof.up_to(all[i].exact));
  }
  CHECK(worst <= proof.of_all());
  CHECK(proof.up_to(all.back().exact) <= proof.of_all());
  CHECK(proof.up_to(all[all.size() / 100].exact) < 0.8 * proof.of_all());  // which is what it is for
  CHECK(proof.up_to(law.irreducible()) == 0);
}

}  // namespace

TEST_CASE("losses up to a limit differ from their filtered values by no more than the proven error") {
  check(laws::chinchilla::tex, {1e8, 1e9}, {1e12, 1e13});
  check(laws::fine_grained::four_decimals, {1e8, 1e9, 1}, {1e12, 1e13, 64});
  check(laws::fine_grained::four_decimals, {1e9, 1e11, 1}, {1e9, 1e15, 1});
  check(laws::joint_moe::printed, {1e8, 1e9, 1}, {1e11, 1e12, 32});
}
