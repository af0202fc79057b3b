#pragma once

#include "moetric/simd/batch.hpp"

namespace moetric::v0::simd {

/// What arithmetic in `quick` is off by; that of the short polynomials as tests prove it by asking every float.
struct fast_float_errors {
  static constexpr double rounding = 0x1p-24;  // relative, of one operation
  static constexpr double smallest = 0x1p-126;
  static constexpr double largest = 0x1p126;
  static constexpr double largest_exponent = 80;
  /// |log_of_mantissa(m) − (ln m − (m − 1)·ln 2)| for every m from 1 to 2.
  static constexpr double log_absolute = 1.4e-6;
  /// |exp2(r) / 2^r − 1| for every r from −0.501 to 0.501.
  static constexpr double exp_relative = 3.1e-6;
  /// Beside the polynomials, fused or not: the power of two, ln 2, their product and the sum; log2 e, a factor times it
  /// and the argument times that.
  static constexpr int log_roundings = 4, exp_roundings = 3;
};
/// What arithmetic in double is off by, with an `exp` and a `log` of up to four units in the last place, which are
/// eight roundings. The exponential of a product has that product rounded.
struct double_errors {
  static constexpr double rounding = 0x1p-53;
  static constexpr double smallest = 0x1p-1022;
  static constexpr double largest = 0x1p1022;
  static constexpr double largest_exponent = 700;
  static constexpr double log_absolute = 0;
  static constexpr double exp_relative = 8 * rounding;
  static constexpr int log_roundings = 8, exp_roundings = 1;
};

/// Floats with an `exp` and a `log` of short polynomials: the number that laws are screened with. How far a loss in it
/// may be from the exact one is what the same law gives in `bounded`.
template <class Target = native>
class fast_float {
 public:
  using lanes_type = batch<float, Target>;

  fast_float() = default;
  template <class Number>
  requires std::is_arithmetic_v<Number> fast_float(Number value) : lanes_(value) {}
  explicit fast_float(lanes_type const& lanes) : lanes_(lanes) {}
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

  /// ln a for normal a above 0: a = m·2^n with m from 1 to 2, and the bits of a are those of 1 and (n + m − 1)·2^23
  /// more.
  friend fast_float log(fast_float const& a) {
    using integers = batch<std::int32_t, Target>;
    integers const bits = to_bits(a.lanes_), one(0x3f80'0000);
    lanes_type const m = from_bits((bits & integers(0x7f'ffff)) | one);
    constexpr double ln_2_over_2_to_23 = 0.69314718055994531 / 8388608;
    return fast_float(fma(to_float(bits - one), lanes_type(ln_2_over_2_to_23), log_of_mantissa(m)));
  }
  /// e^a for |a| <= 80.
  friend fast_float exp(fast_float const& a) { return exp_of_product(fast_float(1), a); }
  /// e^(factor·a), a multiplication less where the factor is that of many.
  friend fast_float exp_of_product(fast_float const& factor, fast_float const& a) {
    // Adding 1.5·2^23 rounds to whole numbers, which then stand in the low bits.
    lanes_type const shift(12'582'912), scale = factor.lanes_ * lanes_type(1.4426950408889634);
    lanes_type const shifted = opaque(fma(a.lanes_, scale, shift));
    lanes_type const r = fma(a.lanes_, scale, opaque(shift - shifted));
    return fast_float(from_bits(to_bits(exp2_of_fraction(r)) + shift_left<23>(to_bits(shifted))));
  }

  /// ln m − (m − 1)·ln 2 for m from 1 to 2, by a polynomial in m − 3/2.
  static lanes_type log_of_mantissa(lanes_type const& m) {
    lanes_type const f = m - lanes_type(1.5);
    lanes_type value(-0.0178077053);
    for (double const coefficient :
         {0.0304492433, -0.0487814322, 0.0982314646, -0.222259238, -0.026463503, 0.0588918924})
      value = fma(value, f, lanes_type(coefficient));
    return value;
  }
  /// 2^r for r from −0.501 to 0.501.
  static lanes_type exp2_of_fraction(lanes_type const& r) {
    lanes_type const high = fma(r, lanes_type(0.0095701021), lanes_type(0.055917863));
    lanes_type const middle = fma(r, high, lanes_type(0.24024744));
    return fma(r, fma(r, middle, lanes_type(0.69312179)), lanes_type(0.99999928));
  }

 private:
  lanes_type lanes_;
};

}  // namespace moetric::v0::simd
