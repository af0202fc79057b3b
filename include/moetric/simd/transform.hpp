#pragma once

#include <array>
#include <cstddef>
#include <type_traits>

#include "moetric/simd/batch.hpp"

namespace moetric::v0::simd {

/// results[i] = of(each[i]...) for i < n, in batches of `Target`: transform<avx2>(n, results, f, a, b). Nothing is
/// asked of alignment, and results may lie where one of the inputs lies.
///
/// What does not fill a batch runs through a padded one of the same code (with copies of the last number, so that
/// nothing else is computed), so a result does not depend on where it stands.
template <class Target = native, class T, class Of, class... Same>
void transform(std::size_t n, T* results, Of const& of, Same const*... each) {
  static_assert((std::is_same_v<T, Same> && ...), "moetric: inputs and results must be of one type");
  using lanes = batch<T, Target>;
  std::size_t i = 0;
  for (; i + lanes::size <= n; i += lanes::size) lanes(of(lanes::load(each + i)...)).store(results + i);
  if (i == n) return;
  auto const padded = [&](T const* from) {
    std::array<T, lanes::size> tail;
    for (std::size_t lane = 0; lane != lanes::size; ++lane) tail[lane] = from[i + lane < n ? i + lane : n - 1];
    return lanes::load(tail.data());
  };
  std::array<T, lanes::size> tail;
  lanes(of(padded(each)...)).store(tail.data());
  for (std::size_t lane = 0; i + lane != n; ++lane) results[i + lane] = tail[lane];
}

}  // namespace moetric::v0::simd
