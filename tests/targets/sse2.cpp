#include "moetric/simd/targets.hpp"

namespace {

using target = moetric::simd::sse2;

}  // namespace

#include "targets/instantiated.hpp"
