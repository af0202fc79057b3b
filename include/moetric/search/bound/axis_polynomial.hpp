#pragma once

#include <cstdint>
#include <vector>

#include "moetric/core/interval.hpp"
#include "moetric/search/bound/affine_bound.hpp"
#include "moetric/search/formula/cubic.hpp"
#include "moetric/search/formula/rational_function.hpp"
#include "moetric/search/space/space.hpp"

namespace moetric::v0::search {

/// A polynomial in the values of a space's axes with positive coefficients only.
class axis_polynomial {
 public:
  axis_polynomial() = default;
  /// The terms of a polynomial in fields that have one sign (negative or not), with the magnitudes of their factors.
  [[gnu::cold]] axis_polynomial(space const& over, polynomial const& source, bool negative) {
    bool whole = true;
    for (polynomial::monomial const& each : source.terms()) {
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

  /// True if the polynomial is 0.
  bool empty() const { return products_.empty(); }
  /// True if no axis occurs.
  bool is_constant() const { return axes_ == 0; }
  /// The value of a constant polynomial.
  double constant() const { return products_.empty() ? 0 : products_[0].factor; }
  /// The axes that occur, as a bit mask.
  std::uint32_t axes() const { return axes_; }
  /// The axes that occur in terms that are not 0 where the axes have at most these values.
  std::uint32_t axes(std::array<double, n_fields> const& high) const {
    std::uint32_t found = 0;
    for (product const& each : products_)
      if (each.at(high) != 0)
        for (std::uint8_t i = 0; i != each.n_axes; ++i) found |= std::uint32_t{1} << each.axes[i];
    return found;
  }

  /// The value at these values of the axes.
  double at(std::array<double, n_fields> const& values) const {
    double sum = 0;
    for (product const& each : products_) sum += each.at(values);
    return sum;
  }
  /// The highest power of an axis.
  int degree(std::size_t axis) const { return highest_[axis]; }
  /// What remains along two axes, x^i·y^j for i <= 1 and j <= 3, as one cubic in y for each power of x. `values` are
  /// those of the other axes, and must be 1 for these two.
  std::array<cubic, 2> along(std::size_t line, std::size_t other, std::array<double, n_fields> const& values) const {
    std::array<cubic, 2> plane{};
    for (product const& each : products_)
      plane[static_cast<std::size_t>(each.degree[line])][static_cast<std::size_t>(each.degree[other])] +=
          each.at(values);
    return plane;
  }
  /// Bounds over a box, given the axes' values at its ends. Exact if all coefficients and values are whole numbers and
  /// the largest value of the polynomial is below 2^53.
  interval over(std::array<double, n_fields> const& low, std::array<double, n_fields> const& high) const {
    interval const ends{at(low), at(high)};
    return units_ == 0 ? ends : interval::rounded(ends.low, ends.high, units_);
  }

  /// A lower bound of the logarithm, in a box where it is not -infinity. The logarithm is convex in the logarithms of
  /// the axes, so its tangent is a bound; the slope is the mean degree, weighted by the terms' shares.
  affine_bound logarithm_below(frame const& in) const {
    double sum = 0;
    affine_bound line;
    for (product const& each : products_) {
      double const value = each.at(in.value);
      sum += value;
      for (std::size_t a = 0; a != n_fields; ++a) line.slope[a] += value * each.degree[a];
    }
    return with_rounding_error(detail::tangent(line, std::log(sum), 1 / sum));
  }
  /// An upper bound of the logarithm. The largest term is factored out; the rest is a sum of ratios, each of which is
  /// bounded by its secant, and the logarithm of the sum is bounded by its tangent.
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
    return with_rounding_error(sum + affine_bound{0, products_[largest].degree});
  }

  friend bool operator==(axis_polynomial const& a, axis_polynomial const& b) {
    return a.products_ == b.products_ && a.units_ == b.units_;
  }

 private:
  struct product {
    double factor;
    std::array<double, n_fields> degree{};
    std::array<std::uint8_t, std::size_t{2} * polynomial::most_degree> axes{};  // an axis once per power
    std::uint8_t n_axes = 0;

    double at(std::array<double, n_fields> const& values) const {
      double value = factor;
      for (std::uint8_t i = 0; i != n_axes; ++i) value *= values[axes[i]];
      return value;
    }
    friend bool operator==(product const&, product const&) = default;
  };

  /// Adds the rounding error of the axes' logarithms, the products and their sum: a few hundred units in the last place
  /// at most.
  static affine_bound with_rounding_error(affine_bound const& bound) {
    return {bound.at_point, bound.slope, 0x1p-42 * (1 + std::fabs(bound.at_point))};
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
  std::array<int, n_fields> highest_{};  // the highest power of each axis
  int units_ = 0;                        // by how many units in the last place values may be off
  mutable std::vector<double> values_{};
};

}  // namespace moetric::v0::search
