#pragma once

#include "moetric/core/arithmetic.hpp"
#include "moetric/layers/projection.hpp"

namespace moetric::v0 {

/// Equal matrices of one layer, inputs x outputs weights each. A token costs 2·used_weights() FLOPs forward.
template <Arithmetic T = count>
struct layer_matrix {
  projection name;
  T inputs;
  T outputs;
  T stored = T(1);    // how many the layer holds
  T used = T(1);      // how many of them one token is multiplied with
  T blocks = T(1);    // parts of the inputs that each have outputs of their own
  T used_of = T(1);   // divides `used` where a token uses a fraction of them in the mean; 1 unless T is `count`
  bool idle = false;  // stored, and never used by anything

  /// Weights of one matrix.
  constexpr T weights() const { return inputs * outputs; }
  /// An amount of each matrix, summed over those that one token is multiplied with; a mean is rounded down.
  constexpr T of_used(T amount) const {
    if constexpr (std::same_as<T, count>)
      if (used_of != 1) return floor_div(used * amount, used_of);
    return used * amount;
  }
  /// Weights that one token is multiplied with.
  constexpr T used_weights() const { return of_used(weights()); }
  /// Features at both ends: an adapter of rank r has r times as many weights.
  constexpr T features() const { return inputs + blocks * outputs; }
};

/// Weights of one layer that are no matrix: biases, norms, sinks, convolutions. They are used but cost no matrix
/// product.
template <Arithmetic T = count>
struct layer_vector {
  term name;
  T stored;
  T active = stored;  // those that one token uses
};

/// Forward FLOPs of one sequence in one layer that no weight accounts for: scores and weighted values, convolutions,
/// recurrent states. They are what selective recomputation computes again.
template <Arithmetic T = count>
struct layer_core {
  term name;
  T flops;
};

namespace detail {

/// Weights that a layer stores in the named matrices.
template <Arithmetic T, class Layer>
constexpr T stored_in(Layer const& layer, T d_model, projection_set which) {
  T sum = T(0);
  layer.each_matrix(d_model, [&](layer_matrix<T> const& m) {
    if (which.contains(m.name)) sum = sum + m.stored * m.weights();
  });
  return sum;
}

/// Weights of the named matrices that one token is multiplied with.
template <Arithmetic T, class Layer>
constexpr T used_in(Layer const& layer, T d_model, projection_set which) {
  T sum = T(0);
  layer.each_matrix(d_model, [&](layer_matrix<T> const& m) {
    if (which.contains(m.name)) sum = sum + m.used_weights();
  });
  return sum;
}

}  // namespace detail
}  // namespace moetric::v0
