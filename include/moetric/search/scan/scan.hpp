#pragma once

#include "moetric/search/problem/problem.hpp"
#include "moetric/search/problem/result.hpp"
#include "moetric/search/scan/float_filter.hpp"

namespace moetric::v0::search {
namespace detail {

/// Scores whole ranges: a screen over each row, and what survives it is scored as `search_best` scores.
template <class Kernels, Objective O>
class scanner {
 public:
  scanner(problem<O> const& of, std::size_t k) : of_(of), over_(of.over()), k_(k), best_(k) {}

  result run(index_range range) {
    for (box const& each : over_.boxes_of(range)) scan(each);
    counts_.enumerated = range.size();
    counts_.discarded = counts_.enumerated - counts_.rejected - counts_.scored;
    return {k_, best_.sorted(), {range}, counts_};
  }

 private:
  void scan(box const& b) {
    if (auto by = float_filter<O>::template of<Kernels>(of_, b)) {
      if constexpr (requires { by->evaluate_row(); }) return filter_rows(b, *by);
    }
    for_each_row(over_, b, 1, 0, [&](digits const& row) {
      for (std::uint32_t i = b.first[fastest()]; i <= b.last[fastest()]; ++i) score(row, i, best_, counts_);
    });
  }

  /// A few rows first: what they hold bounds what the others must beat, so that a space in which each row is better
  /// than the one before is no harder than others.
  template <class Filter>
  void filter_rows(box const& b, Filter& by) {
    std::uint64_t const rows = n_rows(over_, b), stride = rows / 64;
    double at_most = best_.worst().score;
    if (stride > 1) {
      best_list seed(k_);
      search_counters unused;
      for_each_row(over_, b, stride, stride / 2,
                   [&](digits const& row) { filter_row(row, b.last[fastest()], by, seed, unused, at_most); });
      at_most = std::fmin(at_most, seed.worst().score);
    }
    by.expect_at_most(at_most);
    for_each_row(over_, b, 1, 0,
                 [&](digits const& row) { filter_row(row, b.last[fastest()], by, best_, counts_, at_most); });
  }

  template <class Filter>
  void filter_row(digits const& row, std::uint32_t last, Filter& by, best_list& best, search_counters& counts,
                  double at_most) {
    std::uint32_t const first = row[fastest()];
    if (!by.move_to(row, first, last)) return;
    auto const worst = [&] { return std::fmin(best.worst().score, at_most); };
    auto const bound = by.threshold(worst());
    if (by.evaluate_row() > bound) return;
    open_.clear();
    by.each_up_to(bound, [&](double value, std::size_t place) {
      open_.push_back({value, static_cast<std::uint32_t>(place)});
    });
    by.refine(open_);
    std::erase_if(open_,
                  [&, limit = by.refined_threshold(worst())](survivor const& each) { return each.value > limit; });
    // The best first, until none is left that can be among them.
    std::make_heap(open_.begin(), open_.end());
    while (!open_.empty() && !(open_.front().value > by.refined_threshold(worst()))) {
      score(row, first + open_.front().place, best, counts);
      std::pop_heap(open_.begin(), open_.end());
      open_.pop_back();
    }
  }

  std::size_t fastest() const { return last_axis(over_); }

  void score(digits at, std::uint32_t last, best_list& best, search_counters& counts) {
    at[fastest()] = last;
    if (!over_.holds(at)) {
      ++counts.rejected;
      return;
    }
    auto const c = of_.costs_of(over_.values(at));
    if (!of_.allows(c)) {
      ++counts.rejected;
      return;
    }
    ++counts.scored;
    std::uint64_t const index = over_.index_of(at);
    double const value = of_.score(c);
    if (!is_not_nan(value)) refuse_nan(index);
    best.add({value, index});
  }

  problem<O> const& of_;
  space const& over_;
  std::size_t k_;
  best_list best_;
  search_counters counts_{};
  std::vector<survivor> open_{};
};

}  // namespace detail

/// The k best configurations of a range of indices, of equals those with the lowest indices, by looking at every one:
/// the same result as `search_best`, for objectives and spaces that bounds do not narrow. Rows lie along the last axis:
/// the longer it is, the faster they are looked at.
///
/// A law's loss is screened in batches of floats with a proven bound on their error, a measure in batches of doubles,
/// and what may be among the best is scored. Other objectives are scored one by one. Of the counts, `scored` and
/// `rejected` are those that were looked at one by one, `discarded` the others.
template <class Target = simd::native, Objective O>
result scan_best(problem<O> const& of, std::size_t k, index_range range) {
  return detail::scanner<detail::kernels_of<Target>, O>(of, k).run(range);
}
template <class Target = simd::native, Objective O>
result scan_best(problem<O> const& of, std::size_t k = 1) {
  return scan_best<Target>(of, k, of.over().all());
}

}  // namespace moetric::v0::search
