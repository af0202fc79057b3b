#pragma once

#include <bit>
#include <charconv>
#include <cstddef>
#include <cstdint>
#include <string>
#include <string_view>

#include "moetric/version.hpp"

/// Strings and numbers as JSON spells them (RFC 8259).
namespace moetric::v0 {
namespace detail {

/// The length in bytes of the UTF-8 sequence that a text starts with (RFC 3629); 0 if it starts with none.
constexpr std::size_t utf8_length(std::string_view text) {
  auto const byte = [text](std::size_t i) { return i < text.size() ? static_cast<unsigned char>(text[i]) : 0U; };
  unsigned const first = byte(0);
  if (first < 0x80) return text.empty() ? 0 : 1;
  if (first < 0xc2 || first > 0xf4) return 0;
  // Overlong forms, surrogates and what exceeds U+10FFFF show in the second byte.
  unsigned const least = first == 0xe0 ? 0xa0 : first == 0xf0 ? 0x90 : 0x80;
  unsigned const most = first == 0xed ? 0x9f : first == 0xf4 ? 0x8f : 0xbf;
  if (byte(1) < least || byte(1) > most) return 0;
  std::size_t const length = first < 0xe0 ? 2 : first < 0xf0 ? 3 : 4;
  for (std::size_t i = 2; i < length; ++i)
    if (byte(i) < 0x80 || byte(i) > 0xbf) return 0;
  return length;
}

}  // namespace detail

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
