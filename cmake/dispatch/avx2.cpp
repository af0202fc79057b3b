#include "moetric/search/scan/dispatch.hpp"

template struct moetric::search::detail::compiled<moetric::simd::avx2>;
