#pragma once

#include "moetric/layers/projection.hpp"

/// Weights of all named matrices of a layer.
template <class Layer, class... Widths>
constexpr moetric::count matrix_weights(Layer const& layer, Widths... widths) {
  moetric::count sum;
  layer.each_matrix(moetric::count(widths)...,
                    [&](moetric::layer_matrix<> const& m) { sum += m.stored * m.weights(); });
  return sum;
}
