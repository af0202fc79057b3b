#pragma once

#include <array>
#include <cstddef>
#include <type_traits>

#include "moetric/simd/batch.hpp"

namespace moetric::v0::simd {

/// results[i] = function(inputs[i]...) for i < n, in batches of `Target`: transform<avx2>(n, results, f, a, b). No
/// alignment is required, and `results` may be one of the inputs.
///
/// The remainder runs through a batch of the same code, padded with copies of the last number, so a result does not
/// depend on its position.
template <class Target = native, class T, class Function, class... Same>
void transform(std::size_t n, T* results, Function const& function, Same const*... inputs) {
  static_assert((std::is_same_v<T, Same> && ...), "moetric: inputs and results must be of one type");
  using lanes = batch<T, Target>;
  std::size_t i = 0;
  for (; i + lanes::size <= n; i += lanes::size) lanes(function(lanes::load(inputs + i)...)).store(results + i);
  if (i == n) return;
  auto const padded = [&](T const* from) {
    std::array<T, lanes::size> tail;
    for (std::size_t lane = 0; lane != lanes::size; ++lane) tail[lane] = from[i + lane < n ? i + lane : n - 1];
    return lanes::load(tail.data());
  };
  std::array<T, lanes::size> tail;
  lanes(function(padded(inputs)...)).store(tail.data());
  for (std::size_t lane = 0; i + lane != n; ++lane) results[i + lane] = tail[lane];
}

}  // namespace moetric::v0::simd
