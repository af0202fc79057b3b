#pragma once

#include <algorithm>
#include <concepts>
#include <cstddef>
#include <initializer_list>
#include <string>
#include <string_view>
#include <utility>
#include <variant>
#include <vector>

#include "moetric/core/count.hpp"

/// JSON as plain data, for files of strangers: a key is found by bisection, so an object of a million keys is no
/// attack. Answers are `report::value`s instead, whose few members keep their order and have units.
/// `io/json_parser.hpp` reads it from text, `io/json_text.hpp` writes it, and `io/json_value.hpp`
/// reads its fields with checks.
namespace moetric::v0::io {

class json;

/// A key of a JSON object with its value.
using json_member = std::pair<std::string, json>;

/// The items of a JSON array.
using json_array = std::vector<json>;

/// A whole number as JSON spells it: a sign and up to 128 bits.
struct json_whole {
  count magnitude = 0;    // without its sign
  bool negative = false;  // never of 0

  friend constexpr bool operator==(json_whole const&, json_whole const&) = default;
};

/// The members of a JSON object, in the order in which they were added; those of a text are in alphabetical order. Each
/// key appears once.
class json_object {
 public:
  json_object() = default;
  json_object(std::initializer_list<json_member> members);

  bool empty() const;
  std::size_t size() const;
  json_member const* begin() const;
  json_member const* end() const;
  json_member* begin();
  json_member* end();

  /// The value of a key, or a null pointer if the object lacks it.
  json const* find(std::string_view key) const;
  json* find(std::string_view key) { return const_cast<json*>(std::as_const(*this).find(key)); }
  /// The value of a key, appended as JSON's null if the object lacks it.
  json& operator[](std::string_view key);
  /// Appends a key that the object lacks.
  json& append(std::string key);
  /// Removes a key, if the object has it.
  void erase(std::string_view key);
  /// Puts the keys in alphabetical order.
  void sort();

  /// Equal keys and values in the same order.
  friend bool operator==(json_object const& a, json_object const& b);

 private:
  std::vector<json_member> members_;
  bool sorted_ = true;
};

/// A JSON value: null, true or false, a whole number, a real number, a string, an array or an object.
class json {
 public:
  json() = default;  // null
  json(std::nullptr_t) {}
  json(std::same_as<bool> auto flag) : value_(flag) {}
  json(json_whole whole) : value_(whole) {}
  json(count whole) : json(json_whole{whole}) {}
  template <std::integral Integer>
  requires(!std::same_as<Integer, bool>) json(Integer whole)
      : json(whole < Integer{0} ? json_whole{count::from_bits(-static_cast<uint128>(whole)), true}
                                : json_whole{count::from_bits(static_cast<uint128>(whole))}) {}
  json(double real) : value_(real) {}
  json(std::string text) : value_(std::move(text)) {}
  json(std::string_view text) : json(std::string(text)) {}
  json(char const* text) : json(std::string(text)) {}
  json(json_array items) : value_(std::move(items)) {}
  json(json_object members) : value_(std::move(members)) {}

  /// What kind of value it is; a number is whole or real.
  bool is_null() const { return is<std::monostate>(); }
  bool is_flag() const { return is<bool>(); }
  bool is_whole() const { return is<json_whole>(); }
  bool is_number() const { return is_whole() || is<double>(); }
  bool is_text() const { return is<std::string>(); }
  bool is_array() const { return is<json_array>(); }
  bool is_object() const { return is<json_object>(); }

  /// The value. Each throws std::bad_variant_access for a value of another kind.
  bool flag() const { return std::get<bool>(value_); }
  json_whole whole() const { return std::get<json_whole>(value_); }
  std::string const& text() const { return std::get<std::string>(value_); }
  json_array const& array() const { return std::get<json_array>(value_); }
  json_array& array() { return std::get<json_array>(value_); }
  json_object const& object() const { return std::get<json_object>(value_); }
  json_object& object() { return std::get<json_object>(value_); }
  /// The double nearest to a number.
  double real() const;

  /// The value of a key, or a null pointer if this is no object or lacks the key.
  json const* find(std::string_view key) const { return is_object() ? object().find(key) : nullptr; }
  json* find(std::string_view key) { return is_object() ? object().find(key) : nullptr; }
  /// True for null, [] and {}.
  bool empty() const;

  /// Numbers are equal by value: 1 and 1.0.
  friend bool operator==(json const& a, json const& b);

 private:
  template <class Kind>
  bool is() const {
    return std::holds_alternative<Kind>(value_);
  }

  std::variant<std::monostate, bool, json_whole, double, std::string, json_array, json_object> value_;
};

/// A JSON array of the elements of a range.
template <class Range>
json_array json_array_of(Range const& range) {
  json_array items;
  for (auto const& each : range) items.emplace_back(each);
  return items;
}

inline double json::real() const {
  if (!is_whole()) return std::get<double>(value_);
  double const magnitude = static_cast<double>(whole().magnitude);
  return whole().negative ? -magnitude : magnitude;
}

inline bool json::empty() const {
  return is_null() || (is_array() && array().empty()) || (is_object() && object().empty());
}

inline bool operator==(json const& a, json const& b) {
  if (a.is_number() && b.is_number() && a.is_whole() != b.is_whole()) return a.real() == b.real();
  return a.value_ == b.value_;
}

inline json_object::json_object(std::initializer_list<json_member> members) {
  for (auto const& [key, value] : members) (*this)[key] = value;
}

inline bool json_object::empty() const {
  return members_.empty();
}
inline std::size_t json_object::size() const {
  return members_.size();
}
inline json_member const* json_object::begin() const {
  return members_.data();
}
inline json_member const* json_object::end() const {
  return members_.data() + members_.size();
}

inline json_member* json_object::begin() {
  return members_.data();
}
inline json_member* json_object::end() {
  return members_.data() + members_.size();
}

inline json const* json_object::find(std::string_view key) const {
  json_member const* const found =
      sorted_ ? std::lower_bound(begin(), end(), key,
                                 [](json_member const& each, auto wanted) { return each.first < wanted; })
              : std::find_if(begin(), end(), [key](json_member const& each) { return each.first == key; });
  return found != end() && found->first == key ? &found->second : nullptr;
}

inline json& json_object::operator[](std::string_view key) {
  if (json* const found = find(key)) return *found;
  return append(std::string(key));
}

inline json& json_object::append(std::string key) {
  sorted_ = sorted_ && (members_.empty() || members_.back().first < key);
  return members_.emplace_back(std::move(key), json()).second;
}

inline void json_object::erase(std::string_view key) {
  std::erase_if(members_, [key](json_member const& each) { return each.first == key; });
}

inline void json_object::sort() {
  if (sorted_) return;
  std::vector<json_member*> order;
  for (json_member& each : members_) order.push_back(&each);
  std::sort(order.begin(), order.end(), [](auto const* a, auto const* b) { return a->first < b->first; });
  std::vector<json_member> sorted;
  sorted.reserve(order.size());
  for (json_member* const each : order) sorted.push_back(std::move(*each));
  members_ = std::move(sorted);
  sorted_ = true;
}

inline bool operator==(json_object const& a, json_object const& b) {
  return a.members_ == b.members_;
}

}  // namespace moetric::v0::io
