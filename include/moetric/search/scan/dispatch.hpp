#pragma once

#include <array>
#include <type_traits>

#include "moetric/search/scan/kernels.hpp"
#include "moetric/search/scan/law_list.hpp"

/// Run-time dispatch: kernels that are compiled once per instruction set and chosen when the program runs. A program
/// that links `moetric::dispatch` (see `moetric_add_dispatch`) uses them by scan_best<simd::dispatched>.
namespace moetric::v0 {
namespace simd {

/// The best target that this machine supports, or the best one not above the target named by MOETRIC_SIMD_TARGET.
struct dispatched {
  static constexpr std::string_view name = "dispatched";
};

}  // namespace simd

namespace search::detail {

/// The kernels of a target, for the laws compiled ahead; defined where `compiled<Target>` is instantiated.
template <class Target>
struct compiled {
  static row_kernel_set<float> const floats;
  static row_kernel_set<double> const doubles;
  static std::array<law_kernel_set, laws_compiled_ahead::size> const of_laws;  // in their order

  template <class... Laws>
  static constexpr std::array<law_kernel_set, sizeof...(Laws)> make(law_list<Laws...>) {
    return {kernels_of<Target>::template law<Laws>()...};
  }
};
// Constants, so that no code of a target runs before the machine is known to support it.
template <class Target>
constinit row_kernel_set<float> const compiled<Target>::floats = kernels_of<Target>::template rows<float>();
template <class Target>
constinit row_kernel_set<double> const compiled<Target>::doubles = kernels_of<Target>::template rows<double>();
template <class Target>
constinit std::array<law_kernel_set, laws_compiled_ahead::size> const
    compiled<Target>::of_laws = compiled<Target>::make(laws_compiled_ahead{});

#if MOETRIC_SIMD_DISPATCH
extern template struct compiled<simd::scalar>;
#endif
#if MOETRIC_SIMD_DISPATCH > 1
extern template struct compiled<simd::sse2>;
extern template struct compiled<simd::avx2>;
extern template struct compiled<simd::avx512>;
#endif

#if MOETRIC_SIMD_DISPATCH > 1
using compiled_targets = simd::detail::target_list<simd::avx512, simd::avx2, simd::sse2, simd::scalar>;
#else
using compiled_targets = simd::detail::target_list<simd::scalar>;
#endif

template <>
struct kernels_of<simd::dispatched> {
  template <class Get>
  static auto first_available(Get get) {
    auto chosen = get(simd::scalar{});
    bool found = false;
    simd::detail::for_each_up_to_cap(
        [&](auto target) {
          if (!found) chosen = get(target);
          found = true;
        },
        compiled_targets{});
    return chosen;
  }
  template <class T>
  static row_kernel_set<T> rows() {
    return first_available([]<class Target>(Target) {
      if constexpr (std::is_same_v<T, float>)
        return compiled<Target>::floats;
      else
        return compiled<Target>::doubles;
    });
  }
  /// For a law that is not compiled ahead, the kernels of this translation unit.
  template <class L>
  static law_kernel_set law() {
    if constexpr (laws_compiled_ahead::contains<L>)
      return first_available(
          []<class Target>(Target) { return compiled<Target>::of_laws[laws_compiled_ahead::place<L>]; });
    else
      return kernels_of<simd::native>::law<L>();
  }
};

}  // namespace search::detail
}  // namespace moetric::v0
