#pragma once

#include "moetric/version.hpp"

#include <array>
#include <cmath>
#include <cstddef>

namespace moetric::v0 {

/// A number with its derivatives by n variables: automatic differentiation in forward mode. Laws run on it with their
/// own formula, so gradients need no second one. Comparisons are those of values.
template <std::size_t n = 1>
struct dual {
  double value = 0;
  std::array<double, n> by{};  // d value / d variable

  constexpr dual() = default;
  /// A constant: all derivatives are 0.
  constexpr dual(double constant) : value(constant) {}
  /// The variable of that index.
  static constexpr dual variable(double at, std::size_t index = 0) {
    dual x(at);
    x.by[index] = 1;
    return x;
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
    dual product(a.value * b.value);
    for (std::size_t i = 0; i != n; ++i) product.by[i] = a.by[i] * b.value + a.value * b.by[i];
    return product;
  }
  friend constexpr dual operator/(dual const& a, dual const& b) {
    double const inverse = 1 / b.value;
    dual quotient(a.value * inverse);
    for (std::size_t i = 0; i != n; ++i) quotient.by[i] = (a.by[i] - quotient.value * b.by[i]) * inverse;
    return quotient;
  }
  // A constant has no derivatives.
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

}  // namespace moetric::v0
