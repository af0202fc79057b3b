#include "moetric/simd/targets.hpp"

namespace {

using target = moetric::simd::scalar;

}  // namespace

#include "targets/instantiated.hpp"
