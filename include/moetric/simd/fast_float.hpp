#pragma once

#include "moetric/simd/batch.hpp"

namespace moetric::v0::simd {

/// Error bounds of `fast_float`; the polynomials' were verified exhaustively over all floats.
struct fast_float_errors {
  static constexpr double rounding = 0x1p-24;     // relative, of one operation
  static constexpr double smallest = 0x1p-126;    // smaller ones may be flushed to 0
  static constexpr double largest = 0x1p126;      // of every intermediate result
  static constexpr double largest_exponent = 80;  // of an argument of exp, its error included
  /// An upper bound of |log_of_mantissa(m) − (ln m − (m − 1)·ln 2)| for all m from 1 to 2.
  static constexpr double log_absolute = 1.4e-6;
  /// An upper bound of |exp2(r) / 2^r − 1| for all r from −0.501 to 0.501.
  static constexpr double exp_relative = 3.1e-6;
  /// Roundings besides the polynomials, fused or not. log: the power of two, ln 2, their product and the sum. exp: log2
  /// e, its product with a factor, and the product of that with the argument.
  static constexpr int log_roundings = 4, exp_roundings = 3;
};
/// Error bounds of double, with an `exp` and a `log` within four units in the last place, that is eight roundings. The
/// argument of exp_of_product is a rounded product.
struct double_errors {
  static constexpr double rounding = 0x1p-53;           // relative, of one operation
  static constexpr double smallest = 0x1p-1022;         // as of fast_float
  static constexpr double largest = 0x1p1022;           // as of fast_float
  static constexpr double largest_exponent = 700;       // as of fast_float
  static constexpr double log_absolute = 0;             // all of it is rounding
  static constexpr double exp_relative = 8 * rounding;  // four units in the last place
  static constexpr int log_roundings = 8, exp_roundings = 1;
};

/// Floats whose `exp` and `log` are short polynomials: the number type in which a float filter evaluates laws. The same
/// law on `error_bound` bounds the error of the result.
template <class Target = native>
class fast_float {
 public:
  using lanes_type = batch<float, Target>;

  fast_float() = default;
  template <class Number>
  requires std::is_arithmetic_v<Number> fast_float(Number value) : lanes_(value) {}
  explicit fast_float(lanes_type const& lanes) : lanes_(lanes) {}
  /// The underlying batch.
  lanes_type const& lanes() const { return lanes_; }

  friend fast_float operator+(fast_float const& a, fast_float const& b) { return fast_float(a.lanes_ + b.lanes_); }
  friend fast_float operator-(fast_float const& a, fast_float const& b) { return fast_float(a.lanes_ - b.lanes_); }
  friend fast_float operator*(fast_float const& a, fast_float const& b) { return fast_float(a.lanes_ * b.lanes_); }
  friend fast_float operator/(fast_float const& a, fast_float const& b) { return fast_float(a.lanes_ / b.lanes_); }
  friend fast_float operator-(fast_float const& a) { return fast_float(-a.lanes_); }
  friend fast_float fma(fast_float const& a, fast_float const& b, fast_float const& c) {
    return fast_float(fma(a.lanes_, b.lanes_, c.lanes_));
  }
  friend fast_float min(fast_float const& a, fast_float const& b) { return fast_float(min(a.lanes_, b.lanes_)); }

  /// ln a for normal a > 0. With a = m·2^n and 1 <= m < 2, the bits of a are those of 1 plus (n + m − 1)·2^23.
  friend fast_float log(fast_float const& a) {
    using integers = batch<std::int32_t, Target>;
    integers const bits = to_bits(a.lanes_), one(0x3f80'0000);
    lanes_type const m = from_bits((bits & integers(0x7f'ffff)) | one);
    constexpr double ln_2_over_2_to_23 = 0.69314718055994531 / 8388608;
    return fast_float(fma(to_float(bits - one), lanes_type(ln_2_over_2_to_23), log_of_mantissa(m)));
  }
  /// e^a for |a| <= 80.
  friend fast_float exp(fast_float const& a) { return exp_of_product(fast_float(1), a); }
  /// e^(factor·a). Saves a multiplication if the factor is constant.
  friend fast_float exp_of_product(fast_float const& factor, fast_float const& a) {
    // Adding 1.5·2^23 rounds to an integer, which is then found in the low bits.
    lanes_type const shift(12'582'912), scale = factor.lanes_ * lanes_type(1.4426950408889634);
    lanes_type const shifted = opaque(fma(a.lanes_, scale, shift));
    lanes_type const r = fma(a.lanes_, scale, opaque(shift - shifted));
    return fast_float(from_bits(to_bits(exp2_of_fraction(r)) + shift_left<23>(to_bits(shifted))));
  }

  /// ln m − (m − 1)·ln 2 for 1 <= m <= 2, as a polynomial in m − 3/2.
  static lanes_type log_of_mantissa(lanes_type const& m) {
    lanes_type const f = m - lanes_type(1.5);
    lanes_type value(-0.0178077053);
    for (double const coefficient :
         {0.0304492433, -0.0487814322, 0.0982314646, -0.222259238, -0.026463503, 0.0588918924})
      value = fma(value, f, lanes_type(coefficient));
    return value;
  }
  /// 2^r for −0.501 <= r <= 0.501.
  static lanes_type exp2_of_fraction(lanes_type const& r) {
    lanes_type const high = fma(r, lanes_type(0.0095701021), lanes_type(0.055917863));
    lanes_type const middle = fma(r, high, lanes_type(0.24024744));
    return fma(r, fma(r, middle, lanes_type(0.69312179)), lanes_type(0.99999928));
  }

 private:
  lanes_type lanes_;
};

}  // namespace moetric::v0::simd
