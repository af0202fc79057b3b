#include "scans.hpp"

#include "moetric/io/exhaustive_search.hpp"
#include "moetric/search/scan/dispatch.hpp"

namespace equality {

using namespace moetric;

std::vector<search::result> scans(moetric::io::json const& search, io::search_request const& request, std::size_t k,
                                  std::vector<search::index_range> const& ranges) {
  std::vector<search::result> found;
  for (search::index_range const& each : ranges)
    found.push_back(io::scan_exhaustively<simd::dispatched, search::every_law>(search, request, k, each));
  return found;
}

}  // namespace equality
