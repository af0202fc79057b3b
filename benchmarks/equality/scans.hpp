#pragma once

#include "moetric/io/space.hpp"
#include "moetric/search/problem/result.hpp"

namespace equality {

/// The results of `io::scan_exhaustively` for some ranges, with a filter for every law and the kernels of
/// `simd::dispatched`.
std::vector<moetric::search::result> scans(moetric::io::json const& search, moetric::io::search_request const& request,
                                           std::size_t k, std::vector<moetric::search::index_range> const& ranges);

}  // namespace equality
