#pragma once

#include "moetric/io/space.hpp"
#include "moetric/search/problem/result.hpp"

namespace equality {

/// What `scan_best` finds in each of some ranges, screening by the objective's own type, which a request has forgotten.
std::vector<moetric::search::result> scans(nlohmann::json const& search, moetric::io::search_request const& request,
                                           std::size_t k, std::vector<moetric::search::index_range> const& ranges);

}  // namespace equality
