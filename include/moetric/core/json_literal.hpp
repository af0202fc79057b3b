#pragma once

#include <bit>
#include <charconv>
#include <cstddef>
#include <cstdint>
#include <string>
#include <string_view>

#include "moetric/core/text.hpp"

/// Strings and numbers as JSON spells them (RFC 8259).
namespace moetric::v0 {
/// Appends a string: in quotes, with escapes. Bytes that are not UTF-8 become U+FFFD.
inline void append_json(std::string& out, std::string_view text) {
  constexpr std::string_view escaped = "\"\\\b\f\n\r\t", letters = "\"\\bfnrt", digits = "0123456789abcdef";
  out += '"';
  for (std::size_t at = 0, length = 0; at != text.size(); at += length == 0 ? 1 : length) {
    length = detail::utf8_length(text.substr(at));
    unsigned char const c = static_cast<unsigned char>(text[at]);
    if (std::size_t const i = escaped.find(text[at]); i != std::string_view::npos)
      (out += '\\') += letters[i];
    else if (c < 0x20)
      ((out += "\\u00") += digits[c / 16]) += digits[c % 16];
    else
      out += length == 0 ? "\xef\xbf\xbd" : text.substr(at, length);
  }
  out += '"';
}

/// Appends the shortest digits that parse to the same double, with a point or an exponent: 3.0, 1e+22. JSON lacks NaN
/// and infinity, so null stands for them.
inline void append_json(std::string& out, double number) {
  constexpr std::uint64_t infinity = 0x7ff0'0000'0000'0000;  // tested by bits, which -ffast-math cannot remove
  if ((std::bit_cast<std::uint64_t>(number) & infinity) == infinity) {
    out += "null";
    return;
  }
  double const magnitude = number < 0 ? -number : number;
  bool const fixed = magnitude == 0 || (1e-4 <= magnitude && magnitude < 1e15);
  char text[32];
  char* const end =
      std::to_chars(text, text + sizeof text, number, fixed ? std::chars_format::fixed : std::chars_format::scientific)
          .ptr;
  out.append(text, end);
  if (fixed && std::string_view(text, end).find('.') == std::string_view::npos) out += ".0";
}

}  // namespace moetric::v0
