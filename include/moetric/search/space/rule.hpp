#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <vector>

#include "moetric/core/count.hpp"
#include "moetric/model/parallel.hpp"
#include "moetric/search/space/field.hpp"

namespace moetric::v0::search {

/// How a field is tied to a number or to another field.
enum class tie {
  divisible,    // by it
  at_most,      // as large as it
  commensurate  // one divides the other, as tensor parallelism wants key-value heads
};

/// What every configuration of a space keeps: divisible(field::d_model, 128), at_most(field::top_k, field::n_experts).
struct rule {
  search::field field;
  tie how;
  std::optional<search::field> other{};
  count number = 0;  // in place of another field

  friend bool operator==(rule const&, rule const&) = default;
};

constexpr rule divisible(field f, count by) {
  return {f, tie::divisible, std::nullopt, by};
}
constexpr rule divisible(field f, field by) {
  return {f, tie::divisible, by};
}
constexpr rule at_most(field f, count limit) {
  return {f, tie::at_most, std::nullopt, limit};
}
constexpr rule at_most(field f, field limit) {
  return {f, tie::at_most, limit};
}

/// "n_heads must be divisible by n_kv_heads"
inline std::string to_string(rule const& r) {
  std::string const other = r.other ? std::string(name(*r.other)) : to_string(r.number);
  std::string const subject(name(r.field));
  switch (r.how) {
  case tie::divisible: return subject + " must be divisible by " + other;
  case tie::at_most: return subject + " must not exceed " + other;
  case tie::commensurate: break;
  }
  return subject + " must divide or be divisible by " + other;
}

/// What a trainer asks that cuts each configuration across devices, as `validate(model, parallel_sizes)` does.
inline std::vector<rule> rules_of(parallel_sizes const& sizes) {
  return {divisible(field::n_heads, sizes.tensor),
          {field::n_kv_heads, tie::commensurate, std::nullopt, sizes.tensor},
          divisible(field::d_ff, sizes.tensor),
          divisible(field::n_experts, sizes.expert),
          divisible(field::n_layers, sizes.pipeline)};
}

namespace detail {

constexpr bool keeps(tie how, std::uint64_t value, std::uint64_t other) {
  switch (how) {
  case tie::divisible: return value % other == 0;
  case tie::at_most: return value <= other;
  case tie::commensurate: break;
  }
  return value % other == 0 || (value != 0 && other % value == 0);
}

}  // namespace detail
}  // namespace moetric::v0::search
