#include "moetric/plan/calendar.hpp"
#include "moetric/plan/plan.hpp"

namespace moetric::v0::plan {

result make(request const& asked) {
  return detail::made(asked);
}

calendar_plan make_within(calendar const& when, request asked) {
  return detail::made_within(when, std::move(asked));
}

}  // namespace moetric::v0::plan
