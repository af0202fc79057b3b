#pragma once

#include <array>
#include <cstddef>
#include <optional>
#include <string_view>

#include "moetric/model/shape.hpp"

namespace moetric::inline v0::search {

/// The numbers of a shape, in the order of `shape`. `n_layers` is their sum of two, for rules alone.
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

inline constexpr std::size_t n_fields = 12;

constexpr std::string_view name(field f) {
  constexpr std::string_view names[n_fields + 1]{
      "d_model",  "n_dense_layers", "n_moe_layers", "n_heads",          "n_kv_heads", "head_dim", "d_ff",
      "d_expert", "n_experts",      "top_k",        "n_shared_experts", "vocab_size", "n_layers"};
  return names[static_cast<std::size_t>(f)];
}

/// The field of that name, or none.
constexpr std::optional<field> find_field(std::string_view wanted) {
  for (std::size_t i = 0; i != n_fields; ++i)
    if (name(static_cast<field>(i)) == wanted) return static_cast<field>(i);
  return std::nullopt;
}

/// A number for each field.
template <class T>
struct fields {
  std::array<T, n_fields> values;

  constexpr T& operator[](field f) { return values[static_cast<std::size_t>(f)]; }
  constexpr T const& operator[](field f) const { return values[static_cast<std::size_t>(f)]; }

  constexpr shape<T> to_shape(bool tied = false) const {
    return {.d_model = (*this)[field::d_model],
            .n_dense_layers = (*this)[field::n_dense_layers],
            .n_moe_layers = (*this)[field::n_moe_layers],
            .n_heads = (*this)[field::n_heads],
            .n_kv_heads = (*this)[field::n_kv_heads],
            .head_dim = (*this)[field::head_dim],
            .d_ff = (*this)[field::d_ff],
            .d_expert = (*this)[field::d_expert],
            .n_experts = (*this)[field::n_experts],
            .top_k = (*this)[field::top_k],
            .n_shared_experts = (*this)[field::n_shared_experts],
            .vocab_size = (*this)[field::vocab_size],
            .tied = tied};
  }
};

/// The fields of a shape, in order.
template <class T>
constexpr fields<T> fields_of(shape<T> const& s) {
  return {{s.d_model, s.n_dense_layers, s.n_moe_layers, s.n_heads, s.n_kv_heads, s.head_dim, s.d_ff, s.d_expert,
           s.n_experts, s.top_k, s.n_shared_experts, s.vocab_size}};
}

}  // namespace moetric::inline v0::search
