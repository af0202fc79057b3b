#pragma once

#include <algorithm>
#include <charconv>
#include <cstddef>
#include <cstdint>
#include <filesystem>
#include <string>
#include <string_view>
#include <system_error>
#include <utility>
#include <vector>

#include "moetric/io/file.hpp"
#include "moetric/io/json.hpp"
#include "moetric/io/json_text.hpp"

/// Reading untrusted JSON (RFC 8259).
namespace moetric::v0::io {

/// Limits on the JSON that is read.
struct json_limits {
  std::size_t bytes = std::size_t{16} << 20;  // of a file or text
  std::size_t depth = 64;                     // of nested objects and arrays
};

namespace detail {

/// Reads one JSON text by recursive descent. Functions return false at the first error, and `complaint` describes it.
///
/// NaN, Infinity and -Infinity, which Python writes into config files although they are not JSON (Nemotron-H:
/// `time_step_limit`), are read as strings, so a field that must be a number reports them.
class json_parser {
 public:
  json_parser(std::string_view text, std::size_t depth_limit) : text_(text), depth_limit_(depth_limit) {}

  /// Reads the whole text.
  bool parse(json& into) {
    if (text_.starts_with("\xEF\xBB\xBF")) at_ = 3;  // a byte order mark, as some editors write
    if (!value(into)) return false;
    skip_blanks();
    return at_ == text_.size() || unexpected();
  }

  /// The end of an error sentence, "be ..., but ...".
  std::string const& complaint() const { return complaint_; }

 private:
  char next() const { return at_ < text_.size() ? text_[at_] : '\0'; }
  unsigned char byte() const { return static_cast<unsigned char>(next()); }
  bool take(char c) {
    bool const found = at_ < text_.size() && text_[at_] == c;
    at_ += found ? 1 : 0;
    return found;
  }
  bool take(std::string_view word) {
    for (char const c : word)
      if (!take(c)) return unexpected();
    return true;
  }
  bool take_digits() {
    if (next() < '0' || next() > '9') return unexpected();
    while ('0' <= next() && next() <= '9') ++at_;
    return true;
  }
  void skip_blanks() {
    while (next() == ' ' || next() == '\t' || next() == '\n' || next() == '\r') ++at_;
  }

  bool complain(std::string what) {
    complaint_ = std::move(what);
    return false;
  }
  bool complain_of_line(char const* what) {
    return complain(
        "be JSON, but line " +
        std::to_string(1 + std::count(text_.begin(), text_.begin() + static_cast<std::ptrdiff_t>(at_), '\n')) + what);
  }
  /// The next character cannot stand there.
  bool unexpected() {
    if (at_ >= text_.size()) return complain("be whole, but the JSON text ends too early");
    return complain_of_line(" breaks its grammar");
  }

  bool value(json& into) {
    skip_blanks();
    switch (next()) {
    case '{': return object(into);
    case '[': return array(into);
    case '"': {
      std::string text;
      return string(text) && set(into, std::move(text));
    }
    case 't': return take("true") && set(into, true);
    case 'f': return take("false") && set(into, false);
    case 'n': return take("null");
    case 'N': return take("NaN") && set(into, "NaN");
    case 'I': return take("Infinity") && set(into, "Infinity");
    default: return number(into);
    }
  }
  bool set(json& into, json value) {
    into = std::move(value);
    return true;
  }

  bool enter() {
    ++at_;
    if (++depth_ <= depth_limit_) return true;
    return complain("nest at most " + std::to_string(depth_limit_) + " deep, but goes deeper");
  }

  bool array(json& into) {
    json_array items;
    if (!enter()) return false;
    skip_blanks();
    if (!take(']')) {
      do {
        if (!value(items.emplace_back())) return false;
        skip_blanks();
      } while (take(','));
      if (!take(']')) return unexpected();
    }
    --depth_;
    return set(into, std::move(items));
  }

  bool object(json& into) {
    json_object members;
    if (!enter()) return false;
    skip_blanks();
    if (!take('}')) {
      do {
        std::string key;
        skip_blanks();
        if (next() != '"') return unexpected();
        if (!string(key)) return false;
        skip_blanks();
        if (!take(':')) return unexpected();
        if (!value(members.append(std::move(key)))) return false;
        skip_blanks();
      } while (take(','));
      if (!take('}')) return unexpected();
    }
    --depth_;
    members.sort();
    for (std::size_t i = 1; i < members.size(); ++i)
      if (std::string const& key = members.begin()[i].first; key == members.begin()[i - 1].first)
        return complain("give every key once, but " + in_quotes(key) + " appears twice");
    return set(into, std::move(members));
  }

  bool string(std::string& into) {
    ++at_;  // the quote
    while (!take('"')) {
      if (take('\\')) {
        if (!escape(into)) return false;
        continue;
      }
      std::size_t const length = moetric::detail::utf8_length(text_.substr(at_));
      if (length == 0 || byte() < 0x20) {
        while (byte() >= 0x80) ++at_;  // a sequence may end too early
        return unexpected();
      }
      into += text_.substr(at_, length);
      at_ += length;
    }
    return true;
  }

  bool escape(std::string& into) {
    constexpr std::string_view letters = "\"\\/bfnrt", meant = "\"\\/\b\f\n\r\t";
    if (take('u')) return code_point(into);
    std::size_t const i = letters.find(next());
    if (at_ >= text_.size() || i == std::string_view::npos) return unexpected();
    into += meant[i];
    ++at_;
    return true;
  }

