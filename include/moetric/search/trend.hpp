#pragma once

#include <array>

#include "moetric/core/interval.hpp"
#include "moetric/search/field.hpp"

namespace moetric::inline v0::search {

/// The intervals of derivatives along all axes. They are rounded to nearest: who uses them allows for it.
struct slopes {
  std::array<double, n_fields> low{};
  std::array<double, n_fields> high{};

  friend constexpr slopes operator+(slopes const& a, slopes const& b) {
    slopes sum;
    for (std::size_t i = 0; i != n_fields; ++i) sum.low[i] = a.low[i] + b.low[i];
    for (std::size_t i = 0; i != n_fields; ++i) sum.high[i] = a.high[i] + b.high[i];
    return sum;
  }
  friend constexpr slopes operator-(slopes const& a) {
    slopes negative;
    for (std::size_t i = 0; i != n_fields; ++i) negative.low[i] = -a.high[i];
    for (std::size_t i = 0; i != n_fields; ++i) negative.high[i] = -a.low[i];
    return negative;
  }
  friend constexpr slopes operator*(slopes const& a, interval by) {
    if (by.high < 0) return -a * interval{-by.high, -by.low};
    slopes product;
    if (by.low >= 0) {
      for (std::size_t i = 0; i != n_fields; ++i) product.low[i] = smaller(a.low[i] * by.low, a.low[i] * by.high);
      for (std::size_t i = 0; i != n_fields; ++i) product.high[i] = larger(a.high[i] * by.low, a.high[i] * by.high);
      return product;
    }
    for (std::size_t i = 0; i != n_fields; ++i) product.low[i] = smaller(a.low[i] * by.high, a.high[i] * by.low);
    for (std::size_t i = 0; i != n_fields; ++i) product.high[i] = larger(a.high[i] * by.high, a.low[i] * by.low);
    return product;
  }
  friend constexpr slopes hull(slopes const& a, slopes const& b) {
    slopes both;
    for (std::size_t i = 0; i != n_fields; ++i) both.low[i] = smaller(a.low[i], b.low[i]);
    for (std::size_t i = 0; i != n_fields; ++i) both.high[i] = larger(a.high[i], b.high[i]);
    return both;
  }
  /// Between a and b, b's part being within a share: each end is that of one of the share's.
  friend constexpr slopes average(slopes const& a, slopes const& b, interval share_of_b) {
    double const least = share_of_b.low, most = share_of_b.high;
    slopes mean;
    for (std::size_t i = 0; i != n_fields; ++i)
      mean.low[i] = smaller(a.low[i] + least * (b.low[i] - a.low[i]), a.low[i] + most * (b.low[i] - a.low[i]));
    for (std::size_t i = 0; i != n_fields; ++i)
      mean.high[i] = larger(a.high[i] + least * (b.high[i] - a.high[i]), a.high[i] + most * (b.high[i] - a.high[i]));
    return mean;
  }
  constexpr bool rise() const {
    bool all = true;
    for (double const each : low) all &= each >= 0;
    return all;
  }

 private:
  static constexpr double smaller(double a, double b) { return a < b ? a : b; }
  static constexpr double larger(double a, double b) { return a > b ? a : b; }
};

/// A number over a box of configurations: the interval that it lies in, and for each axis the interval of its
/// derivative along that axis, so that a box is bounded by its slopes too.
///
/// An axis is measured by the logarithm of its value, and a derivative may be relative, d ln value: relative ones add
/// up in products, and in sums of positive numbers they are averaged, so they stay narrow where the counts of a box
/// differ by factors. Formulas and laws run on it like on any other number.
struct trend {
  enum class kind : unsigned char { constant, relative, absolute };

  interval value{};
  search::slopes slopes{};  // 0 of a constant
  kind is = kind::constant;

  constexpr trend() = default;
  constexpr trend(int of) : value(of) {}
  constexpr trend(double of) : value(of) {}
  constexpr explicit trend(interval of) : value(of) {}
  constexpr trend(interval of, search::slopes const& with, kind as) : value(of), slopes(with), is(as) {}
  /// What an axis itself is: of relative slope 1, or where it may be 0 of absolute slope 1 in its own value.
  constexpr trend(interval of, std::size_t axis) : value(of), is(of.low > 0 ? kind::relative : kind::absolute) {
    slopes.low[axis] = slopes.high[axis] = 1;
  }

