#include "moetric/io/exhaustive_search.hpp"
#include "search_command.hpp"

namespace tool {

using namespace moetric;

namespace {

/// Kernels take long to compile: the laws that searches are run by most often have them.
using filtered_laws = search::law_list<laws::law<laws::chinchilla::form>, laws::law<laws::fine_grained::moe_form>,
                                       laws::law<laws::joint_moe::form>>;

}  // namespace

search::result scan_exhaustively(io::search_request const& made, std::size_t k,
                                 std::span<search::index_range const> ranges, run_control const& control) {
  return io::scan_exhaustively<simd::native, filtered_laws>(made, k, ranges, control);
}

}  // namespace tool
