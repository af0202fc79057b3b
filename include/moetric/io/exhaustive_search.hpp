#pragma once

#include <span>
#include <string>

#include "moetric/io/space.hpp"
#include "moetric/search/scan/law_list.hpp"
#include "moetric/search/scan/scan.hpp"

namespace moetric::v0::io {

/// The most configurations that `scan_exhaustively` accepts: about an hour on one core where a float filter discards
/// most of them in batches, a few hours where each is scored.
inline constexpr std::uint64_t most_filtered = 1'000'000'000'000, most_scored = 10'000'000'000;

/// The k best configurations of some ranges of a request's space, found by looking at every configuration instead of
/// bounding boxes of them. Same result, to the bit, as `search::search_best(made.problem(), k, ranges)`; of its counts
/// `boxes` is 0 and `discarded` are those that a filter excluded.
///
/// Measures and the laws of `FilteredLaws` go through a float filter; other laws are scored one by one.
/// A scan that is stopped returns what it has.
/// \throws std::invalid_argument for ranges of more than `most_filtered` configurations, or of more than `most_scored`
///         that are scored one by one, and for ranges that leave the space
template <class Target = simd::native, class FilteredLaws = search::laws_compiled_ahead>
search::result scan_exhaustively(search_request const& made, std::size_t k, std::span<search::index_range const> ranges,
                                 run_control const& control = {}) {
  auto const problem = made.problem();
  auto const by = search::detail::filters_for<Target>(problem, FilteredLaws{});
  search::law_loss const* const loss = problem.objective().as_law_loss();
  bool const one_by_one = loss != nullptr && !by.of_law;
  std::uint64_t size = 0;
  for (search::index_range const& each : ranges) size += each.size();
  if (std::uint64_t const most = one_by_one ? most_scored : most_filtered; size > most)
    refuse("an exhaustive scan" +
           (one_by_one ? " that scores one by one, as for law " + std::string(loss->law().about().id) + "," : "") +
           " must cover at most " + std::to_string(most) + " configurations, but got " + std::to_string(size));
  return search::detail::scanner(problem, k, by, control).run(ranges);
}
/// The same for one range.
template <class Target = simd::native, class FilteredLaws = search::laws_compiled_ahead>
search::result scan_exhaustively(search_request const& made, std::size_t k, search::index_range range) {
  return scan_exhaustively<Target, FilteredLaws>(made, k, std::span<search::index_range const>(&range, 1));
}

}  // namespace moetric::v0::io
