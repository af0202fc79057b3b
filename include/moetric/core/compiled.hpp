#pragma once

/// With MOETRIC_COMPILED defined, functions whose bodies take seconds to compile are only declared where they are
/// called. The library moetric::compiled, which defines it, has their bodies; CMake's moetric_add_compiled() makes it.
/// Without it, the default, the library is header-only.
#ifdef MOETRIC_COMPILED
#define MOETRIC_INLINE
#else
#define MOETRIC_INLINE inline
#endif
