#include "moetric/simd/targets.hpp"

namespace {

using target = moetric::simd::avx512;

}  // namespace

#include "targets/instantiated.hpp"
