// Plans and searches.
#include "moetric/plan/plan.hpp"
#include "moetric/io/plan_source.hpp"
#include "moetric/io/space.hpp"
#include "moetric/plan/calendar.hpp"
#include "moetric/plan/least_cost.hpp"
#include "moetric/search/best_first.hpp"
#include "moetric/search/problem/named_loss.hpp"

namespace moetric::v0::search {

result search_best(any_problem const& p, std::size_t k, std::span<index_range const> ranges,
                   run_control const& control) {
  return detail::branch_and_bound(p, k, control).run(ranges);
}

any_objective loss_of(std::string_view law, run_length const& run, std::vector<named_input> const& given) {
  return detail::loss_of_named(law, run, given);
}

}  // namespace moetric::v0::search

namespace moetric::v0::plan {

result make(request const& asked) {
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

search::any_objective detail::loss_by_fit(fit::fitted_law const& of, search::run_length const& run,
                                          std::vector<search::named_input> const& given) {
  return loss_of_fit(of, run, given);
}

named_source find_source(std::string const& name, plan::request const& r) {
  return detail::source_of_name(name, r);
}

plan::result make_plan(plan::request asked, std::string const& source) {
  return detail::plan_by_name(std::move(asked), source);
}

plan::calendar_plan make_plan(cluster::calendar const& when, plan::request asked, std::string const& source) {
  return detail::plan_by_name(when, std::move(asked), source);
}

plan::least_cost_plan make_plan(plan::cost_question const& question, plan::request asked, std::string const& source) {
  return detail::plan_by_name(question, std::move(asked), source);
}

}  // namespace moetric::v0::io
