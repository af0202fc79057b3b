#include "moetric/simd/targets.hpp"

namespace {

using target = moetric::simd::avx2;

}  // namespace

#include "targets/instantiated.hpp"
