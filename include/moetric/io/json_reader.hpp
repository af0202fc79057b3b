#pragma once

#include <algorithm>
#include <cstddef>
#include <functional>
#include <istream>
#include <iterator>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include <nlohmann/json.hpp>

#include "moetric/core/compiled.hpp"
#include "moetric/core/text.hpp"
#include "moetric/io/json.hpp"
#include "moetric/io/json_parser.hpp"

/// The only header that includes a JSON library: what `io/json_parser.hpp` reads texts with.
namespace moetric::v0::io {
namespace detail {

/// Receives what nlohmann's parser reads, and builds a value. Functions return false at the first error, and
/// `complaint` describes it.
class json_builder final : public nlohmann::json_sax<nlohmann::json> {
 public:
  /// \param line_of the line of a position in the text, counted from 1; 0 for a position after its end
  json_builder(std::size_t depth_limit, std::function<std::size_t(std::size_t position)> line_of)
      : depth_limit_(depth_limit), line_of_(std::move(line_of)) {}

  /// Gives the objects of one list of the document to `each` instead of keeping them.
  void give_items(std::string_view list, json_items const& each) { list_ = list, each_item_ = &each; }

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
    if (each_item_ != nullptr && open_.size() == 2 && open_.back() == given_) {
      json item = std::move(given_->array().back());
      given_->array().pop_back();
      (*each_item_)(root_, std::move(item));
    }
    return true;
  }
  bool start_array(std::size_t) override { return enter(json_array()); }
  bool end_array() override {
    open_.pop_back();
    return true;
  }
  bool parse_error(std::size_t position, std::string const&, nlohmann::json::exception const& error) override {
    constexpr int number_overflow = 406;
    std::size_t const line = line_of_(position);
    if (error.id != number_overflow && line == 0) {
      complaint_ = "be whole, but the JSON text ends too early";
      return false;
    }
    complaint_ = "be JSON, but line " + std::to_string(std::max<std::size_t>(line, 1)) +
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
    bool const is_given = each_item_ != nullptr && open_.size() == 1 && root_.is_object() && key_ == list_;
    json& here = place();
    here = std::move(empty);
    if (is_given && here.is_array()) given_ = &here;
    open_.push_back(&here);
    return true;
  }

  std::size_t depth_limit_;
  std::function<std::size_t(std::size_t)> line_of_;
  json root_;
  std::vector<json*> open_;  // an element of an outer one does not move while an inner one is open
  std::string key_;
  std::string complaint_;
  std::string_view list_;
  json_items const* each_item_ = nullptr;
  json* given_ = nullptr;  // the list whose items are given away
};

/// Reads the characters of a stream for nlohmann's parser, and counts lines. A NUL, at which the parser would end,
/// becomes a character that breaks the grammar.
class stream_reader {
 public:
  using iterator_category = std::input_iterator_tag;
  using value_type = char;
  using difference_type = std::ptrdiff_t;
  using pointer = char const*;
  using reference = char;

  stream_reader() = default;  // the end
  stream_reader(std::istream& from, std::size_t& lines) : from_(from), lines_(&lines) {}

  char operator*() const { return *from_ == '\0' ? '\1' : *from_; }
  stream_reader& operator++() {
    *lines_ += *from_ == '\n';
    ++from_;
    return *this;
  }
  friend bool operator==(stream_reader const& a, stream_reader const& b) { return a.from_ == b.from_; }
  friend bool operator!=(stream_reader const& a, stream_reader const& b) { return a.from_ != b.from_; }

 private:
  std::istreambuf_iterator<char> from_{};
  std::size_t* lines_ = nullptr;
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
  std::string_view const whole = standard;
  json_builder builder(depth_limit, [whole](std::size_t position) -> std::size_t {
    if (position > whole.size()) return 0;
    std::string_view const before = whole.substr(0, position == 0 ? 0 : position - 1);
    return 1 + static_cast<std::size_t>(std::count(before.begin(), before.end(), '\n'));
  });
  if (!nlohmann::json::sax_parse(standard, &builder)) return builder.complaint();
  into = builder.take();
  return "";
}

MOETRIC_INLINE std::string read_json_items(std::istream& from, std::size_t depth_limit, json& into,
                                           std::string_view list, json_items const& each) {
  std::size_t lines = 1;
  json_builder builder(depth_limit, [&](std::size_t) -> std::size_t {
    return from.peek() == std::istream::traits_type::eof() ? 0 : lines;
  });
  builder.give_items(list, each);
  if (!nlohmann::json::sax_parse(stream_reader(from, lines), stream_reader(), &builder)) return builder.complaint();
  into = builder.take();
  return "";
}

}  // namespace detail

}  // namespace moetric::v0::io
