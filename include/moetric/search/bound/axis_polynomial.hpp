#pragma once

#include <cstdint>
#include <vector>

#include "moetric/core/interval.hpp"
#include "moetric/search/bound/affine_bound.hpp"
#include "moetric/search/formula/cubic.hpp"
#include "moetric/search/formula/rational_function.hpp"
#include "moetric/search/space/space.hpp"

namespace moetric::v0::search {

/// A sum of products of the values of a space's axes, all of its coefficients above 0.
class axis_polynomial {
 public:
  axis_polynomial() = default;
  /// The products of a polynomial in fields that have factors of one sign, with their factors' magnitudes.
  axis_polynomial(space const& over, polynomial const& of, bool negative) {
    bool whole = true;
    for (polynomial::monomial const& each : of.terms()) {
      if ((each.factor < 0) != negative) continue;
      product made{std::fabs(each.factor)};
      for (std::size_t i = 0; i != n_fields; ++i)
        for (int power = each.power(i); power != 0; --power) {
          made.factor *= over.constant_part(static_cast<field>(i));
          for (std::size_t const a : over.axes_of(static_cast<field>(i))) made.degree[a] += 1;
        }
      for (std::size_t a = 0; a != over.n_axes(); ++a)
        for (double d = made.degree[a]; d > 0; --d) made.axes[made.n_axes++] = static_cast<std::uint8_t>(a);
      add(made);
    }
    for (product const& each : products_) {
      whole = whole && each.factor == std::floor(each.factor);
      for (std::size_t a = 0; a != over.n_axes(); ++a)
        if (each.degree[a] != 0) {
          highest_[a] = std::max(highest_[a], static_cast<int>(each.degree[a]));
          axes_ |= std::uint32_t{1} << a;
          whole = whole && !over.axes()[a].base;
        }
    }
    std::array<double, n_fields> top{};
    for (std::size_t a = 0; a != over.n_axes(); ++a) top[a] = over.axis_value(a, over.n_values(a) - 1);
    units_ = whole && at(top) < 0x1p53 ? 0 : 64;
  }

  bool empty() const { return products_.empty(); }
  bool is_constant() const { return axes_ == 0; }
  double constant() const { return products_.empty() ? 0 : products_[0].factor; }
  /// Axes that it changes along, one bit each.
  std::uint32_t axes() const { return axes_; }
  /// The same where axes have these values at most, so that products of one that is 0 are all 0.
  std::uint32_t axes(std::array<double, n_fields> const& high) const {
    std::uint32_t found = 0;
    for (product const& each : products_)
      if (each.at(high) != 0)
        for (std::uint8_t i = 0; i != each.n_axes; ++i) found |= std::uint32_t{1} << each.axes[i];
    return found;
  }

  double at(std::array<double, n_fields> const& values) const {
    double sum = 0;
    for (product const& each : products_) sum += each.at(values);
    return sum;
  }
  /// The highest power of an axis.
  int degree(std::size_t axis) const { return highest_[axis]; }
  /// Coefficients of what is left along two axes, the first of degree 1 and the second of 3 at most, the others having
  /// these values and the two the value 1.
  std::array<cubic, 2> along(std::size_t line, std::size_t other, std::array<double, n_fields> const& values) const {
    std::array<cubic, 2> plane{};
    for (product const& each : products_)
      plane[static_cast<std::size_t>(each.degree[line])][static_cast<std::size_t>(each.degree[other])] +=
          each.at(values);
    return plane;
  }
  /// Over a box whose axes have these values at their ends. Exact where all is whole, which below 2^53 it is.
  interval over(std::array<double, n_fields> const& low, std::array<double, n_fields> const& high) const {
    interval const ends{at(low), at(high)};
    return units_ == 0 ? ends : interval::rounded(ends.low, ends.high, units_);
  }

  /// Its logarithm from below, in a box where it is not 0: convex, so its tangent, whose slope is the mean degree by
  /// shares.
  affine_bound logarithm_below(frame const& in) const {
    double sum = 0;
    affine_bound line;
    for (product const& each : products_) {
      double const value = each.at(in.value);
      sum += value;
      for (std::size_t a = 0; a != n_fields; ++a) line.slope[a] += value * each.degree[a];
    }
    return counted(detail::tangent(line, std::log(sum), 1 / sum));
  }
  /// The same from above. Its largest product is taken out; what is left is a sum of ratios, each below its secant, and
  /// the logarithm of a sum is below its tangent.
  affine_bound logarithm_above(frame const& in) const {
    std::size_t largest = 0;
    values_.resize(products_.size());
    for (std::size_t i = 0; i != products_.size(); ++i) {
      values_[i] = products_[i].at(in.value);
      if (values_[i] > values_[largest]) largest = i;
    }
    affine_bound ratios{1, {}};
    for (std::size_t i = 0; i != products_.size(); ++i) {
      if (i == largest || values_[i] == 0) continue;
      affine_bound ratio;
      for (std::size_t a = 0; a != n_fields; ++a)
        ratio.slope[a] = products_[i].degree[a] - products_[largest].degree[a];
      double const size = values_[i] / values_[largest];
      ratios = ratios + size * detail::secant(ratio, in, [](double x) { return std::exp(x); });
    }
    affine_bound const sum = detail::tangent(ratios, std::log(values_[largest] * ratios.at_point), 1 / ratios.at_point);
    return counted(sum + affine_bound{0, products_[largest].degree});
  }

  friend bool operator==(axis_polynomial const& a, axis_polynomial const& b) {
    return a.products_ == b.products_ && a.units_ == b.units_;
  }

 private:
  struct product {
    double factor;
    std::array<double, n_fields> degree{};
    std::array<std::uint8_t, 2 * polynomial::most_degree> axes{};  // each as often as it is a factor
    std::uint8_t n_axes = 0;

    double at(std::array<double, n_fields> const& values) const {
      double value = factor;
      for (std::uint8_t i = 0; i != n_axes; ++i) value *= values[axes[i]];
      return value;
    }
    friend bool operator==(product const&, product const&) = default;
  };

  /// With what the logarithms of axes, products and their sum lose: some hundred bits of the last place at most.
  static affine_bound counted(affine_bound const& of) {
    return {of.at_point, of.slope, 0x1p-42 * (1 + std::fabs(of.at_point))};
  }

  void add(product const& next) {
    if (next.factor == 0) return;
    for (product& each : products_)
      if (each.degree == next.degree) {
        each.factor += next.factor;
        return;
      }
    products_.push_back(next);
  }

  std::vector<product> products_{};
  std::uint32_t axes_ = 0;
  std::array<int, n_fields> highest_{};  // power of each axis
  int units_ = 0;                        // in the last place that values may be off
  mutable std::vector<double> values_{};
};

}  // namespace moetric::v0::search
