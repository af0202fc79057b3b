#pragma once

#include <charconv>
#include <cmath>
#include <cstdint>
#include <limits>
#include <optional>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "moetric/core/name.hpp"
#include "moetric/core/ratio.hpp"
#include "moetric/io/error.hpp"

/// Values that people type, read with errors that name the field.
namespace moetric::v0::io {

/// Raises "moetric: <field> must be <rule>, but got <text>". \throws std::invalid_argument always
[[noreturn]] inline void refuse_text(std::string_view field, std::string_view rule, std::string_view text) {
  refuse(std::string(field) + " must be " + std::string(rule) + ", but got " +
         (text.empty() ? "nothing" : shortened(text, 80)));
}

/// A real number such as 3e20. \throws std::invalid_argument unless a double can hold it, and for infinity and NaN
inline double number(std::string_view field, std::string_view text) {
  double value = 0;
  char const* const last = text.data() + text.size();
  auto const [end, error] = std::from_chars(text.data(), last, value);
  if (error == std::errc::result_out_of_range) refuse_text(field, "a number that a double can hold", text);
  if (error != std::errc{} || end != last) refuse_text(field, "a number such as 3e20", text);
  if (!(std::abs(value) <= std::numeric_limits<double>::max())) refuse_text(field, "finite", text);
  return value;
}

/// A fraction between 0 and 1, both excluded, such as the share of samples in an interval.
/// \throws std::invalid_argument otherwise
inline double share(std::string_view field, std::string_view text) {
  double const value = number(field, text);
  if (!(value > 0 && value < 1)) refuse_text(field, "above 0 and below 1", text);
  return value;
}

/// A whole number, in digits or in a form like 1e9 that is exact. \throws std::invalid_argument otherwise
inline count whole(std::string_view field, std::string_view text) {
  constexpr double exact_below = 9007199254740992.0;  // 2^53
  bool const digits = !text.empty() && text.find_first_not_of("0123456789") == std::string_view::npos;
  if (digits && text.size() <= 38) return parse_count(text);
  if (digits) refuse_text(field, "at most 38 digits", text);
  double value = 0;
  auto const [end, error] = std::from_chars(text.data(), text.data() + text.size(), value);
  if (error != std::errc{} || end != text.data() + text.size()) refuse_text(field, "a whole number such as 8192", text);
  if (value >= exact_below) refuse_text(field, "written in digits, or below 2^53", text);
  if (!(value >= 0) || value != std::floor(value)) refuse_text(field, "a whole number", text);
  return static_cast<std::uint64_t>(value);
}

/// A whole number within low..high. \throws std::invalid_argument otherwise
inline std::size_t whole_within(std::string_view field, std::string_view text, std::size_t low, std::size_t high) {
  count const value = whole(field, text);
  if (value < low || value > high)
    refuse_text(field, "from " + std::to_string(low) + " to " + std::to_string(high), text);
  return static_cast<std::size_t>(value);
}

/// An exact fraction: 2, 1.25 or 17/32. \throws std::invalid_argument otherwise
inline ratio fraction(std::string_view field, std::string_view text) {
  if (std::size_t const slash = text.find('/'); slash != std::string_view::npos) {
    count const below = whole(field, text.substr(slash + 1));
    if (below == 0) refuse_text(field, "a fraction that does not divide by 0", text);
    return {whole(field, text.substr(0, slash)), below};
  }
  std::size_t const point = text.find('.');
  if (point == std::string_view::npos) return whole(field, text);
  count below = 1;
  for (std::size_t i = point + 1; i != text.size(); ++i) below = below * 10;
  return {whole(field, std::string(text.substr(0, point)) += text.substr(point + 1)), below};
}

/// The parts of a list such as "a,b", which a separator ends.
inline std::vector<std::string> split(std::string_view text, char separator) {
  std::vector<std::string> parts(1);
  for (char const c : text) {
    if (c == separator)
      parts.emplace_back();
    else
      parts.back() += c;
  }
  return parts;
}

/// The two sides of name=value.
struct named_text {
  std::string name, value;
};
/// Splits name=value. \param subject names it in the error \throws std::invalid_argument for anything else
inline named_text take_apart(std::string_view subject, std::string_view text) {
  std::size_t const equals = text.find('=');
  if (equals == 0 || equals == std::string_view::npos || equals + 1 == text.size())
    refuse_text(subject, "written as name=value", text);
  return {std::string(text.substr(0, equals)), std::string(text.substr(equals + 1))};
}

/// True for low..high.
inline bool is_range(std::string_view text) {
  return text.find("..") != std::string_view::npos;
}
/// The ends of low..high. \throws std::invalid_argument naming the field for ends that are no numbers
inline std::pair<double, double> ends_of_range(std::string_view field, std::string_view text) {
  std::size_t const dots = text.find("..");
  double const low = number(field, text.substr(0, dots));
  return {low, number(field, text.substr(dots + 2))};
}

/// Reads one number, or the ends of low..high. \throws std::invalid_argument naming the field
inline void read_one_or_range(std::string_view field, std::string_view text, std::optional<double>& one,
                              std::optional<std::pair<double, double>>& range) {
  if (is_range(text))
    range = ends_of_range(field, text);
  else
    one = number(field, text);
}

/// The names that a text may be, each with its value.
template <class Value>
using offer = std::vector<std::pair<std::string_view, Value>>;

/// The value of a name. \throws std::invalid_argument for an unknown name, naming the field and the nearest names
template <class Value>
Value choose(std::string_view field, std::string_view text, offer<Value> const& among) {
  std::vector<std::string_view> known;
  for (auto const& [name, value] : among) {
    if (name == text) return value;
    known.push_back(name);
  }
  refuse_name(field, text, known);
}

/// One of the first n values of an enumeration, by its name. \throws std::invalid_argument as `choose`
template <class Enum>
Enum choose_first_of(std::string_view field, std::string_view text, std::size_t n) {
  for (std::size_t i = 0; i != n; ++i)
    if (name(static_cast<Enum>(i)) == text) return static_cast<Enum>(i);
  refuse_name(field, text, names_of_first<Enum>(n));
}

/// Reads a text as what a field holds: text, numbers, what is optional, and lists separated by commas.
/// \throws std::invalid_argument naming the field
inline void read_text(std::string_view, std::string_view text, std::string& to) {
  to = text;
}
inline void read_text(std::string_view field, std::string_view text, double& to) {
  to = number(field, text);
}
inline void read_text(std::string_view field, std::string_view text, count& to) {
  to = whole(field, text);
}
inline void read_text(std::string_view field, std::string_view text, ratio& to) {
  to = fraction(field, text);
}
template <class Value>
void read_text(std::string_view field, std::string_view text, std::optional<Value>& to) {
  read_text(field, text, to.emplace());
}
template <class Value>
void read_text(std::string_view field, std::string_view text, std::vector<Value>& to) {
  to.clear();
  for (std::string const& each : split(text, ',')) read_text(field, each, to.emplace_back());
}

}  // namespace moetric::v0::io
