#pragma once

#include "moetric/core/arithmetic.hpp"

namespace moetric::v0 {

/// The weights around the decoder block of a multi-token-prediction module: the projection of [hidden, embedding] from
/// 2d to d, and three norms (one for each input, one before the head). Embedding and head are shared with the model;
/// each module multiplies the head once more. Source: DeepSeek-V3, 2412.19437, section 2.2.
template <Arithmetic T = count>
struct multi_token_prediction {
  T modules = T(0);

  /// Weights of the projections of all modules: 2·d² each.
  constexpr T projection_weights(T d_model) const { return modules * 2 * d_model * d_model; }
  /// Norms of all modules.
  constexpr T norms() const { return modules * 3; }

  friend bool operator==(multi_token_prediction const&,
                         multi_token_prediction const&) requires std::equality_comparable<T>
  = default;
};

}  // namespace moetric::v0
