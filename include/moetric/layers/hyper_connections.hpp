#pragma once

#include "moetric/core/arithmetic.hpp"

namespace moetric::v0 {

/// Hyper-connections: n residual streams that each sublayer mixes by weights computed from all of them.
///
/// With n streams of width d, for each of the two sublayers of a layer (2+n)·n mixing weights from n·d features, with
/// their bias and 3 scales; at the end of the stack n of them from n·d, with their bias and a scale:
///   layer   2·((2+n)·n·n·d + (2+n)·n + 3)
///   end     n·n·d + n + 1
/// Source: DeepSeek-V4-Flash's modelling code; 2409.19606.
template <Arithmetic T = count>
struct hyper_connections {
  T n_streams = T(0);

  /// Weights of one layer: 2·((2+n)·n·n·d + (2+n)·n + 3).
  constexpr T layer_weights(T d_model) const {
    T const mixed = (2 + n_streams) * n_streams;
    return 2 * (mixed * n_streams * d_model + mixed + 3);
  }
  /// Weights at the end of the stack: n·n·d + n + 1.
  constexpr T end_weights(T d_model) const { return n_streams * n_streams * d_model + n_streams + 1; }

  friend bool operator==(hyper_connections const&, hyper_connections const&) requires std::equality_comparable<T>
  = default;
};

}  // namespace moetric::v0
