#pragma once

#include "moetric/core/compiled.hpp"
#include "moetric/version.hpp"

#include <cstdio>
#include <string>
#include <string_view>

namespace moetric::v0 {

/// A number to a few significant digits, for people: 5.939e+09, 0.00048, 83.
inline std::string brief(double value, int digits = 4) {
  char text[32];
  std::snprintf(text, sizeof text, "%.*g", digits < 17 ? digits : 17, value);
  return text;
}

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

/// A text on one line: control characters and bytes that are not UTF-8 become escapes such as \x1b.
inline std::string escaped(std::string_view text) {
  constexpr std::string_view digits = "0123456789abcdef";
  std::string shown;
  for (std::size_t length = 0; !text.empty(); text.remove_prefix(length)) {
    length = detail::utf8_length(text);
    auto const byte = [text](std::size_t i) { return static_cast<unsigned char>(text[i]); };
    // ASCII's controls, and those of U+0080 to U+009F, which some terminals obey
    bool const is_control =
        length == 1 ? byte(0) < 0x20 || byte(0) == 0x7f : length == 2 && byte(0) == 0xc2 && byte(1) < 0xa0;
    bool const keep = length != 0 && !is_control;
    if (length == 0) length = 1;
    for (std::size_t i = 0; i != length; ++i)
      keep ? shown += text[i] : (((shown += "\\x") += digits[byte(i) / 16]) += digits[byte(i) % 16]);
  }
  return shown;
}

/// A text of several lines for a terminal, which obeys control characters: each line is escaped.
inline std::string escaped_lines(std::string_view text) {
  std::string shown;
  for (std::size_t end = 0; (end = text.find('\n')) != text.npos; text.remove_prefix(end + 1))
    (shown += escaped(text.substr(0, end))) += '\n';
  return shown += escaped(text);
}

/// The first `head` and the last `tail` bytes of a longer text, with dots between, and no character cut in two.
inline std::string shortened(std::string_view text, std::size_t head, std::size_t tail = 0) {
  if (text.size() <= head + tail) return std::string(text);
  auto const continues = [text](std::size_t i) {
    return i < text.size() && (static_cast<unsigned char>(text[i]) & 0xc0U) == 0x80U;
  };
  std::size_t last = text.size() - tail;
  while (head != 0 && continues(head)) --head;
  while (continues(last)) ++last;
  return (std::string(text.substr(0, head)) += "...") += text.substr(last);
}

namespace detail {

inline std::string quoted(std::string_view text) {
  return "'" + escaped(shortened(text, 80)) + "'";
}

}  // namespace detail

/// A name or value from the input for an error message: in quotes, on one line, at most 80 bytes of it.
#ifdef MOETRIC_COMPILED
std::string in_quotes(std::string_view text);
#else
inline std::string in_quotes(std::string_view text) {
  return detail::quoted(text);
}
#endif

}  // namespace moetric::v0
