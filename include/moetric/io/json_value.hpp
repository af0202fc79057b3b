#pragma once

#include <cstddef>
#include <cstdint>
#include <initializer_list>
#include <limits>
#include <optional>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "moetric/core/name.hpp"
#include "moetric/core/positive.hpp"
#include "moetric/io/json.hpp"

/// Checked access to the fields of a JSON document, with one wording for every rule that a field can break:
/// `moetric: key 'axes[0].from' of 'space.json' must be a whole number, but got 1.5`.
namespace moetric::v0::io {

/// The whole numbers that a field may hold, both ends included.
struct whole_range {
  std::uint64_t least = 0;
  std::uint64_t most = std::numeric_limits<std::uint64_t>::max();
};

namespace detail {

// Each takes what ends the sentence, `refuse(rule)`, so that a name is built only for a value that breaks a rule.

template <class Refuse>
std::uint64_t whole_from(nlohmann::json const& value, whole_range range, Refuse const& refuse) {
  if (!value.is_number_integer()) refuse("be a whole number");
  if (!value.is_number_unsigned() && value.get<std::int64_t>() < 0) refuse("not be negative");
  std::uint64_t const number = value.get<std::uint64_t>();
  if (number < range.least || number > range.most)
    refuse("be " + (range.least == range.most ? "" : "from " + std::to_string(range.least) + " to ") +
           std::to_string(range.most));
  return number;
}

template <class Refuse>
double real_from(nlohmann::json const& value, Refuse const& refuse) {
  if (!value.is_number()) refuse("be a number");
  return value.get<double>();
}

template <class Refuse>
bool flag_from(nlohmann::json const& value, Refuse const& refuse) {
  if (!value.is_boolean()) refuse("be true or false");
  return value.get<bool>();
}

template <class Refuse>
std::string text_from(nlohmann::json const& value, Refuse const& refuse) {
  if (!value.is_string()) refuse("be a string");
  return value.get<std::string>();
}

template <class Refuse>
nlohmann::json const& array_from(nlohmann::json const& value, Refuse const& refuse) {
  if (!value.is_array()) refuse("be an array");
  return value;
}

}  // namespace detail

/// A value of a JSON document that knows where it stands. It refers to the document, which must outlive it.
/// Every reader throws std::invalid_argument with one sentence that names the document, the key and the value.
class json_value {
  struct refusal {
    json_value const& of;
    [[noreturn]] void operator()(std::string const& rule) const { of.refuse(rule); }
  };

 public:
  /// \param document names the whole text in error sentences, as in "'space.json'" or "a plan"
  /// \param path leads from the document to this value, as in "axes[0].from"; empty for the document itself
  json_value(nlohmann::json const& value, std::string document, std::string path = {})
      : value_(&value), document_(std::move(document)), path_(std::move(path)) {}
  json_value(nlohmann::json const&&, std::string, std::string = {}) = delete;

  /// The value itself.
  nlohmann::json const& json() const { return *value_; }
  /// True for JSON's null.
  bool is_null() const { return value_->is_null(); }

  /// "a plan", or "key 'tokens' of a plan"
  std::string subject() const { return path_.empty() ? document_ : "key " + place(); }

  /// "moetric: key 'tokens' of a plan must <rule>, but got <value>"
  [[noreturn]] void refuse(std::string const& rule) const {
    io::refuse(subject() + " must " + rule + ", but got " + shown(*value_));
  }

  /// True if the object has the key, even with the value null.
  bool has(std::string const& key) const { return object().contains(key); }

  /// The value of a key, which may be null, or nothing if the object lacks the key.
  std::optional<json_value> find(std::string const& key) const {
    auto const found = object().find(key);
    if (found == value_->end()) return std::nullopt;
    return json_value(*found, document_, path_to(key));
  }

  /// The value of a key that must be present.
  json_value at(std::string const& key) const {
    if (auto found = find(key)) return *std::move(found);
    io::refuse("key " + in_quotes(path_to(key)) + " of " + document_ + " must be present, but is missing");
  }

  /// Every key of an object, in alphabetical order, with its value.
  std::vector<std::pair<std::string, json_value>> members() const {
    std::vector<std::pair<std::string, json_value>> all;
    for (auto const& [key, value] : object().items()) all.emplace_back(key, json_value(value, document_, path_to(key)));
    return all;
  }

  /// Refuses an object with a key that is not in the list, and suggests the nearest ones.
  template <class Names = braced_names>
  json_value const& allow_keys(Names const& known) const {
    for (auto const& [key, ignored] : object().items()) {
      bool found = false;
      for (std::string_view const name : known) found = found || name == key;
      if (!found) refuse_name("a key of " + place(), key, known);
    }
    return *this;
  }

  /// Every item of an array.
  std::vector<json_value> items() const {
    std::vector<json_value> all;
    for (std::size_t i = 0; i != array().size(); ++i) all.push_back(item(i));
    return all;
  }

  /// A whole number in the given range.
  std::uint64_t whole(whole_range range = {}) const { return detail::whole_from(*value_, range, refusal{*this}); }
  /// Any number.
  double real() const { return detail::real_from(*value_, refusal{*this}); }
  /// true or false.
  bool flag() const { return detail::flag_from(*value_, refusal{*this}); }
  /// A string.
  std::string text() const { return detail::text_from(*value_, refusal{*this}); }

  /// A number above 0.
  double positive() const {
    double const value = real();
    if (!is_positive_and_finite(value)) refuse("be positive and finite");
    return value;
  }

  /// A number; null stands for infinity, which JSON lacks.
  double real_or_infinite() const { return is_null() ? std::numeric_limits<double>::infinity() : real(); }

  /// The numbers of an array.
  std::vector<double> reals() const {
    return each<double>(
        [](nlohmann::json const& value, auto const& refuse) { return detail::real_from(value, refuse); });
  }

  /// The strings of an array.
  std::vector<std::string> texts() const {
    return each<std::string>(
        [](nlohmann::json const& value, auto const& refuse) { return detail::text_from(value, refuse); });
  }

 private:
  nlohmann::json const& object() const {
    if (!value_->is_object()) refuse("be an object");
    return *value_;
  }
  nlohmann::json const& array() const { return detail::array_from(*value_, refusal{*this}); }
  json_value item(std::size_t i) const {
    return json_value((*value_)[i], document_, path_ + "[" + std::to_string(i) + "]");
  }
  std::string path_to(std::string const& key) const { return path_.empty() ? key : path_ + "." + key; }
  std::string place() const { return path_.empty() ? document_ : in_quotes(path_) + " of " + document_; }

  template <class T, class Read>
  std::vector<T> each(Read const& read) const {
    std::vector<T> all;
    for (std::size_t i = 0; i != array().size(); ++i)
      all.push_back(read((*value_)[i], [&](std::string const& rule) { item(i).refuse(rule); }));
    return all;
  }

  nlohmann::json const* value_;
  std::string document_;
  std::string path_;
};

}  // namespace moetric::v0::io
