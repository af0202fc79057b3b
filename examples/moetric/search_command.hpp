#pragma once

#include "moetric/io/space.hpp"
#include "moetric/search/problem/result.hpp"

namespace tool {

/// `io::scan_exhaustively`, in a file of its own since its kernels take long to compile.
moetric::search::result scan_exhaustively(moetric::io::search_request const& made, std::size_t k,
                                          moetric::search::index_range range);

}  // namespace tool
