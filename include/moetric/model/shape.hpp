#pragma once

#include <array>
#include <cstddef>
#include <string_view>
#include <utility>

#include "moetric/core/positive.hpp"
#include "moetric/model/model.hpp"

namespace moetric::v0 {

/// The uniform MoE family of the scaling-law papers: dense layers, then MoE layers, one kind of attention, RMSNorm,
/// no biases. A template over the number type, so that whole spaces of shapes are counted with the same formulas.
/// Source: 2603.21862, Table 1.
template <Arithmetic T = count>
struct shape {
  T d_model = T(0);
  T n_dense_layers = T(0);
  T n_moe_layers = T(0);
  T n_heads = T(0);
  T n_kv_heads = n_heads;
  T head_dim = T(0);
  T d_ff = T(0);              // width of a dense layer's feed-forward
  T d_expert = T(0);          // width of one expert, routed or shared
  T n_experts = T(0);         // routed experts of an MoE layer
  T top_k = T(0);             // routed experts that one token uses
  T n_shared_experts = T(0);  // experts that every token uses
  T vocab_size = T(0);
  bool tied = false;  // the output head shares the embedding's weights

  /// Dense and MoE layers.
  constexpr T n_layers() const { return n_dense_layers + n_moe_layers; }
  /// The attention of every layer.
  constexpr grouped_query_attention<T> attention() const {
    return {.n_heads = n_heads, .n_kv_heads = n_kv_heads, .head_dim = head_dim};
  }
  /// The feed-forward of a dense layer.
  constexpr dense_ffn<T> dense() const { return {.d_ff = d_ff}; }
  /// The experts of an MoE layer.
  constexpr experts<T> moe() const {
    return {.n_experts = n_experts, .top_k = top_k, .d_expert = d_expert, .n_shared_experts = n_shared_experts};
  }

  friend bool operator==(shape const&, shape const&) requires std::equality_comparable<T>
  = default;
};

/// The numbers of a shape by name, in the order of `shape`: the one list of them. `shape_members<T>` points at the
/// same.
inline constexpr std::array<std::string_view, 12> shape_field_names{
    "d_model", "n_dense_layers", "n_moe_layers", "n_heads", "n_kv_heads",       "head_dim",
    "d_ff",    "d_expert",       "n_experts",    "top_k",   "n_shared_experts", "vocab_size"};

/// The meaning of each number of a shape, in the order of `shape_field_names`, with an ending where it may be 0.
inline constexpr std::array<std::string_view, shape_field_names.size()> shape_field_meanings{
    "hidden width",
    "layers with a dense feed-forward, before those with experts; may be 0",
    "layers with experts; may be 0",
    "query heads",
    "heads of keys and values, which divide the query heads",
    "width of one head",
    "width of a dense layer's feed-forward; 0 without dense layers",
    "width of one expert, routed or shared; 0 without experts",
    "routed experts of a layer; may be 0",
    "routed experts that one token uses; may be 0",
    "experts that every token uses; may be 0",
    "rows of the embedding and of the output head, which is untied"};

/// Pointers to the numbers of a shape, in the order of `shape_field_names`.
template <class T>
inline constexpr std::array<T shape<T>::*, shape_field_names.size()> shape_members{
    &shape<T>::d_model, &shape<T>::n_dense_layers,   &shape<T>::n_moe_layers,
    &shape<T>::n_heads, &shape<T>::n_kv_heads,       &shape<T>::head_dim,
    &shape<T>::d_ff,    &shape<T>::d_expert,         &shape<T>::n_experts,
    &shape<T>::top_k,   &shape<T>::n_shared_experts, &shape<T>::vocab_size};

/// The shape whose i-th number is `number(i)`.
template <class T, class Number>
constexpr shape<T> shape_of(Number number, bool tied = false) {
  return [&]<std::size_t... i>(std::index_sequence<i...>) {
    return shape<T>{number(i)..., tied};
  }
  (std::make_index_sequence<shape_field_names.size()>{});
}

/// The same shape in another number type: every number through `convert`.
template <class To, class From, class Convert>
constexpr shape<To> convert_shape(shape<From> const& s, Convert convert) {
  return shape_of<To>([&](std::size_t i) { return To(convert(s.*shape_members<From>[i])); }, s.tied);
}

/// A shape's exact counts as `double`, for formulas over real numbers. Exact below 2^53.
constexpr shape<double> to_real(shape<> const& s) {
  return convert_shape<double>(s, [](count value) { return static_cast<double>(value); });
}

namespace detail {

// Not constexpr on purpose, as in core/contract.hpp.
[[noreturn]] inline void not_whole(std::string_view field, double value) {
  invalid(
      ("moetric: " + std::string(field) + " must be a whole number below 2^53, but got " + shortest(value)).c_str());
}

constexpr count whole_field(std::string_view field, double value) {
  bool const in_range = value == 0 || (is_positive_and_finite(value) && value < 0x1p53);
  if (!in_range || static_cast<double>(static_cast<std::uint64_t>(value)) != value) not_whole(field, value);
  return static_cast<std::uint64_t>(value);
}

}  // namespace detail

/// The counts of a shape of whole numbers, as a search gives it: `to_exact(shapes[found.best[0].index])`.
/// \throws std::invalid_argument naming the first field that is no whole number below 2^53
constexpr shape<> to_exact(shape<double> const& s) {
  return shape_of<count>(
      [&s](std::size_t i) { return detail::whole_field(shape_field_names[i], s.*shape_members<double>[i]); }, s.tied);
}

/// The model that a shape describes. Either kind of layer may be absent.
constexpr model to_model(shape<> const& s) {
  model m{.d_model = s.d_model, .input = {.vocab_size = s.vocab_size}, .output = {.tied = s.tied}};
  if (s.n_dense_layers != 0) m.layers.append({s.attention(), s.dense(), s.n_dense_layers});
  if (s.n_moe_layers != 0) m.layers.append({s.attention(), s.moe(), s.n_moe_layers});
  return m;
}

}  // namespace moetric::v0
