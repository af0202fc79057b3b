#pragma once

#include <cmath>
#include <utility>

#include "moetric/core/root.hpp"
#include "moetric/optimum/normal_quantile.hpp"

/// Tails and quantiles of the distributions that tests and intervals need, to a relative 1e-12.
namespace moetric::v0::fit {
namespace detail {

/// What Stirling's series adds to ln Γ(x) ≈ (x − 1/2)·ln x − x + ln √(2π), to the last digit from x = 10 on.
inline double stirling_rest(double x) {
  double const i = 1 / x, i2 = i * i;
  return i * (1. / 12 - i2 * (1. / 360 - i2 * (1. / 1260 - i2 * (1. / 1680 - i2 * (1. / 1188 - i2 * 691. / 360360)))));
}

/// ln Γ(x) of x > 0, below 10 by Γ(x + 1) = x·Γ(x). std::lgamma is not for threads: it writes a sign to a global.
inline double log_gamma(double x) {
  double product = 1;
  for (; x < 10; ++x) product *= x;
  return (x - 0.5) * std::log(x) - x + 0.91893853320467274178 + stirling_rest(x) - std::log(product);
}

/// ln B(a, b) = ln Γ(a) + ln Γ(b) − ln Γ(a + b), without the difference of large numbers where one is large.
inline double log_beta(double a, double b) {
  if (a > b) std::swap(a, b);
  if (b < 10) return log_gamma(a) + log_gamma(b) - log_gamma(a + b);
  double const growth =
      (b - 0.5) * std::log1p(a / b) + a * std::log(a + b) - a + stirling_rest(a + b) - stirling_rest(b);
  return log_gamma(a) - growth;
}

/// A continued fraction b0 + a1/(b1 + a2/(b2 + ...)) by the modified method of Lentz; `term(i)` gives {a_i, b_i}.
template <class Term>
double continued_fraction(double b0, Term const& term) {
  constexpr double tiny = 1e-300;
  double value = b0 == 0 ? tiny : b0, c = value, d = 0;
  for (int i = 1; i != 100'000; ++i) {
    auto const [a, b] = term(i);
    d = b + a * d, c = b + a / c;
    if (d == 0) d = tiny;
    if (c == 0) c = tiny;
    d = 1 / d;
    value *= c * d;
    if (std::fabs(c * d - 1) < 1e-16) break;
  }
  return value;
}

/// The regularised incomplete beta function I_x(a, b), with y = 1 − x. Source: DLMF 8.17.22
inline double incomplete_beta(double a, double b, double x, double y) {
  if (x <= 0) return 0;
  if (y <= 0) return 1;
  if (x > (a + 1) / (a + b + 2)) return 1 - incomplete_beta(b, a, y, x);
  struct parts {
    double a, b;
  };
  double const fraction = continued_fraction(1, [&](int i) -> parts {
    int const half = i / 2;
    double const m = half;
    if (i % 2 != 0) return {-(a + m) * (a + b + m) * x / ((a + 2 * m) * (a + 2 * m + 1)), 1};
    return {m * (b - m) * x / ((a + 2 * m - 1) * (a + 2 * m)), 1};
  });
  // The smaller of x and y is the exact one.
  double const log_x = x < y ? std::log(x) : std::log1p(-y), log_y = y < x ? std::log(y) : std::log1p(-x);
  return std::exp(a * log_x + b * log_y - log_beta(a, b) - std::log(a)) / fraction;
}

/// The regularised lower incomplete gamma function P(a, x). Source: DLMF 8.11.4 and 8.9.2
inline double incomplete_gamma(double a, double x) {
  if (x <= 0) return 0;
  double const front = std::exp(a * std::log(x) - x - log_gamma(a));
  if (x < a + 1) {
    double term = 1 / a, sum = term;
    for (double n = a + 1; term > 1e-17 * sum; ++n) sum += term *= x / n;
    return front * sum;
  }
  struct parts {
    double a, b;
  };
  return 1 - front / continued_fraction(x + 1 - a, [&](int i) -> parts { return {-i * (i - a), x + 2 * i + 1 - a}; });
}

}  // namespace detail

/// P(|T| > t) of Student's distribution, the p-value of a two-sided test.
inline double students_t_tails(double t, double freedom) {
  double const square = t * t;
  return detail::incomplete_beta(freedom / 2, 0.5, freedom / (freedom + square), square / (freedom + square));
}

/// The t of Student's distribution with P(|T| <= t) = confidence, so that value ± t·error is an interval of it.
inline double students_t_quantile(double confidence, double freedom) {
  if (!(confidence > 0)) return 0;
  auto const excess = [&](double log_t) {  // of whichever of centre and tails is the smaller
    double const square = std::exp(2 * log_t), x = square / (freedom + square), y = freedom / (freedom + square);
    if (confidence < 0.5) return std::log(detail::incomplete_beta(0.5, freedom / 2, x, y) / confidence);
    return std::log((1 - confidence) / detail::incomplete_beta(freedom / 2, 0.5, y, x));
  };
  return std::exp(root_near(excess, std::log(optimum::normal_quantile(0.5 + confidence / 2)), -300, 300));
}

/// The x below which a chi-squared number lies with probability p.
inline double chi_squared_quantile(double p, double freedom) {
  auto const excess = [&](double log_x) {
    return std::log(detail::incomplete_gamma(freedom / 2, std::exp(log_x) / 2) / p);
  };
  return std::exp(root_near(excess, std::log(freedom), -700, 700));
}

/// P(F > f) of Fisher's distribution.
inline double fisher_f_tail(double f, double freedom_above, double freedom_below) {
  double const above = freedom_above * f, sum = above + freedom_below;
  return detail::incomplete_beta(freedom_below / 2, freedom_above / 2, freedom_below / sum, above / sum);
}

/// P(|Z| > z) of the standard normal distribution.
inline double normal_tails(double z) {
  return std::erfc(std::fabs(z) * 0.70710678118654752440);
}

}  // namespace moetric::v0::fit
