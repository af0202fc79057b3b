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
  field of;
  tie how;
  std::optional<field> other{};
  count number = 0;  // in place of another field

  friend bool operator==(rule const&, rule const&) = default;
};

constexpr rule divisible(field of, count by) {
  return {of, tie::divisible, std::nullopt, by};
}
constexpr rule divisible(field of, field by) {
  return {of, tie::divisible, by};
}
constexpr rule at_most(field of, count limit) {
  return {of, tie::at_most, std::nullopt, limit};
}
constexpr rule at_most(field of, field limit) {
  return {of, tie::at_most, limit};
}

/// "n_heads must be divisible by n_kv_heads"
inline std::string to_string(rule const& r) {
  std::string const other = r.other ? std::string(name(*r.other)) : to_string(r.number);
  std::string const of(name(r.of));
  switch (r.how) {
  case tie::divisible: return of + " must be divisible by " + other;
  case tie::at_most: return of + " must not exceed " + other;
  case tie::commensurate: break;
  }
  return of + " must divide or be divisible by " + other;
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

constexpr bool keeps(tie how, std::uint64_t of, std::uint64_t other) {
  switch (how) {
  case tie::divisible: return of % other == 0;
  case tie::at_most: return of <= other;
  case tie::commensurate: break;
  }
  return of % other == 0 || (of != 0 && other % of == 0);
}

}  // namespace detail
}  // namespace moetric::v0::search
