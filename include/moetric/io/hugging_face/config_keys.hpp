#pragma once

#include <cstdint>
#include <initializer_list>
#include <optional>
#include <set>
#include <span>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "moetric/io/hugging_face/class_defaults.hpp"
#include "moetric/io/json_value.hpp"

namespace moetric::v0::io::hugging_face {

// These ranges, with heads x head width limited to `width` too, keep every account within a count at any accepted
// sequence length: the largest term, the experts' training FLOPs of one sequence, is below
//   3 (training) x 2^31 (2 x tokens) x 2^20 (layers) x 2^20 (experts) x 3 x 2^48 (weights of one) < 2^123,
// the shared experts and the multi-token prediction modules at most double it, and the attention core stays below
//   3 x 2^61 (twice the pairs) x 2^20 (layers) x 2^25 (query and value width) < 2^108.
/// Widths, ranks and numbers of heads.
inline constexpr whole_range width{1, std::uint64_t{1} << 24};
/// Numbers of layers.
inline constexpr whole_range layer_count{1, std::uint64_t{1} << 20};
/// Indices of layers, and numbers of layers that may be 0.
inline constexpr whole_range layer_index{0, std::uint64_t{1} << 20};
/// Numbers of experts.
inline constexpr whole_range expert_count{1, std::uint64_t{1} << 20};
/// Numbers of experts that may be 0.
inline constexpr whole_range expert_count_or_none{0, std::uint64_t{1} << 20};
/// Vocabulary sizes.
inline constexpr whole_range vocabulary{1, (std::uint64_t{1} << 31) - 1};
/// Window widths in tokens.
inline constexpr whole_range window_width{1, (std::uint64_t{1} << 31) - 1};

/// Checked access to the keys of a config.json. Every error names the key, the model_type and the value.
/// Reading a key marks it as understood; `key_rules.hpp` decides about the keys that nobody read.
class config_keys {
  struct place final : json_place {
    place(config_keys const& keys, std::string_view key, json const& held, std::size_t item = none)
        : keys_(keys), key_(key), held_(held), item_(item) {}
    [[noreturn]] void refuse(std::string const& rule) const override {
      std::string const item = item_ == none ? "" : "[" + std::to_string(item_) + "]";
      keys_.refuse(std::string(key_) + item, rule, "got " + shown(held_));
    }

   private:
    static constexpr std::size_t none = ~std::size_t{0};
    config_keys const& keys_;
    std::string_view key_;
    json const& held_;
    std::size_t item_;
  };

 public:
  /// \param inside true if another configuration nests this one, whose file then omits some defaults
  config_keys(json_object object, std::string model_type, bool inside = false)
      : object_(std::move(object)), model_type_(std::move(model_type)), inside_(inside) {}

  /// The configuration's model_type, its keys, those understood so far, and the notes for the user.
  std::string const& model_type() const { return model_type_; }
  json_object const& object() const { return object_; }
  /// True if another configuration nests this one.
  bool inside() const { return inside_; }
  std::set<std::string, std::less<>> const& understood() const { return understood_; }
  std::vector<std::string>& notes() { return notes_; }

  /// Marks keys as understood that change no count.
  void understand(std::initializer_list<std::string_view> keys) { understood_.insert(keys.begin(), keys.end()); }

  /// The value of a key, or a null pointer if it is absent or null.
  json const* value(std::string_view key) {
    json const* const held = value_or_null(key);
    return held == nullptr || held->is_null() ? nullptr : held;
  }
  /// True if the key is present, null or not.
  bool is_present(std::string_view key) const { return object_.find(key) != nullptr; }
  /// True if the key is present and null.
  bool is_null(std::string_view key) {
    json const* const held = value_or_null(key);
    return held != nullptr && held->is_null();
  }