  /// d value
  constexpr search::slopes absolute() const { return is == kind::relative ? slopes * value : slopes; }

  friend constexpr trend operator*(trend const& a, trend const& b) {
    if (a.is == kind::constant) return b.scaled(a.value);
    if (b.is == kind::constant) return a.scaled(b.value);
    if (a.is == kind::relative && b.is == kind::relative)
      return {a.value * b.value, a.slopes + b.slopes, kind::relative};
    return {a.value * b.value, a.absolute() * b.value + b.absolute() * a.value, kind::absolute};
  }
  friend constexpr trend operator/(trend const& a, trend const& b) {
    interval const quotient = a.value / b.value;
    if (b.is == kind::constant) return a.scaled(1 / b.value);
    if (b.is == kind::relative && a.value.low > 0 && a.is != kind::absolute)
      return {quotient, a.slopes + -b.slopes, kind::relative};
    return {quotient, (a.absolute() + b.absolute() * -quotient) * (1 / b.value), kind::absolute};
  }
  friend constexpr trend operator+(trend const& a, trend const& b) {
    if (a.is_nothing()) return b;
    if (b.is_nothing()) return a;
    interval const sum = a.value + b.value;
    if (a.is == kind::constant && b.is == kind::constant) return trend(sum);
    // Counts rise, and are averaged by their shares; what may cancel is added as it is.
    if (!(sum.low > 0 && a.value.low >= 0 && b.value.low >= 0 && a.slopes.rise() && b.slopes.rise()))
      return {sum, a.absolute() + b.absolute(), kind::absolute};
    if (a.is == kind::absolute || b.is == kind::absolute)
      return {sum, a.part_of(sum, b.value) + b.part_of(sum, a.value), kind::relative};
    return {sum, average(a.slopes, b.slopes, share(b.value, a.value)), kind::relative};
  }
  friend constexpr trend operator-(trend const& a) { return {-a.value, -a.absolute(), as_absolute(a.is)}; }
  friend constexpr trend operator-(trend const& a, trend const& b) {
    if (b.is_nothing()) return a;
    return {a.value - b.value, a.absolute() + -b.absolute(),
            a.is == kind::constant ? as_absolute(b.is) : kind::absolute};
  }
  friend constexpr trend min(trend const& a, trend const& b) {
    if (a.value.high <= b.value.low) return a;
    if (b.value.high <= a.value.low) return b;
    return {min(a.value, b.value), hull(a.absolute(), b.absolute()), kind::absolute};
  }
  friend trend log(trend const& a) {
    return {log(a.value), a.is == kind::absolute ? a.slopes * (1 / a.value) : a.slopes, as_absolute(a.is)};
  }
  friend trend exp(trend const& a) {
    return {exp(a.value), a.absolute(), a.is == kind::constant ? kind::constant : kind::relative};
  }

 private:
  static constexpr kind as_absolute(kind k) { return k == kind::constant ? k : kind::absolute; }
  constexpr bool is_nothing() const { return is == kind::constant && value.low == 0 && value.high == 0; }
  /// a / (a + b), of numbers that are not negative.
  static constexpr interval share(interval a, interval b) {
    interval const least = interval(a.low) / (interval(a.low) + interval(b.high));
    interval const most = interval(a.high) / (interval(a.high) + interval(b.low));
    return {a.low > 0 ? least.low : 0, most.high < 1 ? most.high : 1};
  }
  /// What this part adds to the relative slopes of a sum.
  constexpr search::slopes part_of(interval sum, interval other) const {
    return is == kind::absolute ? slopes * (1 / sum) : slopes * share(value, other);
  }
  constexpr trend scaled(interval by) const {
    if (is == kind::constant || (by.low == 0 && by.high == 0)) return trend(value * by);
    if (is == kind::relative && by.low > 0) return {value * by, slopes, is};
    return {value * by, absolute() * by, kind::absolute};
  }
};

}  // namespace moetric::inline v0::search
