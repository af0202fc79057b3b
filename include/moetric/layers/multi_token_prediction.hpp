#pragma once

#include "moetric/core/arithmetic.hpp"

namespace moetric::v0 {

/// What a multi-token-prediction module adds around its decoder block: the projection of [hidden, embedding] from 2d
/// to d, and three norms (one for each input, one before the head). Embedding and head are the model's own; the head's
/// product is computed again for each module. Source: DeepSeek-V3, 2412.19437, section 2.2.
template <Arithmetic T = count>
struct multi_token_prediction {
  T modules = T(0);

  constexpr T projection_weights(T d_model) const { return modules * 2 * d_model * d_model; }
  constexpr T norms() const { return modules * 3; }

  friend bool operator==(multi_token_prediction const&,
                         multi_token_prediction const&) requires std::equality_comparable<T>
  = default;
};

}  // namespace moetric::v0
