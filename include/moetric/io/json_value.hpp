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
#include "moetric/io/error.hpp"
#include "moetric/io/json.hpp"
#include "moetric/io/json_text.hpp"

/// Checked access to the fields of a JSON document, with one wording for every rule that a field can break:
/// `moetric: key 'axes[0].from' of 'space.json' must be a whole number, but got 1.5`.
namespace moetric::v0::io {

/// The whole numbers that a field may hold, both ends included.
struct whole_range {
  std::uint64_t least = 0;
  std::uint64_t most = std::numeric_limits<std::uint64_t>::max();
};

/// Where a value stands. It ends the sentence of an error, and is asked for its name only then.
class json_place {
 public:
  /// "moetric: <place> must <rule>, but got <value>"
  [[noreturn]] virtual void refuse(std::string const& rule) const = 0;

 protected:
  json_place() = default;
  json_place(json_place const&) = default;
  json_place& operator=(json_place const&) = default;
  ~json_place() = default;
};

namespace detail {

inline std::uint64_t whole_from(json const& value, whole_range range, json_place const& place) {
  if (!value.is_whole()) place.refuse("be a whole number");
  auto const [magnitude, negative] = value.whole();
  if (negative) place.refuse("not be negative");
  if (magnitude < range.least || magnitude > range.most)
    place.refuse("be " + (range.least == range.most ? "" : "from " + std::to_string(range.least) + " to ") +
                 std::to_string(range.most));
  return static_cast<std::uint64_t>(magnitude);
}

inline double real_from(json const& value, json_place const& place) {
  if (!value.is_number()) place.refuse("be a number");
  return value.real();
}

inline bool flag_from(json const& value, json_place const& place) {
  if (!value.is_flag()) place.refuse("be true or false");
  return value.flag();
}

inline std::string const& text_from(json const& value, json_place const& place) {
  if (!value.is_text()) place.refuse("be a string");
  return value.text();
}

inline json_array const& array_from(json const& value, json_place const& place) {
  if (!value.is_array()) place.refuse("be an array");
  return value.array();
}

}  // namespace detail

/// A value of a JSON document that knows where it stands. It refers to the document, which must outlive it.
/// Every reader throws std::invalid_argument with one sentence that names the document, the key and the value.
class json_value final : public json_place {
 public:
  /// \param document names the whole text in error sentences, as in "'space.json'" or "a plan"
  /// \param path leads from the document to this value, as in "axes[0].from"; empty for the document itself
  json_value(json const& value, std::string document, std::string path = {})
      : value_(&value), document_(std::move(document)), path_(std::move(path)) {}
  json_value(json const&&, std::string, std::string = {}) = delete;

  /// The value itself.
  json const& value() const { return *value_; }
  /// True for JSON's null.
  bool is_null() const { return value_->is_null(); }

  /// "a plan", or "key 'tokens' of a plan"
  std::string subject() const { return path_.empty() ? document_ : "key " + place(); }

  /// "moetric: key 'tokens' of a plan must <rule>, but got <value>"
  [[noreturn]] void refuse(std::string const& rule) const override {
    io::refuse(subject() + " must " + rule + ", but got " + shown(*value_));
  }

  /// True if the object has the key, even with the value null.
  bool has(std::string const& key) const { return object().find(key) != nullptr; }

  /// The value of a key, which may be null, or nothing if the object lacks the key.
  std::optional<json_value> find(std::string const& key) const {
    json const* const found = object().find(key);
    if (found == nullptr) return std::nullopt;
    return json_value(*found, document_, path_to(key));
  }

  /// The value of a key that must be present.
  json_value at(std::string const& key) const {
    if (auto found = find(key)) return *std::move(found);
    refuse_missing({in_quotes(path_to(key))});
  }

  /// Refuses an object that lacks some of the keys, and names all that are missing.
  json_value const& require_keys(std::vector<std::string_view> const& needed) const {
    std::vector<std::string> missing;
    for (std::string_view const key : needed)
      if (object().find(key) == nullptr) missing.push_back(in_quotes(path_to(std::string(key))));
    if (!missing.empty()) refuse_missing(missing);
    return *this;
  }

  /// Every key of an object with its value, in the order of the document: alphabetical if it is read from a text.
  std::vector<std::pair<std::string, json_value>> members() const {
    std::vector<std::pair<std::string, json_value>> all;
    for (auto const& [key, value] : object()) all.emplace_back(key, json_value(value, document_, path_to(key)));
    return all;
  }

  /// Refuses an object with a key that is not in the list, and suggests the nearest ones.
  json_value const& allow_keys(names_ref known) const {
    for (auto const& [key, ignored] : object()) {
      bool found = false;
      for (std::size_t i = 0; i != known.size(); ++i) found = found || known[i] == key;
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
  std::uint64_t whole(whole_range range = {}) const { return detail::whole_from(*value_, range, *this); }
  /// Any number.
  double real() const { return detail::real_from(*value_, *this); }
  /// true or false.
  bool flag() const { return detail::flag_from(*value_, *this); }
  /// A string.
  std::string text() const { return detail::text_from(*value_, *this); }

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
    std::vector<double> all;
    for (json const& each : array()) all.push_back(detail::real_from(each, nth{*this, all.size()}));
    return all;
  }

  /// The strings of an array.
  std::vector<std::string> texts() const {
    std::vector<std::string> all;
    for (json const& each : array()) all.push_back(detail::text_from(each, nth{*this, all.size()}));
    return all;
  }

 private:
  [[noreturn]] void refuse_missing(std::vector<std::string> const& keys) const {
    io::refuse((keys.size() == 1 ? "key " : "keys ") + listed(keys) + " of " + document_ + " must be present, but " +
               (keys.size() == 1 ? "is" : "are") + " missing");
  }

  /// An item of an array, which is named only if it breaks a rule.
  struct nth : json_place {
    nth(json_value const& array, std::size_t index) : array_(array), index_(index) {}
    [[noreturn]] void refuse(std::string const& rule) const override { array_.item(index_).refuse(rule); }

   private:
    json_value const& array_;
    std::size_t index_;
  };

  json_object const& object() const {
    if (!value_->is_object()) refuse("be an object");
    return value_->object();
  }
  json_array const& array() const { return detail::array_from(*value_, *this); }
  json_value item(std::size_t i) const {
    return json_value(array()[i], document_, path_ + "[" + std::to_string(i) + "]");
  }
  std::string path_to(std::string const& key) const { return path_.empty() ? key : path_ + "." + key; }
  std::string place() const { return path_.empty() ? document_ : in_quotes(path_) + " of " + document_; }

  json const* value_;
  std::string document_;
  std::string path_;
};

}  // namespace moetric::v0::io
