#pragma once

#include "moetric/version.hpp"

#include <cstddef>
#include <cstdlib>
#include <string_view>

/// The instruction sets that kernels are compiled for, as tag types. A kernel has its tag in its name, so two
/// translation units compiled with different flags never share a symbol.
namespace moetric::v0::simd {

/// One lane of plain C++, used without xsimd.
struct scalar {
  static constexpr std::string_view name = "scalar";
};
/// The baseline of x86-64.
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
/// xsimd's default on other processors.
struct other {
  static constexpr std::string_view name = "other";
};

/// Whether this processor and its operating system support the target. Processors other than x86 support `scalar` and
/// `other`.
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

/// Targets, best first.
template <class... Targets>
struct target_list {};

/// Calls visit(target) for the available targets, starting with the one that MOETRIC_SIMD_TARGET names, or with the
/// first if it names none of them. For bug reports: MOETRIC_SIMD_TARGET=avx2 avoids AVX-512.
template <class Visit, class... Targets>
void for_each_up_to_cap(Visit visit, target_list<Targets...>) {
  char const* const environment = std::getenv("MOETRIC_SIMD_TARGET");
  std::string_view const cap = environment ? environment : "";
  bool reached = !((cap == Targets::name) || ...);
  ((reached = reached || cap == Targets::name, reached && available<Targets>() ? visit(Targets{}) : void()), ...);
}

}  // namespace detail

/// The targets of x86, best first.
using x86_targets = detail::target_list<avx512, avx2, sse2, scalar>;

/// Calls visit(target) for every target that the machine supports, best first, none better than the one named by the
/// environment variable MOETRIC_SIMD_TARGET.
template <class Visit>
void for_each_available(Visit visit) {
  detail::for_each_up_to_cap(visit, x86_targets{});
}

}  // namespace moetric::v0::simd
