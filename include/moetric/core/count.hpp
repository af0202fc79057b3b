#pragma once

#include <compare>
#include <concepts>
#include <cstdint>
#include <iosfwd>
#include <limits>
#include <string>
#include <string_view>

#include "moetric/core/contract.hpp"

namespace moetric::v0 {

__extension__ using uint128 = unsigned __int128;

namespace detail {

/// The line that wrote a number.
struct source_line {
  char const* file;
  int line;
};

// Not constexpr on purpose, as in core/contract.hpp.
template <class Integer>
[[noreturn]] void negative_count(char const* sentence, Integer value, source_line const& where) {
  std::string_view const file = where.file;
  invalid((std::string(sentence) + ", but got " + std::to_string(value) + " at " +
           std::string(file.substr(file.rfind('/') + 1)) + ":" + std::to_string(where.line))
              .c_str());
}

template <class Real>
constexpr uint128 whole_bits(Real value) {
  if (!(value >= 0 && value < Real(0x1p127) && static_cast<Real>(static_cast<uint128>(value)) == value))
    invalid("moetric: a floating-point constant must be a whole number from 0 to 2^127 to be a count");
  return static_cast<uint128>(value);
}

}  // namespace detail

/// A checked, exact, unsigned 128-bit number: parameters, tokens, FLOPs.
///
/// Training totals exceed 2^64 (6 x 1e13 parameters x 1e15 tokens = 6e28), so every count has 128 bits and every
/// operator is checked. A result that does not fit throws `std::overflow_error` at run time and does not compile in a
/// constant expression; a negative result or source throws `std::invalid_argument` likewise. There is no `operator/`:
/// use `exact_div` or `floor_div`.
struct count {
  uint128 bits = 0;  // public, so that a count can be part of a template argument

  constexpr count() = default;

  /// A built-in integer. The error for a negative one names the line that wrote it.
  /// \throws std::invalid_argument for a negative number
  template <std::integral Integer>
  requires(!std::same_as<Integer, bool>) constexpr count(Integer value, detail::source_line where = {__builtin_FILE(),
                                                                                                     __builtin_LINE()})
      : bits(static_cast<uint128>(value)) {
    if (value < Integer{0}) detail::negative_count("moetric: count must not be negative", value, where);
  }

  /// A whole number written as a floating-point constant, such as 31e9. A constant that is no count does not compile,
  /// and neither does a `double` that is known at run time alone, which is rounded.
  template <std::floating_point Real>
  consteval count(Real value) : bits(detail::whole_bits(value)) {}

  /// The count with that value.
  static constexpr count from_bits(uint128 bits) {
    count result;
    result.bits = bits;
    return result;
  }

  /// The largest count, 2^128 - 1.
  static constexpr count max() { return from_bits(~uint128{0}); }

  friend constexpr count operator+(count a, count b) {
    count sum;
    if (__builtin_add_overflow(a.bits, b.bits, &sum.bits)) detail::overflow("moetric: a + b must fit in 128 bits");
    return sum;
  }
  friend constexpr count operator-(count a, count b) {
    if (a.bits < b.bits) detail::invalid("moetric: a - b must not be negative");
    return from_bits(a.bits - b.bits);
  }
  friend constexpr count operator*(count a, count b) {
    std::uint64_t const low_a = static_cast<std::uint64_t>(a.bits), low_b = static_cast<std::uint64_t>(b.bits);
    if (low_a == a.bits && low_b == b.bits) return from_bits(static_cast<uint128>(low_a) * low_b);
    return wide_product(a, b);
  }
  /// The product of factors that need not fit in 64 bits. Out of line, since formulas multiply a lot.
  [[gnu::noinline]] static constexpr count wide_product(count a, count b) {
    count product;
    if (__builtin_mul_overflow(a.bits, b.bits, &product.bits)) detail::overflow("moetric: a * b must fit in 128 bits");
    return product;
  }
  friend count operator/(count, count) = delete;  // use exact_div or floor_div
  constexpr count& operator+=(count b) { return *this = *this + b; }
  constexpr count& operator-=(count b) { return *this = *this - b; }
  constexpr count& operator*=(count b) { return *this = *this * b; }

  friend constexpr bool operator==(count a, count b) { return a.bits == b.bits; }
  friend constexpr std::strong_ordering operator<=>(count a, count b) { return a.bits <=> b.bits; }

  /// The nearest double; exact below 2^53.
  constexpr explicit operator double() const { return static_cast<double>(bits); }

  /// A built-in integer. \throws std::overflow_error if the count does not fit
  template <std::integral Integer>
  requires(!std::same_as<Integer, bool>) constexpr explicit operator Integer() const {
    if (bits > static_cast<uint128>(std::numeric_limits<Integer>::max()))
      detail::overflow("moetric: count must fit in the integer that it is converted to");
    return static_cast<Integer>(bits);
  }
};

/// True if a * b does not fit in 128 bits.
constexpr bool multiply_overflows(count a, count b) {
  uint128 ignored{};
  return __builtin_mul_overflow(a.bits, b.bits, &ignored);
}

/// a mod b. \throws std::invalid_argument if b is zero
constexpr count remainder(count a, count b) {
  if (b == 0) detail::invalid("moetric: a divisor must not be zero");
  return count::from_bits(a.bits % b.bits);
}

/// floor(a / b). \throws std::invalid_argument if b is zero
constexpr count floor_div(count a, count b) {
  if (b == 0) detail::invalid("moetric: a divisor must not be zero");
  return count::from_bits(a.bits / b.bits);
}

/// a / b. \throws std::invalid_argument unless b divides a
constexpr count exact_div(count a, count b) {
  if (remainder(a, b) != 0) detail::invalid("moetric: a must be divisible by b in exact_div(a, b)");
  return floor_div(a, b);
}

/// The greatest common divisor, by Euclid's algorithm; gcd(a, 0) = a.
constexpr count greatest_common_divisor(count a, count b) {
  while (b != 0) {
    count const rest = remainder(a, b);
    a = b;
    b = rest;
  }
  return a;
}

/// Decimal digits, without separators.
inline std::string to_string(count value) {
  char digits[39];  // 2^128 has 39 digits
  char* first = digits + sizeof digits;
  uint128 rest = value.bits;
  do *--first = static_cast<char>('0' + static_cast<int>(rest % 10));
  while ((rest /= 10) != 0);
  return std::string(first, digits + sizeof digits);
}

/// The count that decimal digits spell: no sign, space, separator or exponent.
/// \throws std::invalid_argument for other text, std::overflow_error past 2^128 - 1
constexpr count parse_count(std::string_view text) {
  if (text.empty()) detail::invalid("moetric: a count must be decimal digits, but the text is empty");
  count value;
  for (char const c : text) {
    if (c < '0' || c > '9') detail::invalid("moetric: a count must be decimal digits only");
    value = value * 10 + (c - '0');
  }
  return value;
}

/// Prints decimal digits.
template <class Traits>
std::basic_ostream<char, Traits>& operator<<(std::basic_ostream<char, Traits>& out, count value) {
  return out << to_string(value);
}

}  // namespace moetric::v0
