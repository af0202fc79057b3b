// Plans.
#include "moetric/plan/plan.hpp"
#include "moetric/io/plan_source.hpp"
#include "moetric/plan/calendar.hpp"
#include "moetric/plan/least_cost.hpp"

namespace moetric::v0::plan {

complete_plan make(request const& asked) {
  return detail::made(asked);
}

calendar_plan make_within(cluster::calendar const& when, request asked) {
  return detail::made_within(when, std::move(asked));
}

least_cost_plan make_cheapest(cost_question const& asked, request wanted) {
  return detail::cheapest(asked, std::move(wanted));
}

}  // namespace moetric::v0::plan

namespace moetric::v0::io {

named_source find_source(std::string const& name, plan::request const& r) {
  return detail::source_of_name(name, r);
}

plan::complete_plan make_plan(plan::request asked, std::string const& source) {
  return detail::plan_by_name(std::move(asked), source);
}

plan::calendar_plan make_plan(cluster::calendar const& when, plan::request asked, std::string const& source) {
  return detail::plan_by_name(when, std::move(asked), source);
}

plan::least_cost_plan make_plan(plan::cost_question const& question, plan::request asked, std::string const& source) {
  return detail::plan_by_name(question, std::move(asked), source);
}

}  // namespace moetric::v0::io
