#pragma once

#include <bit>
#include <charconv>
#include <cstddef>
#include <cstdint>
#include <string>
#include <string_view>

#include "moetric/io/error.hpp"
#include "moetric/io/json.hpp"

/// Writing JSON.
namespace moetric::v0::io {

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

/// Appends a string: in quotes, with escapes.
/// \throws std::invalid_argument for text that is not UTF-8
inline void append_json(std::string& out, std::string_view text) {
  constexpr std::string_view escaped = "\"\\\b\f\n\r\t", letters = "\"\\bfnrt", digits = "0123456789abcdef";
  out += '"';
  for (std::size_t at = 0, length = 0; at != text.size(); at += length) {
    length = detail::utf8_length(text.substr(at));
    if (length == 0) refuse("a string of JSON must be UTF-8, but got " + in_quotes(text));
    unsigned char const c = static_cast<unsigned char>(text[at]);
    if (std::size_t const i = escaped.find(text[at]); i != std::string_view::npos)
      (out += '\\') += letters[i];
    else if (c < 0x20)
      ((out += "\\u00") += digits[c / 16]) += digits[c % 16];
    else
      out += text.substr(at, length);
  }
  out += '"';
}

/// Appends the shortest digits that parse to the same double, with a point or an exponent: 3.0, 1e+22. JSON lacks NaN
/// and infinity, so null stands for them.
inline void append_json(std::string& out, double value) {
  constexpr std::uint64_t infinity = 0x7ff0'0000'0000'0000;  // tested by bits, which -ffast-math cannot remove
  if ((std::bit_cast<std::uint64_t>(value) & infinity) == infinity) {
    out += "null";
    return;
  }
  double const magnitude = value < 0 ? -value : value;
  bool const fixed = magnitude == 0 || (1e-4 <= magnitude && magnitude < 1e15);
  char text[32];
  char* const end =
      std::to_chars(text, text + sizeof text, value, fixed ? std::chars_format::fixed : std::chars_format::scientific)
          .ptr;
  out.append(text, end);
  if (fixed && std::string_view(text, end).find('.') == std::string_view::npos) out += ".0";
}

namespace detail {

/// Appends a value on one line, or on a line for each item and member with `indent` spaces for each level.
inline void append_json(std::string& out, json const& value, std::size_t indent, std::size_t level) {
  auto const next_line = [&](std::size_t of_level) {
    if (indent != 0) (out += '\n').append(indent * of_level, ' ');
  };
  // Both brackets with what each(element) appends between.
  auto const append_all = [&](auto const& elements, char open, char close, auto const& append) {
    out += open;
    bool first = true;
    for (auto const& each : elements) {
      if (!first) out += ',';
      first = false;
      next_line(level + 1);
      append(each);
    }
    if (!first) next_line(level);
    out += close;
  };
  if (value.is_object())
    append_all(value.object(), '{', '}', [&](json_member const& each) {
      io::append_json(out, each.first);
      out += indent == 0 ? ":" : ": ";
      append_json(out, each.second, indent, level + 1);
    });
  else if (value.is_array())
    append_all(value.array(), '[', ']', [&](json const& each) { append_json(out, each, indent, level + 1); });
  else if (value.is_text())
    io::append_json(out, value.text());
  else if (value.is_whole())
    (out += value.whole().negative ? "-" : "") += to_string(value.whole().magnitude);
  else if (value.is_number())
    io::append_json(out, value.real());
  else
    out += value.is_null() ? "null" : value.flag() ? "true" : "false";
}

}  // namespace detail

/// The text of a value: on one line, or with a line for each item and member and `indent` spaces for each level.
/// \throws std::invalid_argument for a string that is not UTF-8
inline std::string json_text(json const& value, std::size_t indent = 0) {
  std::string text;
  detail::append_json(text, value, indent, 0);
  return text;
}

/// A value for an error sentence: scalars are printed, arrays and objects are named by their kind.
inline std::string shown(json const& value) {
  if (value.is_text()) return in_quotes(value.text());
  if (value.is_array()) return "an array";
  if (value.is_object()) return "an object";
  return json_text(value);
}

}  // namespace moetric::v0::io
