#pragma once

#include <cmath>
#include <limits>
#include <type_traits>

#include "moetric/simd/fast_float.hpp"

namespace moetric::v0::simd {

/// An interval of exact values, with a bound on how far a computation in `fast_float` or double may be from them.
///
/// It runs through the same law as they do, once per space, and so bounds the error of every loss: an operation
/// propagates its operands' errors and adds its rounding, and `exp` and `log` add their polynomials' errors. The error
/// is infinite where nothing can be proven, as for the logarithm of an interval that contains 0 or an exponential out
/// of range. The proof assumes that floating-point operations are not reassociated; it is void under -ffast-math.
template <class Errors = fast_float_errors>
class error_bound {
 public:
  error_bound() : error_bound(0) {}
  /// A constant, rounded.
  template <class Number>
  requires std::is_arithmetic_v<Number> error_bound(Number value)
      : error_bound(static_cast<double>(value), static_cast<double>(value)) {}
  /// A number between low and high with a relative error, then rounded.
  error_bound(double low, double high, double relative = 0) : error_bound(rounded(low, high, infinity, relative)) {}

  /// A number between low and high with an absolute error.
  static error_bound within(double low, double high, double error) { return error_bound(low, high, error, infinity); }

  /// The same number where its exact value lies between low and high.
  error_bound between(double low, double high) const {
    return error_bound(std::fmax(low, low_), std::fmin(high, high_), error_, relative_);
  }

  /// The least exact value.
  double low() const { return low_; }
  /// The greatest exact value.
  double high() const { return high_; }
  /// An upper bound of |computed − exact| for every exact value from low to high.
  double error() const { return error_; }

  friend error_bound operator+(error_bound const& a, error_bound const& b) {
    bool const one_sign = (a.low_ > 0 && b.low_ > 0) || (a.high_ < 0 && b.high_ < 0);
    return rounded(a.low_ + b.low_, a.high_ + b.high_, a.error_ + b.error_,
                   one_sign ? std::fmax(a.relative_, b.relative_) : infinity);
  }
  friend error_bound operator-(error_bound const& a) { return error_bound(-a.high_, -a.low_, a.error_, a.relative_); }
  friend error_bound operator-(error_bound const& a, error_bound const& b) { return a + -b; }
  friend error_bound operator*(error_bound const& a, error_bound const& b) {
    error_bound const exact = product(a, b);
    return rounded(exact.low_, exact.high_, exact.error_, exact.relative_);
  }
  friend error_bound operator/(error_bound const& a, error_bound const& b) {
    if (!(b.smallest() > 0 && b.relative_ < 0.5)) return unknown();
    auto const [low, high] = ends(a.low_ / b.low_, a.low_ / b.high_, a.high_ / b.low_, a.high_ / b.high_);
    double const relative = (1 + a.relative_) / (1 - b.relative_) - 1;
    double const of_divisor = 1 / (1 - b.relative_);
    return rounded(low, high,
                   of_divisor * (a.error_ / b.smallest() + std::fmax(std::fabs(low), std::fabs(high)) * b.relative_),
                   relative);
  }
  friend error_bound fma(error_bound const& a, error_bound const& b, error_bound const& c) { return a * b + c; }
  friend error_bound min(error_bound const& a, error_bound const& b) {
    return error_bound(std::fmin(a.low_, b.low_), std::fmin(a.high_, b.high_), std::fmax(a.error_, b.error_),
                       std::fmax(a.relative_, b.relative_));
  }
  friend error_bound log(error_bound const& a) {
    if (!(a.low_ > 2 * Errors::smallest && a.high_ < Errors::largest && a.relative_ < 0.5)) return unknown();
    double const low = std::log(a.low_), high = std::log(a.high_), largest = std::fmax(std::fabs(low), std::fabs(high));
    return error_bound(low, high,
                       -std::log1p(-a.relative_) + Errors::log_absolute + Errors::log_roundings * unit * (largest + 1),
                       infinity);
  }
  /// e^(factor·a), as the number types of screens compute it.
  friend error_bound exp_of_product(error_bound const& factor, error_bound const& a) { return exp(product(factor, a)); }
  friend error_bound exp(error_bound const& a) {
    if (!(a.largest() + a.error_ <= Errors::largest_exponent)) return unknown();
    // What remains of the argument next to the power of two is below 1, and is rounded.
    double const own = Errors::exp_relative + unit * (Errors::exp_roundings * a.largest() + 1);
    return error_bound(std::exp(a.low_), std::exp(a.high_), infinity, own + (1 + own) * std::expm1(a.error_));
  }

 private:
  static constexpr double infinity = std::numeric_limits<double>::infinity();
  // The rounding of one operation, and a margin for the doubles used here.
  static constexpr double unit = 1.01 * Errors::rounding;
  static constexpr double tiny = Errors::smallest;  // smaller values may be flushed to 0

  struct pair {
    double low, high;
  };
  static pair ends(double a, double b, double c, double d) {
    return {std::fmin(std::fmin(a, b), std::fmin(c, d)), std::fmax(std::fmax(a, b), std::fmax(c, d))};
  }

  /// The product before rounding.
  static error_bound product(error_bound const& a, error_bound const& b) {
    auto const [low, high] = ends(a.low_ * b.low_, a.low_ * b.high_, a.high_ * b.low_, a.high_ * b.high_);
    return error_bound(low, high, a.largest() * b.error_ + b.largest() * a.error_ + a.error_ * b.error_,
                       (1 + a.relative_) * (1 + b.relative_) - 1);
  }
  /// Either error may be infinite; it then follows from the other.
  error_bound(double low, double high, double error, double relative) : low_(low), high_(high) {
    error_ = largest() > 0 ? std::fmin(error, relative * largest()) : error;
    relative_ = smallest() > 0 ? std::fmin(relative, error / smallest()) : infinity;
    if (!(largest() + error_ <= Errors::largest)) *this = unknown();
  }
  static error_bound rounded(double low, double high, double error, double relative) {
    error_bound number(low, high, error, relative);
    double const before = number.error_;
    number.error_ += unit * (number.largest() + before) + tiny;
    if (number.smallest() > 0) {
      number.relative_ += unit * (1 + number.relative_) + tiny / number.smallest();
      number.error_ = std::fmin(number.error_, number.relative_ * number.largest());
    }
    return number;
  }
  static error_bound unknown() {
    error_bound number(-1, 1, 0, 0);
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
