#pragma once

#include <span>

#include "moetric/core/run_control.hpp"
#include "moetric/io/space.hpp"
#include "moetric/search/problem/result.hpp"

namespace tool {

/// `io::scan_exhaustively`, in a file of its own since its kernels take long to compile.
moetric::search::result scan_exhaustively(moetric::io::search_request const& made, std::size_t k,
                                          std::span<moetric::search::index_range const> ranges,
                                          moetric::run_control const& control);

}  // namespace tool
