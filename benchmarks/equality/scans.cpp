#include "scans.hpp"

#include <type_traits>

#include "moetric/io/exhaustive_search.hpp"
#include "moetric/laws/catalogue.hpp"
#include "moetric/search/scan/dispatch.hpp"

namespace equality {

using namespace moetric;

namespace {

/// A law of every form, so that each goes through its filter.
template <auto const&... law>
using types_of = search::law_list<std::remove_cvref_t<decltype(law)>...>;
using filtered_laws =
    types_of<laws::fine_grained::four_decimals, laws::fine_grained::dense, laws::kaplan::n, laws::kaplan::d,
             laws::kaplan::c, laws::kaplan::n_d, laws::kaplan::n_s, laws::chinchilla::tex, laws::clark::s_base,
             laws::joint_moe::printed, laws::abnar::sparsity, laws::zhao::comprehensive,
             laws::data_constrained::authors, laws::sardana::all, laws::precision::training, laws::precision::one_width,
             laws::precision::post_training>;

}  // namespace

std::vector<search::result> scans(moetric::io::json const&, io::search_request const& request, std::size_t k,
                                  std::vector<search::index_range> const& ranges) {
  std::vector<search::result> found;
  for (search::index_range const& each : ranges)
    found.push_back(io::scan_exhaustively<simd::dispatched, filtered_laws>(request, k, each));
  return found;
}

}  // namespace equality
