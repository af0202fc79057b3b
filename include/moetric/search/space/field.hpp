#pragma once

#include <array>
#include <cstddef>
#include <optional>
#include <string_view>

#include "moetric/model/shape.hpp"

namespace moetric::v0::search {

/// The numbers of a shape, in the order of `shape`. `n_layers` = n_dense_layers + n_moe_layers is for rules only.
enum class field : unsigned char {
  d_model,
  n_dense_layers,
  n_moe_layers,
  n_heads,
  n_kv_heads,
  head_dim,
  d_ff,
  d_expert,
  n_experts,
  top_k,
  n_shared_experts,
  vocab_size,
  n_layers,
};

/// How many fields a shape has, without `n_layers`.
inline constexpr std::size_t n_fields = shape_field_names.size();

/// The name of a field, such as "d_model".
constexpr std::string_view name(field f) {
  return f == field::n_layers ? "n_layers" : shape_field_names[static_cast<std::size_t>(f)];
}

/// The field with that name; empty for another name and for "n_layers".
constexpr std::optional<field> find_field(std::string_view wanted) {
  for (std::size_t i = 0; i != n_fields; ++i)
    if (name(static_cast<field>(i)) == wanted) return static_cast<field>(i);
  return std::nullopt;
}

/// One number per field.
template <class T>
struct fields {
  std::array<T, n_fields> values;

  /// The number of a field; `n_layers` has none.
  constexpr T& operator[](field f) { return values[static_cast<std::size_t>(f)]; }
  constexpr T const& operator[](field f) const { return values[static_cast<std::size_t>(f)]; }

  /// The shape with these numbers.
  constexpr shape<T> to_shape(bool tied = false) const {
    return shape_of<T>([this](std::size_t i) { return values[i]; }, tied);
  }
};

/// The fields of a shape, in order.
template <class T>
constexpr fields<T> fields_of(shape<T> const& s) {
  return [&]<std::size_t... i>(std::index_sequence<i...>) {
    return fields<T>{{s.*shape_members<T>[i]...}};
  }
  (std::make_index_sequence<n_fields>{});
}

}  // namespace moetric::v0::search