  /// A whole number that must be present, except for the class defaults of a nested configuration.
  std::uint64_t whole(std::string_view key, whole_range range) {
    if (std::optional<std::uint64_t> const number = whole_if_present(key, range)) return *number;
    if (is_null(key)) refuse(key, "be present", "is null");
    if (std::optional<std::uint64_t> const number = class_default(model_type_, key); number && inside_)
      return assume(key, *number);
    refuse(key, "be present", "is missing");
  }
  /// The same for a key with several spellings, which must agree if more than one is present.
  std::uint64_t whole(std::initializer_list<std::string_view> spellings, whole_range range) {
    std::optional<std::uint64_t> number;
    std::string_view first;
    for (std::string_view const key : spellings) {
      std::optional<std::uint64_t> const other = whole_if_present(key, range);
      if (number && other && *number != *other)
        refuse(key, "equal " + in_quotes(first), "got " + std::to_string(*other) + " and " + std::to_string(*number));
      if (other && !number) {
        number = other;
        first = key;
      }
    }
    return number ? *number : whole(*spellings.begin(), range);
  }
  /// A whole number, or `otherwise` if the key is absent or null.
  std::uint64_t whole_or(std::string_view key, whole_range range, std::uint64_t otherwise) {
    return whole_if_present(key, range).value_or(otherwise);
  }
  /// A whole number, or nothing if the key is absent or null.
  std::optional<std::uint64_t> whole_if_present(std::string_view key, whole_range range) {
    json const* const held = value(key);
    if (held == nullptr) return std::nullopt;
    return io::detail::whole_from(*held, range, place(*this, key, *held));
  }

  /// A flag, or `otherwise` if the key is absent. The modelling code takes null for false, so null is an error where an
  /// absent key means true.
  bool flag(std::string_view key, bool otherwise) {
    json const* const held = value(key);
    if (held == nullptr && otherwise && is_null(key)) refuse(key, "be true or false", "is null");
    if (held == nullptr) return otherwise;
    return io::detail::flag_from(*held, place(*this, key, *held));
  }

  /// A flag that must be present, because releases of transformers differ in its default.
  bool flag(std::string_view key) {
    if (value(key) == nullptr) refuse(key, "be present", is_null(key) ? "is null" : "is missing");
    return flag(key, false);
  }

  /// A string, or nothing if the key is absent or null.
  std::optional<std::string> text(std::string_view key) {
    json const* const held = value(key);
    if (held == nullptr) return std::nullopt;
    return io::detail::text_from(*held, place(*this, key, *held));
  }
  /// The strings of an array; none if the key is absent or null.
  std::vector<std::string> texts(std::string_view key) {
    std::vector<std::string> all;
    for (json const& each : items(key)) all.push_back(io::detail::text_from(each, place(*this, key, each, all.size())));
    return all;
  }
  /// The whole numbers of an array; none if the key is absent or null.
  std::vector<std::uint64_t> wholes(std::string_view key, whole_range range) {
    std::vector<std::uint64_t> all;
    for (json const& each : items(key))
      all.push_back(io::detail::whole_from(each, range, place(*this, key, each, all.size())));
    return all;
  }

  /// Notes that an absent key took the default of its configuration class in transformers.
  std::uint64_t assume(std::string_view key, std::uint64_t number) {
    notes_.push_back(subject(key) + " is absent: " + std::to_string(number) + ", the default of transformers");
    return number;
  }

  /// "moetric: key 'k' of model_type 't' must <rule>, but <got>"
  [[noreturn, gnu::cold]] void refuse(std::string_view key, std::string const& rule, std::string const& got) const {
    io::refuse(subject(key) + " must " + rule + ", but " + got);
  }

 private:
  std::string subject(std::string_view key) const {
    return "key " + in_quotes(key) + " of model_type " + in_quotes(model_type_);
  }
  json const* value_or_null(std::string_view key) {
    understood_.emplace(key);
    return object_.find(key);
  }
  std::span<json const> items(std::string_view key) {
    json const* const held = value(key);
    if (held == nullptr) return {};
    return io::detail::array_from(*held, place(*this, key, *held));
  }

  json_object object_;
  std::string model_type_;
  bool inside_;
  std::set<std::string, std::less<>> understood_{"model_type"};
  std::vector<std::string> notes_;
};

}  // namespace moetric::v0::io::hugging_face
