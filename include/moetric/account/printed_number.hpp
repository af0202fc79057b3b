#pragma once

#include <string>
#include <string_view>

#include "moetric/core/ratio.hpp"

namespace moetric::v0 {

/// A number as a log prints it: every number from `low` to `high` rounds to its digits.
struct printed_number {
  ratio low, value, high;

  /// A number that is not rounded.
  static constexpr printed_number exactly(ratio number) { return {number, number, number}; }

  /// True if a number has the printed digits as its first ones, as if truncated: from `value` to less than one unit of
  /// the last digit above.
  constexpr bool begins(ratio number) const { return !(number < value) && number < high + high - value; }

  /// True if a number rounds to the printed digits.
  constexpr bool holds(ratio number) const { return !(number < low) && !(high < number); }
};

namespace detail {

constexpr count power_of_ten(int exponent) {
  count power = 1;
  for (int i = 0; i != exponent; ++i) power *= 10;
  return power;
}

[[noreturn]] inline void no_printed_number(std::string_view field, std::string_view text) {
  invalid(("moetric: " + std::string(field) +
           " must be a number such as 259992950784, 250.45e9, 250.45G or 43.1%, of at "
           "most 30 digits, but got " +
           (text.empty() ? "nothing" : std::string(text)))
              .c_str());
}

/// The power of ten of a unit letter; B as in parameters, G as in FLOPs.
constexpr int exponent_of(char letter) {
  switch (letter) {
  case 'k': return 3;
  case 'M': return 6;
  case 'G':
  case 'B': return 9;
  case 'T': return 12;
  case 'P': return 15;
  case 'E': return 18;
  case '%': return -2;
  default: return 0;
  }
}

}  // namespace detail

/// Parses digits with an optional point, thousands separated by commas, an exponent as in e9, and a letter (k, M, G or
/// B, T, P, E) or %. The interval is half a unit of the last printed digit in either direction: 250.45e9 is 250.445e9
/// to 250.455e9.
/// \throws std::invalid_argument for other text, naming its field; std::overflow_error past 2^128
inline printed_number parse_printed_number(std::string_view field, std::string_view text) {
  constexpr int most_digits = 30, most_exponent = 30;
  auto const is_digit = [](char c) { return c >= '0' && c <= '9'; };
  count digits;
  int n_digits = 0, exponent = 0;
  bool has_point = false;
  std::string_view rest = text;
  for (; !rest.empty() && (is_digit(rest[0]) || rest[0] == '.' || rest[0] == ','); rest.remove_prefix(1)) {
    if (rest[0] == ',' && n_digits != 0 && !has_point) continue;
    bool const is_point = rest[0] == '.' && !has_point;
    has_point = has_point || is_point;
    if (is_point) continue;
    if (!is_digit(rest[0]) || ++n_digits > most_digits) detail::no_printed_number(field, text);
    digits = digits * 10 + (rest[0] - '0');
    if (has_point) --exponent;
  }
  if (n_digits == 0) detail::no_printed_number(field, text);
  if (rest.size() > 1 && rest[0] == 'e') {
    rest.remove_prefix(1);
    bool const negative = rest[0] == '-';
    if (negative || rest[0] == '+') rest.remove_prefix(1);
    int written = 0;
    if (rest.empty() || !is_digit(rest[0])) detail::no_printed_number(field, text);
    for (; !rest.empty() && is_digit(rest[0]) && written <= most_exponent; rest.remove_prefix(1))
      written = written * 10 + (rest[0] - '0');
    exponent += negative ? -written : written;
  }
  if (rest.size() == 1 && detail::exponent_of(rest[0]) != 0) {
    exponent += detail::exponent_of(rest[0]);
    rest.remove_prefix(1);
  }
  if (!rest.empty() || exponent > most_exponent || exponent < -most_exponent) detail::no_printed_number(field, text);

  ratio const unit = exponent >= 0 ? ratio(detail::power_of_ten(exponent)) : ratio(1, detail::power_of_ten(-exponent));
  ratio const value = ratio(digits) * unit, half = unit / ratio(2);
  return {value < half ? ratio(0) : value - half, value, value + half};
}

}  // namespace moetric::v0
