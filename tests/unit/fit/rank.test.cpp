// Correlations and their p-values against the numbers that arXiv 2603.21862, Table 3, prints for 10 configurations, and
// against counts of orders that can be made by hand.
#include "moetric/fit/rank.hpp"

#include "catch.hpp"

namespace {

using namespace moetric;
using Catch::Matchers::WithinAbs;
using Catch::Matchers::WithinRel;

// Ten ranks of which neighbours are swapped: 2 inversions of 45 pairs and Σd² = 4 give the paper's tau 0.9111 = 41/45
// and rho 0.9758 = 1 - 6·4/990.
std::vector<double> const in_order{1, 2, 3, 4, 5, 6, 7, 8, 9, 10};
std::vector<double> const two_swaps{2, 1, 3, 4, 5, 7, 6, 8, 9, 10};

}  // namespace

TEST_CASE("rank correlations of ten configurations are the paper's, with its p-values") {
  fit::spearman_test const rho = fit::spearman(in_order, two_swaps);
  CHECK_THAT(rho.value, WithinAbs(.9758, 5e-5));
  CHECK_THAT(rho.p, WithinRel(1.47e-6, 5e-3));
  CHECK_THAT(rho.exact_p, WithinRel(2.09e-5, 5e-3));
  fit::correlation_test const tau = fit::kendall(in_order, two_swaps);
  CHECK_THAT(tau.value, WithinAbs(.9111, 5e-5));
  CHECK_THAT(tau.p, WithinRel(2.98e-5, 2e-3));
  CHECK_THAT(tau.p, WithinRel(108.0 / 3628800, 1e-12));  // 2·(1 + 9 + 44) orders of 10!
}

TEST_CASE("Pearson's p is that of the paper's r") {
  // y = r·x + √(1 − r²)·e with e orthogonal to x and of its length has exactly the correlation r.
  double const r = .9793;
  std::vector<double> y;
  for (std::size_t i = 0; i != in_order.size(); ++i) {
    double const x = in_order[i] - 5.5;
    y.push_back(r * x + std::sqrt(1 - r * r) * (x * x - 8.25) * std::sqrt(82.5 / 528));
  }
  fit::correlation_test const found = fit::pearson(in_order, y);
  CHECK_THAT(found.value, WithinRel(r, 1e-12));
  CHECK_THAT(found.p, WithinRel(7.89e-7, 1e-2));  // r is printed to four digits
  CHECK_THAT(found.value * found.value, WithinAbs(.9590, 5e-5));
}

TEST_CASE("equal values share their rank, and Kendall's tau falls back to the normal approximation") {
  std::vector<double> const x{1, 2, 2, 3, 4, 5}, y{1, 3, 2, 4, 6, 5};
  CHECK(fit::detail::ranks(x) == std::vector<double>{1, 2.5, 2.5, 4, 5, 6});
  // 13 concordant and 1 discordant pairs of 15, one pair tied in x: tau-b = 12 / √(14·15).
  fit::correlation_test const tau = fit::kendall(x, y);
  CHECK_THAT(tau.value, WithinRel(12 / std::sqrt(210.0), 1e-12));
  // Variance (6·5·17 − 2·1·9) / 18 = 492/18: z = 12/√27.33 = 2.2953, p = 0.0217.
  CHECK_THAT(tau.p, WithinAbs(.0217, 1e-4));
}

TEST_CASE("the verdict on a proxy includes its regret") {
  std::vector<double> loss;
  for (double const each : two_swaps) loss.push_back(2 + each / 1000);
  fit::rank_preservation const good = fit::test_rank_preservation(in_order, loss);
  CHECK(good.proxy_best == 0);
  CHECK(good.best == 1);
  CHECK_THAT(good.regret, WithinRel(.001, 1e-9));
  CHECK_THAT(good.spread, WithinRel(.009, 1e-9));
  CHECK(good.preserved);
  CHECK_FALSE(fit::test_rank_preservation(in_order, loss, 1e-4).preserved);  // ranks agree, but the best costs too much
  std::vector<double> const backwards(loss.rbegin(), loss.rend());
  CHECK_FALSE(fit::test_rank_preservation(in_order, backwards).preserved);
}

TEST_CASE("numbers without a correlation are refused") {
  using V = std::vector<double>;
  CHECK_THROWS_WITH(fit::pearson(V{1, 2}, V{1, 2}), "moetric: a correlation must have at least 3 pairs, but got 2");
  CHECK_THROWS_WITH(fit::kendall(V{1, 1, 1}, V{1, 2, 3}), "moetric: a correlation must have numbers that differ");
  CHECK_THROWS_WITH(fit::spearman(V{1, 2, 3}, V{1, 2, NAN}), "moetric: a correlation must have finite numbers");
}
