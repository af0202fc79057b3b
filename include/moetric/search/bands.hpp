#pragma once

#include <cmath>
#include <limits>
#include <utility>
#include <vector>

#include "moetric/core/compiled.hpp"
#include "moetric/search/why_empty.hpp"

namespace moetric::v0::search {

/// The range of a field among the configurations within a tolerance of the best.
struct field_band {
  search::field field;
  double low;
  double high;
  double best;  // the value at the best configuration
};

namespace detail {

inline std::vector<field_band> bands_of(any_problem const& p, double tolerance, stop_token stop) {
  if (!(tolerance >= 0))
    moetric::detail::invalid(
        ("moetric: a tolerance must not be negative, but got " + moetric::detail::shortest(tolerance)).c_str());
  result const best = search_best(p, 1, p.over().all(), {.stop = stop});
  if (stop.stop_requested()) return {};
  if (best.best.empty()) refuse_empty(p);
  double const score = best.best[0].score;
  std::vector<window> windows = p.windows();
  windows.push_back(
      {measure::objective, -std::numeric_limits<double>::infinity(), score + tolerance * std::fabs(score)});
  fields<double> const at = p.over().values(p.over().digits_of(best.best[0].index));
  std::vector<field_band> bands;
  for (std::size_t i = 0; i != n_fields; ++i) {
    field const f = static_cast<field>(i);
    if (p.over().axes_of(f).empty()) continue;
    auto const end = [&](direction wanted) {
      return detail::extreme(p, constrained_quantity{p.objective(), f, measure::objective, wanted}, windows, stop);
    };
    std::optional<double> const least = end(direction::least), most = end(direction::most);
    if (stop.stop_requested()) break;
    bands.push_back({f, *least, *most, at.values[i]});
  }
  return bands;
}

}  // namespace detail

/// The near-optimal band of every field that varies in a space: its least and largest value among the allowed
/// configurations whose objective is within (1 + tolerance) of the best. Exact; found by bounds, without listing the
/// members. If it is stopped, it returns the fields that it has, in order.
/// \throws std::invalid_argument for a tolerance that is negative or NaN, and for a problem without allowed
///         configurations
MOETRIC_INLINE std::vector<field_band> near_optimal_bands(any_problem const& p, double tolerance, stop_token stop = {});
#ifndef MOETRIC_COMPILED
inline std::vector<field_band> near_optimal_bands(any_problem const& p, double tolerance, stop_token stop) {
  return detail::bands_of(p, tolerance, std::move(stop));
}
#endif

}  // namespace moetric::v0::search
