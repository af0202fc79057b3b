#pragma once

#include <charconv>
#include <cmath>
#include <string>
#include <string_view>

#include "moetric/report/value.hpp"

namespace moetric::v0::report {
namespace detail {

/// The bytes of the UTF-8 character that begins here, or 0 if none does.
inline std::size_t character_at(std::string_view text, std::size_t at) {
  auto const byte = [&](std::size_t i) { return at + i < text.size() ? static_cast<unsigned char>(text[at + i]) : 0U; };
  unsigned const first = byte(0), second = byte(1);
  auto const follows = [&](std::size_t i) { return (byte(i) & 0xc0U) == 0x80U; };
  if (first < 0x80) return 1;
  if (first < 0xc2 || first > 0xf4) return 0;
  if (first < 0xe0) return follows(1) ? 2 : 0;
  if (first < 0xf0) {
    bool const overlong = first == 0xe0 && second < 0xa0, surrogate = first == 0xed && second > 0x9f;
    return follows(1) && follows(2) && !overlong && !surrogate ? 3 : 0;
  }
  bool const overlong = first == 0xf0 && second < 0x90, too_large = first == 0xf4 && second > 0x8f;
  return follows(1) && follows(2) && follows(3) && !overlong && !too_large ? 4 : 0;
}

}  // namespace detail

/// Appends a text in quotes, escaped (RFC 8259). Bytes that are no UTF-8 become U+FFFD.
inline void append_json(std::string& out, std::string_view text) {
  constexpr char hexadecimal[] = "0123456789abcdef";
  out += '"';
  for (std::size_t at = 0; at != text.size();) {
    char const c = text[at];
    std::size_t const length = detail::character_at(text, at);
    switch (c) {
    case '"': out += "\\\""; break;
    case '\\': out += "\\\\"; break;
    case '\n': out += "\\n"; break;
    case '\r': out += "\\r"; break;
    case '\t': out += "\\t"; break;
    case '\b': out += "\\b"; break;
    case '\f': out += "\\f"; break;
    default:
      if (static_cast<unsigned char>(c) < 0x20)
        (out += "\\u00") += {hexadecimal[c / 16], hexadecimal[c % 16]};
      else if (length == 0)
        out += "\xef\xbf\xbd";
      else
        out += text.substr(at, length);
    }
    at += length == 0 ? 1 : length;
  }
  out += '"';
}

/// Appends a number in the fewest digits that give its bits again, always with a point or an exponent; null if it is
/// not finite, since JSON has no such numbers.
inline void append_json(std::string& out, double number) {
  if (!std::isfinite(number)) {
    out += "null";
    return;
  }
  char text[32];
  auto const end = std::to_chars(text, text + sizeof text, number).ptr;
  std::string_view const digits(text, static_cast<std::size_t>(end - text));
  out += digits;
  if (digits.find_first_of(".e") == std::string_view::npos) out += ".0";
}

/// Appends a value as JSON, indented by two more spaces for each level.
inline void append_json(std::string& out, value const& of, std::size_t indent = 0) {
  switch (of.kind()) {
  case value::kinds::nothing: out += "null"; return;
  case value::kinds::flag: out += of.flag() ? "true" : "false"; return;
  case value::kinds::whole: (out += of.is_negative() ? "-" : "") += to_string(of.magnitude()); return;
  case value::kinds::real: append_json(out, of.real()); return;
  case value::kinds::text: append_json(out, std::string_view(of.text())); return;
  case value::kinds::list:
  case value::kinds::object: break;
  }
  bool const is_list = of.kind() == value::kinds::list;
  out += is_list ? '[' : '{';
  bool first = true;
  for (field const& each : of.members()) {
    out += first ? "\n" : ",\n";
    first = false;
    out.append(indent + 2, ' ');
    if (!is_list) {
      append_json(out, std::string_view(each.name));
      out += ": ";
    }
    append_json(out, each.content, indent + 2);
  }
  if (!first) (out += '\n').append(indent, ' ');
  out += is_list ? ']' : '}';
}

/// A value as JSON text. Whole numbers are JSON integers, however wide.
inline std::string to_json(value const& of) {
  std::string text;
  append_json(text, of);
  return text;
}

}  // namespace moetric::v0::report
