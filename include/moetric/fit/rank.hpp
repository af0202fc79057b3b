#pragma once

#include <algorithm>
#include <bit>
#include <cmath>
#include <map>
#include <numeric>
#include <span>
#include <string>
#include <vector>

#include "moetric/core/contract.hpp"
#include "moetric/fit/distribution.hpp"

/// Rank correlations between two measurements, and the regret of trusting one of them. Source: arXiv 2603.21862,
/// section 4.3.1, which reports p-values of these kinds.
namespace moetric::v0::fit {

/// A correlation with its two-sided p-value.
struct correlation_test {
  double value;
  double p;  // two-sided p-value
};

/// Spearman's test with both p-values; the exact one is 0, meaning not computed, for more than 10 pairs.
struct spearman_test : correlation_test {
  double exact_p;  // over all permutations
};

namespace detail {

inline void require_pairs(std::span<double const> x, std::span<double const> y) {
  if (x.size() != y.size() || x.size() < 3)
    moetric::detail::invalid(
        ("moetric: a correlation must have at least 3 pairs, but got " + std::to_string(std::min(x.size(), y.size())))
            .c_str());
  for (std::span<double const> const each : {x, y}) {
    for (double const value : each)
      if (!std::isfinite(value)) moetric::detail::invalid("moetric: a correlation must have finite numbers");
    if (std::all_of(each.begin(), each.end(), [&](double value) { return value == each[0]; }))
      moetric::detail::invalid("moetric: a correlation must have numbers that differ");
  }
}

inline double pearson_r(std::span<double const> x, std::span<double const> y) {
  double const n = static_cast<double>(x.size());
  double const mean_x = std::accumulate(x.begin(), x.end(), 0.0) / n;
  double const mean_y = std::accumulate(y.begin(), y.end(), 0.0) / n;
  double xx = 0, yy = 0, xy = 0;
  for (std::size_t i = 0; i != x.size(); ++i) {
    xx += (x[i] - mean_x) * (x[i] - mean_x);
    yy += (y[i] - mean_y) * (y[i] - mean_y);
    xy += (x[i] - mean_x) * (y[i] - mean_y);
  }
  return xy / std::sqrt(xx * yy);
}

/// The two-sided p-value of t = r·√((n − 2)/(1 − r²)) by Student's distribution with n − 2 degrees of freedom.
inline double p_of_t(double r, std::size_t n) {
  double const freedom = static_cast<double>(n - 2), rest = 1 - r * r;
  if (rest <= 0) return 0;
  return students_t_tails(r * std::sqrt(freedom / rest), freedom);
}

/// Ranks from 1 for the least; equal values share the mean of their ranks.
inline std::vector<double> ranks(std::span<double const> values) {
  std::vector<double> result;
  for (double const value : values) {
    double below = 0, equal = 0;
    for (double const other : values) below += other < value ? 1 : 0, equal += other == value ? 1 : 0;
    result.push_back(below + (equal + 1) / 2);
  }
  return result;
}

/// The share of all permutations of y whose |rank correlation| is at least the observed one. Counts permutations by
/// their Σ x·y, by dynamic programming over the sets of y that the first x are paired with.
inline double exact_p_of_spearman(std::vector<double> const& x, std::vector<double> const& y) {
  std::size_t const n = x.size();
  std::vector<std::map<double, double>> orders(std::size_t{1} << n);  // ranks are multiples of a half, sums exact
  orders[0][0] = 1;
  for (std::size_t taken = 0; taken + 1 < orders.size(); ++taken) {
    double const next = x[static_cast<std::size_t>(std::popcount(taken))];
    for (std::size_t j = 0; j != n; ++j)
      if ((taken >> j & 1) == 0)
        for (auto const& [sum, times] : orders[taken]) orders[taken | std::size_t{1} << j][sum + next * y[j]] += times;
    orders[taken].clear();
  }
  double const size = static_cast<double>(n), middle = size * (size + 1) * (size + 1) / 4;
  double const seen = std::fabs(std::inner_product(x.begin(), x.end(), y.begin(), 0.0) - middle);
  double all = 0, as_far = 0;
  for (auto const& [sum, times] : orders.back()) {
    all += times;
    as_far += std::fabs(sum - middle) >= seen ? times : 0;
  }
  return as_far / all;
}

/// The share of permutations of n items with at most that many inversions, by Mahonian numbers.
inline double share_of_orders(std::size_t n, std::size_t inversions) {
  std::vector<double> share{1};
  for (std::size_t k = 2; k <= n; ++k) {
    std::vector<double> next(share.size() + k - 1, 0.0);
    for (std::size_t i = 0; i != share.size(); ++i)
      for (std::size_t j = 0; j != k; ++j) next[i + j] += share[i] / static_cast<double>(k);
    share = std::move(next);
  }
  double sum = 0;
  for (std::size_t i = 0; i <= inversions && i != share.size(); ++i) sum += share[i];
  return sum;
}

}  // namespace detail

/// Pearson's r with its p-value by Student's distribution.
/// \throws std::invalid_argument for fewer than 3 pairs, numbers that are not finite, or constant ones
inline correlation_test pearson(std::span<double const> x, std::span<double const> y) {
  detail::require_pairs(x, y);
  double const r = detail::pearson_r(x, y);
  return {r, detail::p_of_t(r, x.size())};
}

/// Spearman's rho with its p-value by Student's distribution, and the exact one for at most 10 pairs.
/// \throws std::invalid_argument as `pearson`
inline spearman_test spearman(std::span<double const> x, std::span<double const> y) {
  detail::require_pairs(x, y);
  std::vector<double> const rank_x = detail::ranks(x), rank_y = detail::ranks(y);
  double const rho = detail::pearson_r(rank_x, rank_y);
  return {{rho, detail::p_of_t(rho, x.size())}, x.size() <= 10 ? detail::exact_p_of_spearman(rank_x, rank_y) : 0};
}

/// Kendall's tau-b. The p-value is exact without ties; with ties it is that of the normal approximation.
/// \throws std::invalid_argument as `pearson`
inline correlation_test kendall(std::span<double const> x, std::span<double const> y) {
  detail::require_pairs(x, y);
  std::size_t const n = x.size();
  double concordant = 0, discordant = 0;
  auto const tied = [](std::span<double const> values) {  // Σ over groups of equal values
    struct {
      double pairs = 0, variance = 0, triples = 0;
    } sums;
    std::vector<double> sorted(values.begin(), values.end());
    std::sort(sorted.begin(), sorted.end());
    for (auto from = sorted.begin(); from != sorted.end();) {
      auto const to = std::upper_bound(from, sorted.end(), *from);
      double const t = static_cast<double>(to - from);
      sums.pairs += t * (t - 1) / 2;
      sums.variance += t * (t - 1) * (2 * t + 5);
      sums.triples += t * (t - 1) * (t - 2);
      from = to;
    }
    return sums;
  };
  for (std::size_t i = 0; i != n; ++i)
    for (std::size_t j = 0; j != i; ++j) {
      double const product = (x[i] < x[j]   ? -1.0
                              : x[i] > x[j] ? 1.0
                                            : 0.0) *
                             (y[i] < y[j]   ? -1.0
                              : y[i] > y[j] ? 1
                                            : 0);
      concordant += product > 0 ? 1 : 0;
      discordant += product < 0 ? 1 : 0;
    }
  auto const in_x = tied(x), in_y = tied(y);
  double const m = static_cast<double>(n), pairs = m * (m - 1) / 2;
  double const tau = (concordant - discordant) / std::sqrt((pairs - in_x.pairs) * (pairs - in_y.pairs));
  if (in_x.pairs == 0 && in_y.pairs == 0) {
    auto const fewer = static_cast<std::size_t>(std::fmin(concordant, discordant));
    return {tau, std::fmin(1, 2 * detail::share_of_orders(n, fewer))};
  }
  double const variance = (m * (m - 1) * (2 * m + 5) - in_x.variance - in_y.variance) / 18 +
                          2 * in_x.pairs * in_y.pairs / (m * (m - 1)) +
                          in_x.triples * in_y.triples / (9 * m * (m - 1) * (m - 2));
  return {tau, normal_tails((concordant - discordant) / std::sqrt(variance))};
}

/// Does a cheap proxy of the loss (such as the loss at the median width) rank configurations as their best loss does?
struct rank_preservation {
  correlation_test pearson;
  spearman_test spearman;
  correlation_test kendall;
  double r_squared;        // of the line through the pairs
  std::size_t proxy_best;  // index of the configuration with the best proxy
  std::size_t best;        // index of the configuration with the least loss
  double regret;           // loss of proxy_best − least loss
  double spread;           // worst loss − least loss
  bool preserved;  // Spearman's p below 0.05, rank correlation above 0, and regret below `tolerance`·least loss
};

/// Tests a proxy against the loss, one number per configuration. \throws std::invalid_argument as `pearson`
inline rank_preservation test_rank_preservation(std::span<double const> proxy, std::span<double const> loss,
                                                double tolerance = 1e-3) {
  correlation_test const r = pearson(proxy, loss);
  rank_preservation result{r, spearman(proxy, loss), kendall(proxy, loss), r.value * r.value, 0, 0, 0, 0, false};
  auto const [least, most] = std::minmax_element(loss.begin(), loss.end());
  result.best = static_cast<std::size_t>(least - loss.begin());
  result.proxy_best = static_cast<std::size_t>(std::min_element(proxy.begin(), proxy.end()) - proxy.begin());
  result.regret = loss[result.proxy_best] - *least;
  result.spread = *most - *least;
  double const p = result.spearman.exact_p != 0 ? result.spearman.exact_p : result.spearman.p;
  result.preserved = result.spearman.value > 0 && p < 0.05 && result.regret <= tolerance * *least;
  return result;
}

}  // namespace moetric::v0::fit
