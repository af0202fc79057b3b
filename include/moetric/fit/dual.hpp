#pragma once

#include "moetric/version.hpp"

#include <array>
#include <cmath>
#include <cstddef>

namespace moetric::v0::fit {

/// A number with its derivatives by n coefficients. A law's own form runs on it, so gradients are of no second formula.
template <std::size_t n>
struct dual {
  double value = 0;
  std::array<double, n> by{};

  constexpr dual() = default;
  constexpr dual(double constant) : value(constant) {}
  /// The coefficient of that index.
  static constexpr dual variable(double at, std::size_t index) {
    dual result(at);
    result.by[index] = 1;
    return result;
  }

  /// f(x) by the chain rule: value f and derivative slope.
  constexpr dual chained(double f, double slope) const {
    dual result(f);
    for (std::size_t i = 0; i != n; ++i) result.by[i] = slope * by[i];
    return result;
  }

  friend constexpr dual operator-(dual const& a) { return a.chained(-a.value, -1); }
  friend constexpr dual operator+(dual a, dual const& b) {
    a.value += b.value;
    for (std::size_t i = 0; i != n; ++i) a.by[i] += b.by[i];
    return a;
  }
  friend constexpr dual operator-(dual a, dual const& b) {
    a.value -= b.value;
    for (std::size_t i = 0; i != n; ++i) a.by[i] -= b.by[i];
    return a;
  }
  friend constexpr dual operator*(dual const& a, dual const& b) {
    dual result(a.value * b.value);
    for (std::size_t i = 0; i != n; ++i) result.by[i] = a.by[i] * b.value + a.value * b.by[i];
    return result;
  }
  friend constexpr dual operator/(dual const& a, dual const& b) {
    double const inverse = 1 / b.value, quotient = a.value * inverse;
    dual result(quotient);
    for (std::size_t i = 0; i != n; ++i) result.by[i] = (a.by[i] - quotient * b.by[i]) * inverse;
    return result;
  }
  // With a constant there is less to do.
  friend constexpr dual operator+(dual a, double b) {
    a.value += b;
    return a;
  }
  friend constexpr dual operator+(double a, dual const& b) { return b + a; }
  friend constexpr dual operator-(dual const& a, double b) { return a + -b; }
  friend constexpr dual operator-(double a, dual const& b) { return -b + a; }
  friend constexpr dual operator*(dual const& a, double b) { return a.chained(a.value * b, b); }
  friend constexpr dual operator*(double a, dual const& b) { return b * a; }
  friend constexpr dual operator/(dual const& a, double b) { return a.chained(a.value / b, 1 / b); }
  friend constexpr dual operator/(double a, dual const& b) { return b.chained(a / b.value, -a / (b.value * b.value)); }
  friend constexpr bool operator<(dual const& a, dual const& b) { return a.value < b.value; }
  friend constexpr bool operator>(dual const& a, dual const& b) { return b < a; }

  friend dual exp(dual const& x) {
    double const e = std::exp(x.value);
    return x.chained(e, e);
  }
  friend dual log(dual const& x) { return x.chained(std::log(x.value), 1 / x.value); }
  friend dual sqrt(dual const& x) {
    double const root = std::sqrt(x.value);
    return x.chained(root, 0.5 / root);
  }
};

}  // namespace moetric::v0::fit
