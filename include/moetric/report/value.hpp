#pragma once

#include <concepts>
#include <initializer_list>
#include <optional>
#include <stdexcept>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "moetric/core/count.hpp"
#include "moetric/core/ratio.hpp"

/// What an answer is made of: a tree of named values. `report/json.hpp` and `report/text.hpp` render it.
namespace moetric::v0::report {

struct object_member;
class entry;

/// A value of an answer: nothing, a flag, a whole number of any width, a real number, a text, a list or an object.
class value {
 public:
  enum class kinds { nothing, flag, whole, real, text, list, object };

  value() noexcept;
  value(value const&);
  value(value&&) noexcept;
  value& operator=(value const&);
  value& operator=(value&&) noexcept;
  ~value();

  value(std::same_as<bool> auto of) : value(kinds::flag) { negative_ = of; }
  template <std::integral Integer>
  requires(!std::same_as<Integer, bool>) value(Integer of) : value(kinds::whole) {
    negative_ = of < 0;
    magnitude_ = negative_ ? count(0ULL - static_cast<unsigned long long>(of)) : count(of < 0 ? Integer{} : of);
  }
  value(count of);
  /// A whole number if it is one, else the nearest double.
  value(ratio of);
  value(double of);
  value(std::string of);
  value(std::string_view of);
  value(char const* of) : value(std::string_view(of)) {}
  template <class T>
  value(std::optional<T> const& of) : value(of ? value(*of) : value()) {}
  /// A list of the members of a range.
  template <class Range>
  requires(!std::convertible_to<Range const&, std::string_view> && requires(Range const& r) { r.begin() != r.end(); })
      value(Range const& of)
      : value(kinds::list) {
    for (auto const& each : of) append(value(each));
  }

  /// What it holds.
  kinds kind() const { return kind_; }
  bool is_number() const { return kind_ == kinds::whole || kind_ == kinds::real; }
  /// \throws std::logic_error if the value is of another kind, as all of these
  bool flag() const { return require(kinds::flag), negative_; }
  bool is_negative() const { return kind_ == kinds::whole ? negative_ : real() < 0; }
  count magnitude() const { return require(kinds::whole), magnitude_; }
  double real() const {
    if (kind_ != kinds::whole) return require(kinds::real), real_;
    double const size = static_cast<double>(magnitude_);
    return negative_ ? -size : size;
  }
  std::string const& text() const { return require(kinds::text), text_; }

  /// The members of a list or an object, in order; those of a list have no names.
  std::vector<object_member> const& members() const { return members_; }
  /// True if the names of an object are data (of laws, terms, models), not keys of the answer.
  bool is_keyed() const { return keyed_; }
  std::size_t size() const;
  bool empty() const { return size() == 0; }

  /// The member of this name, or null.
  value const* find(std::string_view name) const;
  /// \throws std::logic_error if the object has no such member
  value const& operator[](std::string_view name) const;
  /// Adds a member to an object, or replaces the one of this name.
  template <class T>
  value& set(std::string_view name, T&& of, std::string_view unit = {});
  value& set(entry const& of);
  /// Adds all members of another object.
  value& update(value const& other);
  value& append(value of);

  /// An object. With `keyed`, its names are data (of laws, terms, models).
  static value object(std::initializer_list<entry> entries = {}, bool keyed = false);
  static value list() { return value(kinds::list); }

 private:
  explicit value(kinds kind);
  void require(kinds kind) const {
    if (kind_ != kind) throw std::logic_error("moetric: a value of an answer is of another kind");
  }

  kinds kind_ = kinds::nothing;
  bool negative_ = false;  // of a flag: itself
  bool keyed_ = false;
  count magnitude_ = 0;
  double real_ = 0;
  std::string text_;
  std::vector<object_member> members_;
};

/// A named member of an object. Where `unit` is empty, the name determines it (`report/unit.hpp`), else the
/// enclosing object's applies.
struct object_member {
  std::string name;
  value content;
  std::string_view unit;

