#pragma once

#include <cstdio>
#include <string>

namespace moetric::inline v0 {

/// A number to a few significant digits, for people: 5.939e+09, 0.00048, 83.
inline std::string brief(double value, int digits = 4) {
  char text[32];
  std::snprintf(text, sizeof text, "%.*g", digits < 17 ? digits : 17, value);
  return text;
}

}  // namespace moetric::inline v0
