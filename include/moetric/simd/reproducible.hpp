#pragma once

#include "moetric/version.hpp"

#include <array>
#include <bit>
#include <concepts>
#include <cstddef>
#include <cstdint>
#include <type_traits>

namespace moetric::v0::simd {

/// A double whose results have the same bits on every compiler, at every optimisation level, under -ffp-contract=fast
/// and -ffast-math, and on every instruction set with IEEE doubles. Searches compute their scores with it.
///
/// It adds, subtracts, multiplies and divides, each rounded once, and hides every operand and result from the compiler,
/// so that nothing is fused, reordered or replaced by a reciprocal. `exp` and `log` are composed of these four, which
/// is faster than an explicit fma where the instruction set has none, and are within 1 unit in the last place. x87
/// registers and results below the normal range are not covered.
class reproducible {
 public:
  using is_for_coefficients = void;  // laws convert their coefficients to it, see laws/law.hpp

  reproducible() : value_(0) {}
  /// A number, rounded to double.
  /// The same number as a double.
  template <class Number>
  requires std::is_arithmetic_v<Number> reproducible(Number value) : value_(static_cast<double>(value)) {}
  explicit operator double() const { return value_; }

  friend reproducible operator+(reproducible a, reproducible b) { return hidden(hide(a) + hide(b)); }
  friend reproducible operator-(reproducible a, reproducible b) { return hidden(hide(a) - hide(b)); }
  friend reproducible operator*(reproducible a, reproducible b) { return hidden(hide(a) * hide(b)); }
  friend reproducible operator/(reproducible a, reproducible b) { return hidden(hide(a) / hide(b)); }
  friend reproducible operator-(reproducible a) { return of_bits(a.bits() ^ sign); }
  friend bool operator<(reproducible a, reproducible b) { return hide(a) < hide(b); }

  /// e^a: 0 below the normal range, infinity above it, NaN for NaN.
  friend reproducible exp(reproducible a) {
    if (!(a < 709.79)) return a.is_nan() ? a : of_bits(infinity);
    if (a < -708.39) return 0;
    // a = n·ln 2 + r with |r| <= ln 2 / 2. Adding 1.5·2^52 rounds to an integer, with n in the low bits. The leading
    // part of ln 2 ends in zeros, so its product with n and the difference are exact.
    reproducible const shifted = a * 1.4426950408889634 + 0x1.8p52;
    reproducible const n = shifted - 0x1.8p52;
    reproducible const high = a - n * ln2_high, low = n * ln2_low;
    reproducible const r = high - low;
    reproducible const lost = (high - r) - low;
    // The Taylor series of e^r; the remainder is below 1e-17.
    reproducible rest = inverse_factorials.front();
    for (std::size_t i = 1; i != inverse_factorials.size(); ++i) rest = rest * r + inverse_factorials[i];
    reproducible const power = 1 + (r + (r * r * rest + lost));
    return power.times_two_to(static_cast<std::int64_t>(shifted.bits() - std::bit_cast<std::uint64_t>(0x1.8p52)));
  }

  /// ln a: -infinity for 0, NaN for negative a and NaN.
  friend reproducible log(reproducible a) {
    std::uint64_t const bits = a.bits();
    if (bits - smallest >= infinity - smallest) return a.log_of_no_normal();
    // a = m·2^n with m from about sqrt(1/2) to sqrt(2), and ln m = 2·atanh(s) = f - (f²/2 - s·(f²/2 + rest)).
    std::uint64_t const above = bits - 0x3fe6'a09e'0000'0000;
    reproducible const n = static_cast<std::int64_t>(above) >> 52;
    reproducible const f = of_bits((above & mantissa) + 0x3fe6'a09e'0000'0000) - 1;
    reproducible const s = f / (2 + f), square = s * s;
    reproducible rest = atanh_series.front();
    for (std::size_t i = 1; i != atanh_series.size(); ++i) rest = rest * square + atanh_series[i];
    rest = rest * square;
    reproducible const half = f * f * 0.5;
    return n * ln2_high - ((half - (s * (half + rest) + n * ln2_low)) - f);
  }

 private:
  static constexpr std::uint64_t sign = 0x8000'0000'0000'0000, infinity = 0x7ff0'0000'0000'0000,
                                 mantissa = 0x000f'ffff'ffff'ffff, smallest = 0x0010'0000'0000'0000;
  // ln 2 = ln2_high + ln2_low; the last 21 bits of ln2_high are 0.
  static constexpr double ln2_high = 0x1.62e42feep-1, ln2_low = 0x1.a39ef35793c76p-33;
  // 1/13! ... 1/2!
  static constexpr auto inverse_factorials = [] {
    std::array<double, 12> terms{};
    double factorial = 1;
    for (int i = 2; i <= 13; ++i) terms[static_cast<std::size_t>(13 - i)] = 1 / (factorial *= i);
    return terms;
  }();
  // 2/23 ... 2/5, 2/3
  static constexpr auto atanh_series = [] {
    std::array<double, 11> terms{};
    for (int i = 0; i != 11; ++i) terms[static_cast<std::size_t>(i)] = 2.0 / (23 - 2 * i);
    return terms;
  }();

  static double hide(reproducible a) {
#if defined(__GNUC__) && defined(__SSE2__)
    asm("" : "+x"(a.value_));
#elif defined(__GNUC__) && defined(__aarch64__)
    asm("" : "+w"(a.value_));
#else
    double volatile hidden = a.value_;
    a.value_ = hidden;
#endif
    return a.value_;
  }
  static reproducible hidden(double value) {
    return hide(reproducible(value));
  }
  static reproducible of_bits(std::uint64_t bits) {
    return std::bit_cast<double>(bits);
  }
  std::uint64_t bits() const {
    return std::bit_cast<std::uint64_t>(hide(*this));
  }
  bool is_nan() const {
    return (bits() & ~sign) > infinity;
  }

  /// Multiplies by 2^n through the exponent's bits, in two steps since 2^1024 is not a double.
  reproducible times_two_to(std::int64_t n) const {
    std::int64_t const half = n / 2;
    auto const power = [](std::int64_t exponent) { return of_bits(static_cast<std::uint64_t>(1023 + exponent) << 52); };
    return *this * power(half) * power(n - half);
  }
  reproducible log_of_no_normal() const {
    if ((bits() & ~sign) == 0) return of_bits(infinity | sign);
    if (bits() == infinity || is_nan()) return *this;
    if (bits() & sign) return of_bits(infinity | smallest >> 1);
    return log(reproducible(bits())) - 1074 * log(reproducible(2));  // below the normal range: bits()·2^-1074
  }

  double value_;
};

}  // namespace moetric::v0::simd