  /// A member, with the unit of the numbers in it.
  object_member(std::string_view named, value of, std::string_view in = {});
};

/// A member as it is written where an object is made: `{"loss", found.loss, units::nats_per_token}`. It refers to what
/// its value is made from, which must outlive it, as it does in an initialiser list. An answer lists hundreds: an entry
/// is trivial, so that the compiler generates a few stores for each, not a value and its clean-up.
class entry {
 public:
  template <class T>
  requires(!std::convertible_to<T const&, std::string_view>)
      entry(std::string_view name, T const& of, std::string_view unit = {})
      : name_(name), unit_(unit), of_(&of), make_(made<T>) {}
  template <std::same_as<value> Value>
  entry(std::string_view name, Value&& of, std::string_view unit = {})
      : name_(name), unit_(unit), of_(&of), make_(moved) {}
  entry(std::string_view name, std::string_view text, std::string_view unit = {})
      : name_(name), unit_(unit), of_(text.data()), size_(text.size()), make_(copied) {}

  /// The member's name, unit and value.
  std::string_view name() const { return name_; }
  std::string_view unit() const { return unit_; }
  value content() const { return make_(of_, size_); }

 private:
  template <class T>
  static value made(void const* of, std::size_t) {
    return value(*static_cast<T const*>(of));
  }
  static value moved(void const* of, std::size_t) {
    return std::move(*const_cast<value*>(static_cast<value const*>(of)));  // was given as an rvalue
  }
  static value copied(void const* of, std::size_t size) { return std::string_view(static_cast<char const*>(of), size); }

  std::string_view name_, unit_;
  void const* of_;
  std::size_t size_ = 0;  // of a text
  value (*make_)(void const*, std::size_t);
};

template <class T>
value& value::set(std::string_view name, T&& of, std::string_view unit) {
  return set(entry(name, std::forward<T>(of), unit));
}

/// An object with the keys of the answer.
inline value object(std::initializer_list<entry> entries = {}) {
  return value::object(entries);
}
/// An object whose names are data: of laws, terms, models.
inline value keyed(std::initializer_list<entry> entries = {}) {
  return value::object(entries, true);
}

// An answer holds hundreds of values, each made once: inlined, their constructors would take seconds to compile.
[[gnu::cold]] inline value::value() noexcept = default;
[[gnu::cold]] inline value::value(kinds kind) : kind_(kind) {}
[[gnu::cold]] inline value::value(value const&) = default;
[[gnu::cold]] inline value::value(value&&) noexcept = default;
[[gnu::cold]] inline value& value::operator=(value const&) = default;
[[gnu::cold]] inline value& value::operator=(value&&) noexcept = default;
[[gnu::cold]] inline value::~value() = default;
[[gnu::cold]] inline value::value(count of) : kind_(kinds::whole), magnitude_(of) {}
[[gnu::cold]] inline value::value(double of) : kind_(kinds::real), real_(of) {}
[[gnu::cold]] inline value::value(std::string of) : kind_(kinds::text), text_(std::move(of)) {}
[[gnu::cold]] inline value::value(std::string_view of) : kind_(kinds::text), text_(of) {}
[[gnu::cold]] inline value::value(ratio of)
    : value(of.is_integer() ? value(of.numerator) : value(static_cast<double>(of))) {}
[[gnu::cold]] inline object_member::object_member(std::string_view named, value of, std::string_view in)
    : name(named), content(std::move(of)), unit(in) {}

[[gnu::cold]] inline std::size_t value::size() const {
  return members_.size();
}

[[gnu::cold]] inline value const* value::find(std::string_view name) const {
  for (object_member const& each : members_)
    if (each.name == name) return &each.content;
  return nullptr;
}

[[gnu::cold]] inline value const& value::operator[](std::string_view name) const {
  if (value const* found = find(name)) return *found;
  throw std::logic_error("moetric: an answer has no value named " + std::string(name));
}

[[gnu::cold]] inline value& value::set(entry const& of) {
  require(kinds::object);
  for (object_member& each : members_)
    if (each.name == of.name()) {
      each.content = of.content();
      each.unit = of.unit();
      return *this;
    }
  members_.emplace_back(of.name(), of.content(), of.unit());
  return *this;
}

[[gnu::cold]] inline value& value::update(value const& other) {
  for (object_member const& each : other.members_) set(each.name, each.content, each.unit);
  return *this;
}

[[gnu::cold]] inline value& value::append(value of) {
  require(kinds::list);
  members_.emplace_back(std::string_view(), std::move(of));
  return *this;
}

[[gnu::cold]] inline value value::object(std::initializer_list<entry> entries, bool keyed) {
  value made(kinds::object);
  made.keyed_ = keyed;
  made.members_.reserve(entries.size());
  for (entry const& each : entries) made.members_.emplace_back(each.name(), each.content(), each.unit());
  return made;
}

}  // namespace moetric::v0::report
