#pragma once

#include <algorithm>
#include <cstddef>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include <nlohmann/json.hpp>

#include "moetric/core/compiled.hpp"
#include "moetric/core/text.hpp"
#include "moetric/io/json.hpp"

/// The only header that includes a JSON library: what `io/json_parser.hpp` reads texts with.
namespace moetric::v0::io {
namespace detail {

/// Receives what nlohmann's parser reads, and builds a value. Functions return false at the first error, and
/// `complaint` describes it.
class json_builder final : public nlohmann::json_sax<nlohmann::json> {
 public:
  json_builder(std::string_view text, std::size_t depth_limit) : text_(text), depth_limit_(depth_limit) {}

  json take() { return std::move(root_); }
  /// The end of an error sentence, "be ..., but ...".
  std::string const& complaint() const { return complaint_; }

  bool null() override { return add({}); }
  bool boolean(bool flag) override { return add(flag); }
  bool number_integer(number_integer_t whole) override { return add(whole); }
  bool number_unsigned(number_unsigned_t whole) override { return add(whole); }
  bool number_float(number_float_t real, string_t const& digits) override {
    // The parser stores 64 bits and takes wider integers for reals.
    bool const negative = digits.starts_with('-');
    std::string_view const magnitude = std::string_view(digits).substr(negative ? 1 : 0);
    constexpr std::size_t always_fit = 38;  // digits in 128 bits
    bool const whole = magnitude.find_first_not_of("0123456789") == std::string_view::npos;
    return add(whole && magnitude.size() <= always_fit ? json(json_whole{parse_count(magnitude), negative})
                                                       : json(real));
  }
  bool string(string_t& text) override { return add(std::move(text)); }
  bool binary(binary_t&) override { return false; }  // not in JSON texts
  bool start_object(std::size_t) override { return enter(json_object()); }
  bool key(string_t& name) override {
    key_ = std::move(name);
    return true;
  }
  bool end_object() override {
    json_object& members = open_.back()->object();
    members.sort();
    for (std::size_t i = 1; i < members.size(); ++i)
      if (std::string const& name = members.begin()[i].first; name == members.begin()[i - 1].first) {
        complaint_ = "give every key once, but " + in_quotes(name) + " appears twice";
        return false;
      }
    open_.pop_back();
    return true;
  }
  bool start_array(std::size_t) override { return enter(json_array()); }
  bool end_array() override {
    open_.pop_back();
    return true;
  }
  bool parse_error(std::size_t position, std::string const&, nlohmann::json::exception const& error) override {
    constexpr int number_overflow = 406;
    if (error.id != number_overflow && position > text_.size()) {
      complaint_ = "be whole, but the JSON text ends too early";
      return false;
    }
    std::string_view const before = text_.substr(0, position == 0 ? 0 : position - 1);
    complaint_ = "be JSON, but line " + std::to_string(1 + std::count(before.begin(), before.end(), '\n')) +
                 (error.id == number_overflow ? " holds a number that is too large" : " breaks its grammar");
    return false;
  }

 private:
  /// Where a value that was read belongs: the root, the next item of an array, or a key of an object.
  json& place() {
    if (open_.empty()) return root_;
    json& around = *open_.back();
    return around.is_array() ? around.array().emplace_back() : around.object().append(std::move(key_));
  }
  bool add(json value) {
    place() = std::move(value);
    return true;
  }
  bool enter(json empty) {
    if (open_.size() == depth_limit_) {
      complaint_ = "nest at most " + std::to_string(depth_limit_) + " deep, but goes deeper";
      return false;
    }
    json& here = place();
    here = std::move(empty);
    open_.push_back(&here);
    return true;
  }

  std::string_view text_;
  std::size_t depth_limit_;
  json root_;
  std::vector<json*> open_;  // an element of an outer one does not move while an inner one is open
  std::string key_;
  std::string complaint_;
};

/// Quotes NaN, Infinity and -Infinity, which Python writes into config files although they are not JSON (Nemotron-H:
/// `time_step_limit`). As strings they parse, and a field that must be a number reports them. Keys stay as they are.
MOETRIC_INLINE std::string with_quoted_non_finite_numbers(std::string_view text) {
  std::string result;
  result.reserve(text.size());
  bool in_string = false;
  for (std::size_t i = 0; i < text.size(); ++i) {
    std::string_view const rest = text.substr(i);
    std::string_view word;
    for (std::string_view const each : {"NaN", "Infinity", "-Infinity"})
      if (!in_string && rest.starts_with(each)) word = each;
    if (!word.empty()) {
      std::size_t const next = rest.find_first_not_of(" \t\r\n", word.size());
      bool const is_value = next == std::string_view::npos || std::string_view(",]}").find(rest[next]) < 3;
      bool const stands_alone = i == 0 || std::string_view(" \t\r\n:[,").find(text[i - 1]) != std::string_view::npos;
      if (is_value && stands_alone) {
        ((result += '"') += word) += '"';
        i += word.size() - 1;
        continue;
      }
    }
    result += text[i];
    if (in_string && text[i] == '\\' && i + 1 < text.size())
      result += text[++i];
    else if (text[i] == '"')
      in_string = !in_string;
  }
  return result;
}

MOETRIC_INLINE std::string read_json(std::string_view text, std::size_t depth_limit, json& into) {
  if (std::size_t const zero = text.find('\0'); zero != std::string_view::npos)  // the parser would stop there
    return "be JSON, but line " +
           std::to_string(1 + std::count(text.begin(), text.begin() + static_cast<std::ptrdiff_t>(zero), '\n')) +
           " breaks its grammar";
  std::string const standard = with_quoted_non_finite_numbers(text);
  json_builder builder(standard, depth_limit);
  if (!nlohmann::json::sax_parse(standard, &builder)) return builder.complaint();
  into = builder.take();
  return "";
}

}  // namespace detail

}  // namespace moetric::v0::io
