#include "moetric/search/best_first.hpp"

namespace moetric::v0::search {

result search_best(any_problem const& p, std::size_t k, std::span<index_range const> ranges,
                   run_control const& control) {
  return detail::branch_and_bound(p, k, control).run(ranges);
}

}  // namespace moetric::v0::search
