#pragma once

#include "moetric/simd/batch.hpp"

namespace moetric::inline v0::simd {

/// What arithmetic in `quick` is off by; that of the short polynomials as tests prove it by asking every float.
struct quick_errors {
  static constexpr double rounding = 0x1p-24;  // relative, of one operation
  static constexpr double smallest = 0x1p-126;
  static constexpr double largest = 0x1p126;
  static constexpr double largest_exponent = 80;
  /// |log(m) − ln m| for every m from sqrt(1/2) to sqrt(2).
  static constexpr double log_absolute = 1.8e-6;
  /// |exp2(r) / 2^r − 1| for every r from −0.501 to 0.501.
  static constexpr double exp_relative = 3.1e-6;
};
/// What arithmetic in double is off by, with an `exp` and a `log` of up to four units in the last place.
struct double_errors {
  static constexpr double rounding = 0x1p-53;
  static constexpr double smallest = 0x1p-1022;
  static constexpr double largest = 0x1p1022;
  static constexpr double largest_exponent = 700;
  static constexpr double log_absolute = 0;
  static constexpr double exp_relative = 0;
};

/// Floats with an `exp` and a `log` of short polynomials: the number that laws are screened with. How far a loss in it
/// may be from the exact one is what the same law gives in `bounded`.
template <class Target = native>
class quick {
 public:
  using lanes_type = batch<float, Target>;

  quick() = default;
  template <class Number>
  requires std::is_arithmetic_v<Number> quick(Number value) : lanes_(value) {}
  explicit quick(lanes_type const& lanes) : lanes_(lanes) {}
  lanes_type const& lanes() const { return lanes_; }

  friend quick operator+(quick const& a, quick const& b) { return quick(a.lanes_ + b.lanes_); }
  friend quick operator-(quick const& a, quick const& b) { return quick(a.lanes_ - b.lanes_); }
  friend quick operator*(quick const& a, quick const& b) { return quick(a.lanes_ * b.lanes_); }
  friend quick operator/(quick const& a, quick const& b) { return quick(a.lanes_ / b.lanes_); }
  friend quick operator-(quick const& a) { return quick(-a.lanes_); }
  friend quick min(quick const& a, quick const& b) { return quick(min(a.lanes_, b.lanes_)); }

  /// ln a for normal a above 0: a = m·2^n with m from sqrt(1/2) to sqrt(2).
  friend quick log(quick const& a) {
    auto const bits = to_bits(a.lanes_);
    auto const power = (bits - batch<std::int32_t, Target>(0x3f35'04f3)) & batch<std::int32_t, Target>(~0x7f'ffff);
    constexpr double ln_2_over_2_to_23 = 0.69314718055994531 / 8388608;
    return quick(fma(to_float(power), lanes_type(ln_2_over_2_to_23), log_of_mantissa(from_bits(bits - power))));
  }
  /// e^a for |a| <= 80.
  friend quick exp(quick const& a) {
    // Adding 1.5·2^23 rounds to whole numbers, which then stand in the low bits.
    lanes_type const shift(12'582'912), log2_e(1.4426950408889634);
    lanes_type const shifted = opaque(fma(a.lanes_, log2_e, shift));
    lanes_type const r = fma(a.lanes_, log2_e, -opaque(shifted - shift));
    return quick(from_bits(to_bits(exp2_of_fraction(r)) + shift_left<23>(to_bits(shifted))));
  }

  /// ln m for m from sqrt(1/2) to sqrt(2), by a polynomial in m − 1.
  static lanes_type log_of_mantissa(lanes_type const& m) {
    lanes_type const f = m - lanes_type(1), square = f * f;
    lanes_type const low = fma(f, lanes_type(-0.49985051), lanes_type(1.0000128));
    lanes_type const middle = fma(f, lanes_type(-0.25472465), lanes_type(0.33225873));
    lanes_type const high = fma(f, lanes_type(-0.14319856), lanes_type(0.22330076));
    return f * fma(square, fma(square, high, middle), low);
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

}  // namespace moetric::inline v0::simd
