#pragma once

#include <cstddef>
#include <filesystem>
#include <set>
#include <string>
#include <string_view>
#include <vector>

#include <nlohmann/json.hpp>

#include "moetric/io/file.hpp"

/// Reading untrusted JSON, with the errors of `io/file.hpp`. `io/json_value.hpp` reads its fields.
namespace moetric::v0::io {

/// Limits on the JSON that is read.
struct json_limits {
  std::size_t bytes = std::size_t{16} << 20;  // of a file or text
  std::size_t depth = 64;                     // of nested objects and arrays
};

/// A JSON value for an error sentence: scalars are printed, arrays and objects are named by their kind.
inline std::string shown(nlohmann::json const& value) {
  if (value.is_string()) return in_quotes(value.get_ref<std::string const&>());
  if (value.is_array()) return "an array";
  if (value.is_object()) return "an object";
  return value.dump();
}

namespace detail {

/// A first pass over the text that checks grammar, nesting and duplicate keys, which a parsed value no longer shows.
class structure_check final : public nlohmann::json_sax<nlohmann::json> {
 public:
  structure_check(std::string_view text, std::size_t depth_limit) : text_(text), depth_limit_(depth_limit) {}

  /// The end of an error sentence, "be ..., but ..."; empty for valid JSON.
  std::string const& complaint() const { return complaint_; }

  bool null() override { return true; }
  bool boolean(bool) override { return true; }
  bool number_integer(number_integer_t) override { return true; }
  bool number_unsigned(number_unsigned_t) override { return true; }
  bool number_float(number_float_t, string_t const&) override { return true; }
  bool string(string_t&) override { return true; }
  bool binary(binary_t&) override { return true; }
  bool start_object(std::size_t) override {
    keys_.emplace_back();
    return deeper();
  }
  bool key(string_t& name) override {
    if (keys_.back().insert(name).second) return true;
    complaint_ = "give every key once, but " + in_quotes(name) + " appears twice";
    return false;
  }
  bool end_object() override {
    keys_.pop_back();
    --depth_;
    return true;
  }
  bool start_array(std::size_t) override { return deeper(); }
  bool end_array() override {
    --depth_;
    return true;
  }
  bool parse_error(std::size_t position, std::string const&, nlohmann::json::exception const& error) override {
    constexpr int number_overflow = 406;
    if (error.id != number_overflow && position > text_.size()) {
      complaint_ = "be whole, but the JSON text ends too early";
      return false;
    }
    std::size_t line = 1;
    for (char const c : text_.substr(0, position == 0 ? 0 : position - 1)) line += c == '\n' ? 1U : 0U;
    complaint_ = "be JSON, but line " + std::to_string(line) +
                 (error.id == number_overflow ? " holds a number that is too large" : " breaks its grammar");
    return false;
  }

 private:
  bool deeper() {
    if (++depth_ <= depth_limit_) return true;
    complaint_ = "nest at most " + std::to_string(depth_limit_) + " deep, but goes deeper";
    return false;
  }

  std::string_view text_;
  std::size_t depth_limit_;
  std::size_t depth_ = 0;
  std::vector<std::set<std::string>> keys_;
  std::string complaint_;
};

/// Quotes NaN, Infinity and -Infinity, which Python writes into config files although they are not JSON (Nemotron-H:
/// `time_step_limit`). As strings they parse, and a field that must be a number reports them.
inline std::string with_quoted_non_finite_numbers(std::string_view text) {
  std::string result;
  result.reserve(text.size());
  bool in_string = false;
  for (std::size_t i = 0; i < text.size(); ++i) {
    char const c = text[i];
    std::string_view const rest = text.substr(i);
    std::string_view const word = rest.starts_with("NaN") ? "NaN" : rest.starts_with("Infinity") ? "Infinity" : "";
    if (!in_string && !word.empty()) {
      bool const negative = !result.empty() && result.back() == '-';
      if (negative) result.pop_back();
      result += std::string(negative ? "\"-" : "\"").append(word).append("\"");
      i += word.size() - 1;
      continue;
    }
    result += c;
    if (in_string && c == '\\' && i + 1 < text.size())
      result += text[++i];
    else if (c == '"')
      in_string = !in_string;
  }
  return result;
}

inline bool blank(std::string_view text) {
  return text.find_first_not_of(" \t\r\n") == std::string_view::npos;
}

}  // namespace detail

/// Parses a text that must be a JSON object. `subject` names the text in error sentences.
/// \throws std::invalid_argument for text that exceeds the limits, is empty, truncated, not JSON or not an object, and
///         for a key that an object gives twice
inline nlohmann::json parse_json_object(std::string_view text, std::string const& subject, json_limits limits = {}) {
  require_size(text, subject, limits.bytes);
  if (detail::blank(text)) refuse(subject + " must hold a JSON object, but is empty");
  std::string const standard = detail::with_quoted_non_finite_numbers(text);
  detail::structure_check check(standard, limits.depth);
  if (!nlohmann::json::sax_parse(standard, &check)) refuse(subject + " must " + check.complaint());
  nlohmann::json object = nlohmann::json::parse(standard);
  if (!object.is_object()) refuse(subject + " must hold a JSON object, but holds " + shown(object));
  return object;
}

/// Reads a file that must hold a JSON object.
/// \throws std::invalid_argument unless it is a readable regular file, and as `parse_json_object`
inline nlohmann::json read_json_object(std::filesystem::path const& path, json_limits limits = {}) {
  return parse_json_object(read_file(path, limits.bytes), in_quotes(path.string()), limits);
}

}  // namespace moetric::v0::io
