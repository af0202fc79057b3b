#pragma once

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

/// A name or value from the input for an error message: in quotes, on one line, at most 80 bytes.
inline std::string in_quotes(std::string_view text) {
  std::size_t length = text.size();
  if (length > 80)
    for (length = 80; (static_cast<unsigned char>(text[length]) & 0xc0U) == 0x80U && length != 0;) --length;
  std::string shown = "'";
  for (char const c : text.substr(0, length)) shown += static_cast<unsigned char>(c) < 0x20 || c == 0x7f ? '?' : c;
  return shown + (length < text.size() ? "...'" : "'");
}

}  // namespace moetric::v0
