#pragma once

#include "moetric/version.hpp"

#include <type_traits>

namespace moetric::v0::simd {

/// A number together with its logarithm, so that laws, whose powers are exp(exponent·log x), can reuse it: the
/// logarithm of a product is a sum, and that of an exponential its argument. Unused members are optimised away.
template <class Number>
class with_logarithm {
 public:
  with_logarithm() : with_logarithm(0) {}
  template <class Constant>
  requires std::is_arithmetic_v<Constant> with_logarithm(Constant value) : with_logarithm(Number(value)) {}
  explicit with_logarithm(Number const& value) : with_logarithm(value, log(value)) {}
  with_logarithm(Number const& value, Number const& logarithm) : with_logarithm(value, logarithm, Number(1), value) {}

  /// The number itself.
  Number const& value() const { return value_; }

  friend with_logarithm operator+(with_logarithm const& a, with_logarithm const& b) {
    return with_logarithm(fma(b.factor_, b.cofactor_, a.value_));
  }
  friend with_logarithm operator-(with_logarithm const& a, with_logarithm const& b) {
    return with_logarithm(a.value_ - b.value_);
  }
  friend with_logarithm operator-(with_logarithm const& a) { return with_logarithm(-a.value_); }
  friend with_logarithm operator*(with_logarithm const& a, with_logarithm const& b) {
    return {a.value_ * b.value_, a.log_ + b.log_, a.value_, b.value_};
  }
  friend with_logarithm operator/(with_logarithm const& a, with_logarithm const& b) {
    return {a.value_ / b.value_, a.log_ - b.log_};
  }
  friend with_logarithm min(with_logarithm const& a, with_logarithm const& b) {
    return {min(a.value_, b.value_), min(a.log_, b.log_)};
  }
  friend with_logarithm exp(with_logarithm const& a) { return {exp_of_product(a.factor_, a.cofactor_), a.value_}; }
  friend with_logarithm log(with_logarithm const& a) { return with_logarithm(a.log_); }

 private:
  with_logarithm(Number const& value, Number const& logarithm, Number const& factor, Number const& cofactor)
      : value_(value), log_(logarithm), factor_(factor), cofactor_(cofactor) {}

  Number value_;
  Number log_;
  Number factor_, cofactor_;  // the value as a product, which an exponential or a sum need not compute
};

}  // namespace moetric::v0::simd
