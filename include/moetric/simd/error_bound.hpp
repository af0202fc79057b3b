#pragma once

#include <cmath>
#include <limits>
#include <type_traits>

#include "moetric/simd/fast_float.hpp"

namespace moetric::v0::simd {

/// Where a number lies over a whole space, and how far its computation in `quick` or in double may be from it.
///
/// It runs through the same law as those do, once for a space, and so proves the error of every loss that they give: an
/// operation passes on the errors of its operands and adds its rounding, `exp` and `log` add those of
/// their polynomials. An error is infinite where nothing can be proven: for the logarithm of what may be 0, or an
/// exponential out of range. Floats must not be rearranged: under -ffast-math nothing is proven.
template <class Errors = quick_errors>
class bounded {
 public:
  bounded() : bounded(0) {}
  /// A constant, rounded.
  template <class Number>
  requires std::is_arithmetic_v<Number> bounded(Number value)
      : bounded(static_cast<double>(value), static_cast<double>(value)) {}
  /// A number from low to high that is known up to a relative error, then rounded.
  bounded(double low, double high, double relative = 0) : bounded(rounded(low, high, infinity, relative)) {}

  /// A number from low to high that is off by at most that much.
  static bounded within(double low, double high, double error) { return bounded(low, high, error, infinity); }

  /// What is known of it where it lies between two numbers.
  bounded between(double low, double high) const {
    return bounded(std::fmax(low, low_), std::fmin(high, high_), error_, relative_);
  }

  double low() const { return low_; }
  double high() const { return high_; }
  /// What |computed − exact| is at most, for every exact number from low to high.
  double error() const { return error_; }

  friend bounded operator+(bounded const& a, bounded const& b) {
    bool const one_sign = (a.low_ > 0 && b.low_ > 0) || (a.high_ < 0 && b.high_ < 0);
    return rounded(a.low_ + b.low_, a.high_ + b.high_, a.error_ + b.error_,
                   one_sign ? std::fmax(a.relative_, b.relative_) : infinity);
  }
  friend bounded operator-(bounded const& a) { return bounded(-a.high_, -a.low_, a.error_, a.relative_); }
  friend bounded operator-(bounded const& a, bounded const& b) { return a + -b; }
  friend bounded operator*(bounded const& a, bounded const& b) {
    bounded const exact = product(a, b);
    return rounded(exact.low_, exact.high_, exact.error_, exact.relative_);
  }
  friend bounded operator/(bounded const& a, bounded const& b) {
    if (!(b.smallest() > 0 && b.relative_ < 0.5)) return unknown();
    auto const [low, high] = ends(a.low_ / b.low_, a.low_ / b.high_, a.high_ / b.low_, a.high_ / b.high_);
    double const relative = (1 + a.relative_) / (1 - b.relative_) - 1;
    double const of_divisor = 1 / (1 - b.relative_);
    return rounded(low, high,
                   of_divisor * (a.error_ / b.smallest() + std::fmax(std::fabs(low), std::fabs(high)) * b.relative_),
                   relative);
  }
  friend bounded fma(bounded const& a, bounded const& b, bounded const& c) { return a * b + c; }
  friend bounded min(bounded const& a, bounded const& b) {
    return bounded(std::fmin(a.low_, b.low_), std::fmin(a.high_, b.high_), std::fmax(a.error_, b.error_),
                   std::fmax(a.relative_, b.relative_));
  }
  friend bounded log(bounded const& a) {
    if (!(a.low_ > 2 * Errors::smallest && a.high_ < Errors::largest && a.relative_ < 0.5)) return unknown();
    double const low = std::log(a.low_), high = std::log(a.high_), largest = std::fmax(std::fabs(low), std::fabs(high));
    return bounded(low, high,
                   -std::log1p(-a.relative_) + Errors::log_absolute + Errors::log_roundings * unit * (largest + 1),
                   infinity);
  }
  friend bounded exp_of_product(bounded const& factor, bounded const& a) { return exp(product(factor, a)); }
  friend bounded exp(bounded const& a) {
    if (!(a.largest() + a.error_ <= Errors::largest_exponent)) return unknown();
    // What is left of the argument beside the power of two is below 1, and rounded.
    double const own = Errors::exp_relative + unit * (Errors::exp_roundings * a.largest() + 1);
    return bounded(std::exp(a.low_), std::exp(a.high_), infinity, own + (1 + own) * std::expm1(a.error_));
  }

 private:
  static constexpr double infinity = std::numeric_limits<double>::infinity();
  // Of one operation, and of the doubles that are computed with here.
  static constexpr double unit = 1.01 * Errors::rounding;
  static constexpr double tiny = Errors::smallest;  // what is below may be flushed to 0

  struct pair {
    double low, high;
  };
  static pair ends(double a, double b, double c, double d) {
    return {std::fmin(std::fmin(a, b), std::fmin(c, d)), std::fmax(std::fmax(a, b), std::fmax(c, d))};
  }

  /// Not rounded.
  static bounded product(bounded const& a, bounded const& b) {
    auto const [low, high] = ends(a.low_ * b.low_, a.low_ * b.high_, a.high_ * b.low_, a.high_ * b.high_);
    return bounded(low, high, a.largest() * b.error_ + b.largest() * a.error_ + a.error_ * b.error_,
                   (1 + a.relative_) * (1 + b.relative_) - 1);
  }
  /// Either error may be infinite, and follows from the other.
  bounded(double low, double high, double error, double relative) : low_(low), high_(high) {
    error_ = largest() > 0 ? std::fmin(error, relative * largest()) : error;
    relative_ = smallest() > 0 ? std::fmin(relative, error / smallest()) : infinity;
    if (!(largest() + error_ <= Errors::largest)) *this = unknown();
  }
  static bounded rounded(double low, double high, double error, double relative) {
    bounded number(low, high, error, relative);
    double const before = number.error_;
    number.error_ += unit * (number.largest() + before) + tiny;
    if (number.smallest() > 0) {
      number.relative_ += unit * (1 + number.relative_) + tiny / number.smallest();
      number.error_ = std::fmin(number.error_, number.relative_ * number.largest());
    }
    return number;
  }
  static bounded unknown() {
    bounded number(-1, 1, 0, 0);
    number.low_ = -infinity;
    number.high_ = number.error_ = number.relative_ = infinity;
    return number;
  }

  double largest() const { return std::fmax(std::fabs(low_), std::fabs(high_)); }
  double smallest() const { return low_ > 0 ? low_ : high_ < 0 ? -high_ : 0; }

  double low_ = 0;
  double high_ = 0;
  double error_ = 0;     // |computed − exact| <= error
  double relative_ = 0;  // and |computed − exact| <= relative·|exact|
};

}  // namespace moetric::v0::simd
