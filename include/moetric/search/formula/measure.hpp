#pragma once

#include <optional>
#include <string_view>

#include "moetric/search/formula/costs.hpp"

namespace moetric::v0::search {

/// Numbers of a shape that windows bound and that can be objectives.
enum class measure {
  training_flops_per_token,         // M
  active_non_embedding_parameters,  // N_a
  total_non_embedding_parameters,   // N
  flops_per_active_parameter,       // M / N_a
  expansion_ratio,                  // N / N_a
  width_per_layer,                  // d_model / n_layers
  attention_width_ratio,            // n_heads·head_dim / d_model
  ffn_width_ratio,                  // (top_k + n_shared_experts)·d_expert / d_model
  total_parameters,
  active_parameters,
  n_layers,
  bytes_per_device,
  tokens,     // what the objective's budget leaves for the shape
  objective,  // what is ranked by
  own_1,      // of one's own: `setting::own`
  own_2,
};

/// The measures that every search has.
inline constexpr std::size_t n_measures = 14;

/// Its name in JSON.
constexpr std::string_view name(measure m) {
  constexpr std::string_view names[n_measures + 2]{"training_flops_per_token",
                                                   "active_non_embedding_parameters",
                                                   "total_non_embedding_parameters",
                                                   "flops_per_active_parameter",
                                                   "expansion_ratio",
                                                   "width_per_layer",
                                                   "attention_width_ratio",
                                                   "ffn_width_ratio",
                                                   "total_parameters",
                                                   "active_parameters",
                                                   "n_layers",
                                                   "bytes_per_device",
                                                   "tokens",
                                                   "objective",
                                                   "own_1",
                                                   "own_2"};
  return names[static_cast<std::size_t>(m)];
}

/// The measure of that name; empty if there is none.
constexpr std::optional<measure> find_measure(std::string_view wanted) {
  for (std::size_t i = 0; i != n_measures; ++i)
    if (name(static_cast<measure>(i)) == wanted) return static_cast<measure>(i);
  return std::nullopt;
}

/// A measure of a shape in any number type with division; 0 for tokens and objective, which a shape alone does not
/// determine.
template <class T>
constexpr T value_of(measure what, costs<T> const& c) {
  triad<T> const& three = c.three;
  switch (what) {
  case measure::training_flops_per_token: return three.training_flops_per_token;
  case measure::active_non_embedding_parameters: return three.active_non_embedding_parameters;
  case measure::total_non_embedding_parameters: return three.total_non_embedding_parameters;
  case measure::flops_per_active_parameter:
    return three.training_flops_per_token / three.active_non_embedding_parameters;
  case measure::expansion_ratio: return three.total_non_embedding_parameters / three.active_non_embedding_parameters;
  case measure::width_per_layer: return c.of.d_model / c.of.n_layers();
  case measure::attention_width_ratio: return c.of.n_heads * c.of.head_dim / c.of.d_model;
  case measure::ffn_width_ratio: return (c.of.top_k + c.of.n_shared_experts) * c.of.d_expert / c.of.d_model;
  case measure::total_parameters: return c.book.stored.total();
  case measure::active_parameters: return c.book.active.total();
  case measure::n_layers: return c.of.n_layers();
  case measure::bytes_per_device: return search::bytes_per_device(c);
  case measure::own_1: return c.at.own[0].value(c);
  case measure::own_2: return c.at.own[1].value(c);
  case measure::tokens:
  case measure::objective: break;
  }
  return T(0);
}

}  // namespace moetric::v0::search
