#pragma once

#include <algorithm>
#include <cmath>
#include <limits>
#include <string>
#include <vector>

#include "moetric/core/nearest_count.hpp"
#include "moetric/laws/catalogue.hpp"
#include "moetric/laws/readable.hpp"
#include "moetric/report/search_answer.hpp"
#include "moetric/search/bands.hpp"

/// The summary of a search, from its problem and its result.
namespace moetric::v0::report {

namespace detail {

inline shown_configuration shown(search::any_problem const& of, search::candidate const& rank) {
  search::fields<double> const values = of.over().values(of.over().digits_of(rank.index));
  auto const c = of.costs_of(values);
  shown_configuration made{.rank = rank};
  for (std::size_t i = 0; i != search::n_fields; ++i)
    made.architecture[i] = static_cast<std::uint64_t>(values.values[i]);
  for (std::size_t i = 0; i != search::n_measures; ++i) {
    auto const what = static_cast<search::measure>(i);
    bool const is_known =
        what != search::measure::objective && (what != search::measure::tokens || of.objective().has_tokens());
    made.measures[i] = is_known ? of.value(what, c) : std::numeric_limits<double>::quiet_NaN();
  }
  return made;
}

/// The fields of a configuration that are at an end of their axis.
inline std::vector<space_edge> edges_of(search::space const& over, std::uint64_t index) {
  std::vector<space_edge> edges;
  auto const at = over.digits_of(index);
  for (std::size_t i = 0; i != over.n_axes(); ++i) {
    if (over.n_values(i) < 3) continue;  // a choice of two has no inside
    search::field const field = over.axes()[i].field;
    auto const value_at = [&](std::uint32_t digit) {
      auto moved = at;
      moved[i] = digit;
      return over.values(moved)[field];
    };
    double const here = over.values(at)[field];
    double least = here, most = here;
    for (std::uint32_t digit = 0; digit != over.n_values(i); ++digit) {
      least = std::fmin(least, value_at(digit));
      most = std::fmax(most, value_at(digit));
    }
    if (here == least || here == most)
      edges.push_back({std::string(name(field)), static_cast<std::uint64_t>(here), here == most});
  }
  return edges;
}

/// The axes of a space, with what its rules leave of them.
inline std::vector<shown_axis> axes_of(search::space const& over) {
  std::vector<shown_axis> all;
  for (std::size_t i = 0; i != over.n_axes(); ++i)
    all.push_back({std::string(name(over.axes()[i].field)), over.n_given_values(i), over.n_values(i)});
  return all;
}

}  // namespace detail

/// A summary without a law: configurations, axes, windows and edges.
/// \param most_shown of the best configurations
inline search_summary summary_of(search::any_problem const& of, search::result const& found,
                                 std::size_t most_shown = ~std::size_t{0}) {
  search_summary made{.found = found, .space = of.over().size(), .windows = of.windows()};
  for (std::size_t i = 0; i != std::min(most_shown, found.best.size()); ++i)
    made.best.push_back(detail::shown(of, found.best[i]));
  made.axes = detail::axes_of(of.over());
  if (!found.best.empty()) made.edges = detail::edges_of(of.over(), found.best[0].index);
  return made;
}

/// Adds the law that a search ranked by, and how far the best configuration is outside of it.
/// \param reads_shapes_alone false if inputs of the law were given: its family is not judged then
inline void add_law(search_summary& to, search::any_problem const& of, std::string id, bool reads_shapes_alone) {
  shown_law& law = to.law.emplace(shown_law{.id = std::move(id)});
  if (to.best.empty()) return;
  search::fields<double> const values = of.over().values(of.over().digits_of(to.best[0].rank.index));
  auto const c = of.costs_of(values);
  for (laws::extrapolation const& each : of.objective().outside_range(c))
    law.outside_range.push_back({std::string(each.input), each.value, each.fitted, each.factor});
  double const run_tokens = of.objective().has_tokens() ? of.value(search::measure::tokens, c) : 0;
  law.reads_run = run_tokens > 0;
  laws::catalogue_row const* const published = laws::find(law.id);
  if (published == nullptr || !published->loss || !reads_shapes_alone || !law.reads_run) return;
  search::fields<count> whole;
  for (std::size_t i = 0; i != search::n_fields; ++i) whole.values[i] = count(to.best[0].architecture[i]);
  auto const tokens = nearest_count("tokens", std::fmax(1, run_tokens));
  auto const judged =
      laws::evaluate(laws::readable(*published->loss), to_model(whole.to_shape(of.over().rest().tied)), tokens);
  law.outside_family.assign(judged.outside_family.begin(), judged.outside_family.end());
}

/// Adds the near-optimal band of each field. \param tolerance relative to the best objective
inline void add_bands(search_summary& to, search::any_problem const& of, double tolerance, stop_token stop = {}) {
  to.tolerance = tolerance;
  for (search::field_band const& each : search::near_optimal_bands(of, tolerance, std::move(stop)))
    to.bands.push_back({std::string(name(each.field)), each.low, each.best, each.high});
}

}  // namespace moetric::v0::report
