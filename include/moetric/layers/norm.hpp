#pragma once

#include "moetric/core/arithmetic.hpp"

namespace moetric::v0 {

/// Normalisation: RMSNorm (a scale), LayerNorm (scale and bias), LayerNorm without bias, or without any weights.
enum class norm_kind { rms, layer_norm, layer_norm_without_bias, without_weights };

/// Weights of one norm over `width` features: width, 2·width, width, 0.
template <Arithmetic T>
constexpr T norm_weights(norm_kind kind, T width) {
  switch (kind) {
  case norm_kind::layer_norm: return 2 * width;
  case norm_kind::without_weights: return T(0);
  case norm_kind::rms:
  case norm_kind::layer_norm_without_bias: break;
  }
  return width;
}

}  // namespace moetric::v0
