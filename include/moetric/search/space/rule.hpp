#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <vector>

#include "moetric/core/count.hpp"
#include "moetric/model/parallel.hpp"
#include "moetric/search/space/field.hpp"

namespace moetric::v0::search {

/// How a field relates to a number or to another field.
enum class tie {
  divisible,    // field % other == 0
  at_most,      // field <= other
  at_least,     // field >= other
  commensurate  // one divides the other, as tensor parallelism requires of KV heads
};

/// A condition that every configuration of a space satisfies: divisible(field::d_model, 128), at_most(field::top_k,
/// field::n_experts).
struct rule {
  search::field field;
  tie how;
  std::optional<search::field> other{};
  count number = 0;  // used where there is no other field

  friend bool operator==(rule const&, rule const&) = default;
};

/// f must be a multiple of a number.
constexpr rule divisible(field f, count by) {
  return {f, tie::divisible, std::nullopt, by};
}
/// f must be a multiple of another field.
constexpr rule divisible(field f, field by) {
  return {f, tie::divisible, by};
}
/// f must not exceed a number.
constexpr rule at_most(field f, count limit) {
  return {f, tie::at_most, std::nullopt, limit};
}
/// f must not exceed another field.
constexpr rule at_most(field f, field limit) {
  return {f, tie::at_most, limit};
}

/// f must not be less than a number.
constexpr rule at_least(field f, count limit) {
  return {f, tie::at_least, std::nullopt, limit};
}

/// "n_heads must be divisible by n_kv_heads"
[[gnu::cold]] inline std::string to_string(rule const& r) {
  std::string const other = r.other ? std::string(name(*r.other)) : to_string(r.number);
  std::string const subject(name(r.field));
  switch (r.how) {
  case tie::divisible: return subject + " must be divisible by " + other;
  case tie::at_most: return subject + " must not exceed " + other;
  case tie::at_least: return subject + " must be at least " + other;
  case tie::commensurate: break;
  }
  return subject + " must divide or be divisible by " + other;
}

/// The rules of a trainer that shards each configuration with these sizes, one field each, as
/// `validate(model, parallel_sizes)` checks them; stages may be uneven. It also checks what takes two fields: that the
/// width of all shared experts, n_shared_experts·d_expert, is divisible by the tensor-parallel size.
inline std::vector<rule> rules_of(parallel_sizes const& sizes) {
  return {divisible(field::n_heads, sizes.tensor),
          {field::n_kv_heads, tie::commensurate, std::nullopt, sizes.tensor},
          divisible(field::d_ff, sizes.tensor),
          divisible(field::n_experts, sizes.expert),
          divisible(field::d_expert, sizes.expert_tensor),
          at_least(field::n_layers, sizes.pipeline)};
}

namespace detail {

/// True if a relation is one of order, not of division.
constexpr bool compares(tie how) {
  return how == tie::at_most || how == tie::at_least;
}
constexpr bool keeps(tie how, std::uint64_t value, std::uint64_t other) {
  switch (how) {
  case tie::divisible: return value % other == 0;
  case tie::at_most: return value <= other;
  case tie::at_least: return value >= other;
  case tie::commensurate: break;
  }
  return value % other == 0 || (value != 0 && other % value == 0);
}

}  // namespace detail
}  // namespace moetric::v0::search
