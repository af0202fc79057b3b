#include "moetric/plan/plan.hpp"

namespace moetric::v0::plan {

result make(request const& asked) {
  return detail::made(asked);
}

}  // namespace moetric::v0::plan
