#pragma once

#include "moetric/version.hpp"

#include <cstddef>
#include <cstdlib>
#include <string_view>

/// Instruction sets that kernels are written for, as tags in their names: two translation units that are compiled with
/// different flags never share a symbol.
namespace moetric::v0::simd {

/// One lane, plain C++: what is left without xsimd.
struct scalar {
  static constexpr std::string_view name = "scalar";
};
/// What every x86-64 has.
struct sse2 {
  static constexpr std::string_view name = "sse2";
};
/// AVX2 with FMA.
struct avx2 {
  static constexpr std::string_view name = "avx2";
};
/// AVX-512 F, CD, DQ, BW and VL.
struct avx512 {
  static constexpr std::string_view name = "avx512";
};
/// Whatever xsimd takes as its default on other processors.
struct other {
  static constexpr std::string_view name = "other";
};

/// Whether this processor and its operating system run the target. Other processors than x86 run `scalar` and `other`.
template <class Target>
inline bool available() noexcept {
  return true;
}
#if (defined(__x86_64__) || defined(__i386__)) && defined(__GNUC__)
template <>
inline bool available<sse2>() noexcept {
  return __builtin_cpu_supports("sse2");
}
template <>
inline bool available<avx2>() noexcept {
  return __builtin_cpu_supports("avx2") && __builtin_cpu_supports("fma");
}
template <>
inline bool available<avx512>() noexcept {
  return available<avx2>() && __builtin_cpu_supports("avx512f") && __builtin_cpu_supports("avx512cd") &&
         __builtin_cpu_supports("avx512dq") && __builtin_cpu_supports("avx512bw") && __builtin_cpu_supports("avx512vl");
}
#endif

namespace detail {

/// Best first.
template <class... Targets>
struct target_list {};

/// The first target from the one that MOETRIC_SIMD_TARGET names on (from the first on where it names none of them), for
/// bug reports: MOETRIC_SIMD_TARGET=avx2 keeps AVX-512 away.
template <class Visit, class... Targets>
void for_each_up_to_cap(Visit visit, target_list<Targets...>) {
  char const* const environment = std::getenv("MOETRIC_SIMD_TARGET");
  std::string_view const cap = environment ? environment : "";
  bool reached = !((cap == Targets::name) || ...);
  ((reached = reached || cap == Targets::name, reached && available<Targets>() ? visit(Targets{}) : void()), ...);
}

}  // namespace detail

/// All targets, best first.
using x86_targets = detail::target_list<avx512, avx2, sse2, scalar>;

/// Calls `visit(target)` for every target that the machine has, best first, down from the one that the environment
/// variable MOETRIC_SIMD_TARGET names.
template <class Visit>
void for_each_available(Visit visit) {
  detail::for_each_up_to_cap(visit, x86_targets{});
}

}  // namespace moetric::v0::simd
