#pragma once

/// With MOETRIC_COMPILED defined, functions whose bodies take seconds to compile are only declared where they are
/// called. The library moetric::compiled, which defines it, has their bodies; CMake's moetric_add_compiled() makes it.
/// Without it, the default, the library is header-only.
///
/// A constexpr function calls its twin in namespace `compiled` unless it is constant-evaluated. It asks
/// `__builtin_is_constant_evaluated()` first: no code is generated for that branch then.
#ifdef MOETRIC_COMPILED
#define MOETRIC_INLINE
#else
#define MOETRIC_INLINE inline
#endif
