#pragma once

#include "moetric/search/problem/problem.hpp"
#include "moetric/search/problem/result.hpp"
#include "moetric/search/scan/float_filter.hpp"

namespace moetric::v0::search {
namespace detail {

/// Scans ranges: filters each row, and scores what passes as `search_best` does.
template <class Kernels, Objective O>
class scanner {
 public:
  scanner(problem<O> const& p, std::size_t k) : problem_(p), over_(p.over()), k_(k), best_(k) {}

  result run(index_range range) {
    for (box const& each : over_.boxes_of(range)) scan(each);
    counts_.enumerated = range.size();
    counts_.discarded = counts_.enumerated - counts_.rejected - counts_.scored;
    return {k_, best_.sorted(), {range}, counts_};
  }

 private:
  void scan(box const& b) {
    if (auto filter = float_filter<O>::template make<Kernels>(problem_, b)) {
      if constexpr (requires { filter->evaluate_row(); }) return filter_rows(b, *filter);
    }
    for_each_row(over_, b, 1, 0, [&](digits const& row) {
      for (std::uint32_t i = b.first[fastest()]; i <= b.last[fastest()]; ++i) score(row, i, best_, counts_);
    });
  }

  /// Filters a few rows first: their best scores bound the others', so that a space in which each row is better than
  /// the one before is no slower than others.
  template <class Filter>
  void filter_rows(box const& b, Filter& filter) {
    std::uint64_t const rows = n_rows(over_, b), stride = rows / 64;
    double at_most = best_.worst().score;
    if (stride > 1) {
      best_list seed(k_);
      search_counters unused;
      for_each_row(over_, b, stride, stride / 2,
                   [&](digits const& row) { filter_row(row, b.last[fastest()], filter, seed, unused, at_most); });
      at_most = std::fmin(at_most, seed.worst().score);
    }
    filter.expect_at_most(at_most);
    for_each_row(over_, b, 1, 0,
                 [&](digits const& row) { filter_row(row, b.last[fastest()], filter, best_, counts_, at_most); });
  }

  template <class Filter>
  void filter_row(digits const& row, std::uint32_t last, Filter& filter, best_list& best, search_counters& counts,
                  double at_most) {
    std::uint32_t const first = row[fastest()];
    if (!filter.move_to(row, first, last)) return;
    auto const worst = [&] { return std::fmin(best.worst().score, at_most); };
    auto const bound = filter.threshold(worst());
    if (filter.evaluate_row() > bound) return;
    open_.clear();
    filter.each_up_to(bound, [&](double value, std::size_t place) {
      open_.push_back({value, static_cast<std::uint32_t>(place)});
    });
    filter.refine(open_);
    std::erase_if(open_,
                  [&, limit = filter.refined_threshold(worst())](survivor const& each) { return each.value > limit; });
    // Best first, until none is left that can be among the k best.
    std::make_heap(open_.begin(), open_.end());
    while (!open_.empty() && !(open_.front().value > filter.refined_threshold(worst()))) {
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
    auto const c = problem_.costs_of(over_.values(at));
    if (!problem_.allows(c)) {
      ++counts.rejected;
      return;
    }
    ++counts.scored;
    std::uint64_t const index = over_.index_of(at);
    double const value = problem_.score(c);
    if (!is_not_nan(value)) refuse_nan(index);
    best.add({value, index});
  }

  problem<O> const& problem_;
  space const& over_;
  std::size_t k_;
  best_list best_;
  search_counters counts_{};
  std::vector<survivor> open_{};
};

}  // namespace detail

/// The k best configurations of a range of indices, found by looking at every configuration: same result as
/// `search_best`, for objectives and spaces where bounds do not prune, and as an independent check. Rows run along the
/// last axis; longer rows are faster.
///
/// The room scan/ evaluates all configurations of a row at once: a law's loss in batches of float with a proven error
/// bound, a measure in batches of double; only what may be among the best is scored. Other objectives are scored one by
/// one. In the counts, `scored` and `rejected` were evaluated one by one, `discarded` are the others.
/// \throws std::invalid_argument as `search_best`
template <class Target = simd::native, Objective O>
result scan_best(problem<O> const& p, std::size_t k, index_range range) {
  return detail::scanner<detail::kernels_of<Target>, O>(p, k).run(range);
}
/// The k best of the whole space, by a scan.
template <class Target = simd::native, Objective O>
result scan_best(problem<O> const& p, std::size_t k = 1) {
  return scan_best<Target>(p, k, p.over().all());
}

}  // namespace moetric::v0::search
