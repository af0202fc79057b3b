#pragma once

#include <optional>
#include <string>

#include "moetric/io/space.hpp"
#include "moetric/search/scan/law_list.hpp"
#include "moetric/search/scan/scan.hpp"

namespace moetric::v0::io {

/// The most configurations that `scan_exhaustively` accepts: about an hour on one core where a float filter discards
/// most of them in batches, a few hours where each is scored.
inline constexpr std::uint64_t most_filtered = 1'000'000'000'000, most_scored = 10'000'000'000;

namespace detail {

/// Calls visit(objective) with the objective by `law` that a request's "objective" describes, if `FilteredLaws`
/// contains the type of the law.
template <class FilteredLaws, laws::Law L, class Visit>
void visit_loss(L const& law, json_value const& objective, Visit const& visit) {
  if constexpr (FilteredLaws::template contains<L>) {
    auto values = laws::detail::to_array(typename L::inputs{});
    if (auto const given = objective.find("given"))
      for (std::size_t i = 0; i != values.size(); ++i)
        if (auto const value = given->find(std::string(law.about->inputs[i].name))) values[i] = value->real();
    auto const given = laws::detail::from_array<typename L::inputs>(values);
    if (objective.has("tokens")) return visit(search::loss_at_tokens(law, objective.at("tokens").real(), given));
    if constexpr (laws::ComputeLaw<L>)
      visit(search::loss_at_compute(law, objective.at("compute").real(), given));
    else
      visit(search::detail::loss_of(law, 0, 0, given));
  }
}

/// Calls visit(objective) with the objective of a request that `search_from` has accepted, in its own type, which
/// filters need. Does nothing for a law that `FilteredLaws` does not contain.
template <class FilteredLaws, class Visit>
void visit_objective(json_value const& objective, Visit const& visit) {
  if (objective.has("measure")) return visit(measured_from(objective));
  json_value const wanted = objective.at("law");
  if (wanted.value().is_object())
    return fit::visit_law(fitted_law_of(wanted),
                          [&](auto const& law) { visit_loss<FilteredLaws>(law, objective, visit); });
  std::string const id = wanted.text();
  laws::for_each_loss([&](auto const& law) {
    if (law.about->id == id) visit_loss<FilteredLaws>(law, objective, visit);
  });
}

}  // namespace detail

/// The k best configurations of a range of a request's space, found by looking at every configuration instead of
/// bounding boxes of them. Same result, to the bit, as `search::search_best(made.problem(), k, range)`; of its counts
/// `boxes` is 0 and `discarded` are those that a filter excluded.
///
/// Measures and the laws of `FilteredLaws` go through a float filter; other laws are scored one by one.
/// \param request what `made` was read from
/// \throws std::invalid_argument for a range of more than `most_filtered` configurations, or of more than `most_scored`
///         that are scored one by one, and for a range that leaves the space
template <class Target = simd::native, class FilteredLaws = search::laws_compiled_ahead>
search::result scan_exhaustively(json const& request, search_request const& made, std::size_t k,
                                 search::index_range range) {
  auto const require_at_most = [&](std::uint64_t most, std::string const& which) {
    if (range.size() > most)
      refuse("an exhaustive scan" + which + " must cover at most " + std::to_string(most) +
             " configurations, but got " + std::to_string(range.size()));
  };
  json_value const objective(*request.find("objective"), "objective");
  std::optional<search::result> found;
  detail::visit_objective<FilteredLaws>(objective, [&](auto const& typed) {
    require_at_most(most_filtered, "");
    found = search::scan_best<Target>(search::problem(made.over, typed, made.windows, made.at), k, range);
  });
  if (found) return *found;
  json_value const law = objective.at("law");
  require_at_most(most_scored, " that scores one by one, as for law " +
                                   (law.value().is_text() ? law.text() : "fitted-" + law.at("fitted_form").text()) +
                                   ",");
  return search::scan_best<Target>(made.problem(), k, range);
}

}  // namespace moetric::v0::io