  /// Four hexadecimal digits.
  bool hexadecimal(std::uint32_t& into) {
    into = 0;
    for (int i = 0; i != 4; ++i) {
      constexpr std::string_view digits = "0123456789abcdefABCDEF";
      std::size_t const digit = digits.find(next());
      if (at_ >= text_.size() || digit == std::string_view::npos) return unexpected();
      into = into * 16 + static_cast<std::uint32_t>(digit < 16 ? digit : digit - 6);
      ++at_;
    }
    return true;
  }

  /// What follows "\u", in UTF-8; above U+FFFF two escapes, a high and a low surrogate.
  bool code_point(std::string& into) {
    std::uint32_t code = 0, low = 0;
    if (!hexadecimal(code)) return false;
    if (0xd800 <= code && code < 0xdc00) {
      if (!take('\\') || !take('u')) return unexpected();
      if (!hexadecimal(low)) return false;
      if (low < 0xdc00 || low > 0xdfff) return --at_, unexpected();
      code = 0x10000 + ((code - 0xd800) << 10U) + (low - 0xdc00);
    } else if (0xdc00 <= code && code < 0xe000) {
      return --at_, unexpected();
    }
    auto const append = [&into](std::uint32_t byte) { into += static_cast<char>(static_cast<unsigned char>(byte)); };
    auto const append_last = [&](unsigned shift) { append(0x80U | (code >> shift & 0x3fU)); };
    if (code < 0x80) return append(code), true;
    if (code < 0x800) return append(0xc0U | code >> 6U), append_last(0), true;
    if (code < 0x10000) return append(0xe0U | code >> 12U), append_last(6), append_last(0), true;
    return append(0xf0U | code >> 18U), append_last(12), append_last(6), append_last(0), true;
  }

  bool number(json& into) {
    std::size_t const first = at_;
    bool const negative = take('-');
    if (negative && next() == 'I') return take("Infinity") && set(into, "-Infinity");
    std::size_t const first_digit = at_;
    if (!take('0') && !take_digits()) return false;
    std::string_view const whole = text_.substr(first_digit, at_ - first_digit);
    bool is_whole = true;
    if (take('.')) {
      is_whole = false;
      if (!take_digits()) return false;
    }
    if (take('e') || take('E')) {
      is_whole = false;
      if (!take('+')) take('-');
      if (!take_digits()) return false;
    }
    constexpr std::size_t always_fit = 38;  // digits in 128 bits
    if (is_whole && whole.size() <= always_fit) {
      count const magnitude = parse_count(whole);
      return set(into, json_whole{magnitude, negative && magnitude != 0});
    }
    return real(text_.substr(first, at_ - first), into);
  }

  bool real(std::string_view number, json& into) {
    double value = 0;
    auto const [end, error] = std::from_chars(number.data(), number.data() + number.size(), value);
    if (error == std::errc::result_out_of_range && exceeds_one(number))
      return complain_of_line(" holds a number that is too large");
    return set(into, value);  // 0 if it is too small
  }

  /// Whether a number that is not 0 has digits before its point, once the exponent has moved it.
  static bool exceeds_one(std::string_view number) {
    std::size_t const e = std::min(number.find_first_of("eE"), number.size());
    std::string_view const digits = number.substr(0, e);
    std::size_t const point = std::min(digits.find('.'), e), first = digits.find_first_of("123456789");
    std::size_t const sign = e + 1 + (number.substr(e).starts_with("e+") || number.substr(e).starts_with("E+") ? 1 : 0);
    std::int64_t exponent = 0;
    if (sign < number.size() &&
        std::from_chars(number.data() + sign, number.data() + number.size(), exponent).ec != std::errc{})
      return number[sign] != '-';
    return exponent > static_cast<std::int64_t>(first) - static_cast<std::int64_t>(point);
  }

  std::string_view text_;
  std::size_t at_ = 0;  // of the next character
  std::size_t depth_ = 0;
  std::size_t depth_limit_;
  std::string complaint_;
};

}  // namespace detail

/// Parses a JSON text. `subject` names the text in error sentences.
/// \throws std::invalid_argument for text that exceeds the limits, is empty, truncated or not JSON, and for a key that
///         an object gives twice
inline json parse_json(std::string_view text, std::string const& subject, json_limits limits = {}) {
  require_size(text, subject, limits.bytes);
  detail::json_parser parser(text, limits.depth);
  json value;
  if (!parser.parse(value)) refuse(subject + " must " + parser.complaint());
  return value;
}

/// Parses a text that must be a JSON object.
/// \throws std::invalid_argument as `parse_json`, and for another value
inline json parse_json_object(std::string_view text, std::string const& subject, json_limits limits = {}) {
  if (text.find_first_not_of(" \t\r\n") == std::string_view::npos)
    refuse(subject + " must hold a JSON object, but is empty");
  json value = parse_json(text, subject, limits);
  if (!value.is_object()) refuse(subject + " must hold a JSON object, but holds " + shown(value));
  return value;
}

/// Reads a file that must hold a JSON object.
/// \throws std::invalid_argument unless it is a readable regular file, and as `parse_json_object`
inline json read_json_object(std::filesystem::path const& path, json_limits limits = {}) {
  return parse_json_object(read_file(path, limits.bytes), in_quotes(path.string()), limits);
}

}  // namespace moetric::v0::io
