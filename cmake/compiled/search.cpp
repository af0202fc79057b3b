// Searches, and reading them from JSON.
#include "moetric/io/space.hpp"
#include "moetric/search/bands.hpp"
#include "moetric/search/best_first.hpp"
#include "moetric/search/best_run.hpp"
#include "moetric/search/count_allowed.hpp"
#include "moetric/search/pareto.hpp"
#include "moetric/search/problem/named_loss.hpp"
#include "moetric/search/why_empty.hpp"

namespace moetric::v0::search {

result search_best(any_problem const& p, std::size_t k, std::span<index_range const> ranges,
                   run_control const& control) {
  return detail::branch_and_bound(p, k, control).run(ranges);
}

any_objective loss_of(std::string_view law, run_length const& run, std::vector<named_input> const& given) {
  return detail::loss_of_named(law, run, given);
}

std::vector<field_band> near_optimal_bands(any_problem const& p, double tolerance, stop_token stop) {
  return detail::bands_of(p, tolerance, std::move(stop));
}

best_runs find_best_runs(run_problem const& asked, std::size_t k, std::span<index_range const> ranges,
                         run_control const& control) {
  return detail::found_runs(asked, k, ranges, control);
}

best_runs list_best_runs(run_problem const& asked, std::size_t k, std::span<index_range const> ranges,
                         run_control const& control) {
  return detail::listed_runs(asked, k, ranges, control);
}

std::vector<compromise> pareto_front(any_problem const& p, std::vector<measure> const& quantities, index_range range) {
  return detail::front_of(p, quantities, range);
}

histogram count_allowed(any_problem const& p, index_range range) {
  return detail::counter(p).count(range);
}

std::optional<blocking_window> why_empty(any_problem const& p) {
  return detail::why_no_configuration(p);
}

}  // namespace moetric::v0::search

namespace moetric::v0::io {

search::any_objective detail::loss_by_fit(fit::fitted_law const& of, search::run_length const& run,
                                          std::vector<search::named_input> const& given) {
  return loss_of_fit(of, run, given);
}

search_request search_from(json const& request) {
  return detail::request_from(request);
}

}  // namespace moetric::v0::io
