#pragma once

#include <span>

#include "moetric/core/run_control.hpp"
#include "moetric/search/problem/problem.hpp"
#include "moetric/search/problem/result.hpp"
#include "moetric/search/scan/float_filter.hpp"
#include "moetric/search/scan/law_list.hpp"

namespace moetric::v0::search {
namespace detail {

/// What a scan filters rows with, in one target; which objective it is for is erased.
struct filters {
  row_kernel_set<double> of_measures;
  row_kernel_set<float> of_losses;
  std::optional<loss_functions> of_law;  // empty unless the objective is a law's loss with kernels

  /// Null if nothing filters the problem's objective: every configuration is scored.
  std::unique_ptr<row_filter> make(any_problem const& p, box const& over) const {
    if (measured const* const by = p.objective().as_measured()) return measure_filter::make(p, *by, of_measures);
    if (law_loss const* const by = p.objective().as_law_loss(); by != nullptr && of_law)
      return loss_filter::make(p, *by, *of_law, of_losses, over);
    return nullptr;
  }
};
/// The filters for a problem, whose law must be one of those listed to have kernels.
template <class Target, class... Laws>
filters filters_for(any_problem const& p, law_list<Laws...>) {
  using kernels = kernels_of<Target>;
  filters made{kernels::template rows<double>(), kernels::template rows<float>(), std::nullopt};
  if (law_loss const* const by = p.objective().as_law_loss())
    static_cast<void>(
        ((by->law().template is<Laws>() && (made.of_law = loss_functions_of<kernels, Laws>(), true)) || ...));
  return made;
}

/// The law that an objective's type names.
template <class O>
struct law_in {
  using type = law_list<>;
};
template <class L>
struct law_in<loss_objective<L>> {
  using type = law_list<L>;
};
template <class O>
using laws_of = typename law_in<O>::type;

/// Scans ranges: filters each row, and scores what passes as `search_best` does.
class scanner {
 public:
  scanner(any_problem const& p, std::size_t k, filters const& by, run_control const& control = {})
      : problem_(p), over_(p.over()), k_(k), by_(by), control_(control), best_(k), seed_(k) {}

  /// Scans ranges that are in order and disjoint.
  result run(std::span<index_range const> ranges) {
    for (index_range const& each : ranges) size_ += each.size();
    for (index_range const& range : ranges)
      for (box const& each : over_.boxes_of(range)) {
        std::uint64_t const first = over_.index_of(each.first);
        scan(each);
        if (stopped_) {
          if (first != stopped_at_) completed_.push_back({first, stopped_at_});
          return stopped();
        }
        completed_.push_back({first, over_.index_of(each.last) + 1});
        done_ += completed_.back().size();
      }
    count_discarded();
    result made{k_, best_.sorted(), {}, counts_};
    for (index_range const& each : completed_) append(made.searched, each);
    return made;
  }

 private:
  void count_discarded() {
    for (index_range const& each : completed_) counts_.enumerated += each.size();
    counts_.discarded = counts_.enumerated - counts_.rejected - counts_.scored;
  }
  /// The rows before the one at which the scan stopped, and the best of the others that were looked at.
  result stopped() {
    count_discarded();
    std::vector<candidate> found = best_.sorted();
    std::vector<candidate> const seed = seed_.sorted();
    found.insert(found.end(), seed.begin(), seed.end());
    return stopped_result(k_, completed_, std::move(found), counts_);
  }
  /// Called for each row in order: notes where a scan stops, and reports progress.
  bool goes_on(digits const& row, std::uint64_t of_box) {
    constexpr std::uint32_t between_reports = 64;
    if (control_.stop.stop_requested()) {
      stopped_ = true, stopped_at_ = over_.index_of(row);
      return false;
    }
    if (++rows_ % between_reports == 0 && control_.progress)
      control_.progress(done_ + over_.index_of(row) - of_box, size_);
    return true;
  }

  void scan(box const& b) {
    std::uint64_t const first = over_.index_of(b.first);
    auto const goes_on_at = [&](digits const& row) { return goes_on(row, first); };
    if (auto const filter = by_.make(problem_, b)) return filter_rows(b, *filter, goes_on_at);
    auto const score_row = [&](digits const& row) {
      for (std::uint32_t i = b.first[fastest()]; i <= b.last[fastest()]; ++i) score(row, i, best_, counts_);
    };
    for_each_row(over_, b, 1, 0, score_row, goes_on_at);
  }

  /// Filters a few rows first: their best scores bound the others', so that a space in which each row is better than
  /// the one before is no slower than others.
  template <class GoesOn>
  void filter_rows(box const& b, row_filter& filter, GoesOn goes_on_at) {
    std::uint64_t const rows = n_rows(over_, b), stride = rows / 64;
    double at_most = best_.worst().score;
    seed_ = best_list(k_);
    if (stride > 1) {
      search_counters unused;
      for_each_row(
          over_, b, stride, stride / 2,
          [&](digits const& row) { filter_row(row, b.last[fastest()], filter, seed_, unused, at_most); },
          [&](digits const&) { return !control_.stop.stop_requested(); });
      at_most = std::fmin(at_most, seed_.worst().score);
    }
    filter.expect_at_most(at_most);
    for_each_row(
        over_, b, 1, 0, [&](digits const& row) { filter_row(row, b.last[fastest()], filter, best_, counts_, at_most); },
        goes_on_at);
  }

  void filter_row(digits const& row, std::uint32_t last, row_filter& filter, best_list& best, search_counters& counts,
                  double at_most) {
    std::uint32_t const first = row[fastest()];
    auto const worst = [&] { return std::fmin(best.worst().score, at_most); };
    open_.clear();
    filter.find(row, first, last, worst(), open_);
    std::erase_if(open_, [limit = filter.threshold(worst())](survivor const& each) { return each.value > limit; });
    // Best first, until none is left that can be among the k best.
    std::make_heap(open_.begin(), open_.end());
    while (!open_.empty() && !(open_.front().value > filter.threshold(worst()))) {
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

  any_problem const& problem_;
  space const& over_;
  std::size_t k_;
  filters by_;
  run_control control_;
  best_list best_;
  best_list seed_;  // of the rows of a box that were filtered first
  search_counters counts_{};
  std::vector<index_range> completed_{};
  std::uint64_t size_ = 0, done_ = 0;  // of all ranges, and of the boxes that were scanned
  std::uint32_t rows_ = 0;
  bool stopped_ = false;
  std::uint64_t stopped_at_ = 0;
  std::vector<survivor> open_{};
};

}  // namespace detail

/// The k best configurations of a range of indices, found by looking at every configuration: same result as
/// `search_best`, for objectives and spaces where bounds do not prune, and as an independent check. Rows run along the
/// last axis; longer rows are faster.
///
/// The room scan/ evaluates all configurations of a row at once: a law's loss in batches of float with a proven error
/// bound, a measure in batches of double; only what may be among the best is scored. Other objectives are scored one by
/// one, and so are losses by laws that `Laws`, a `law_list`, does not name. In the counts, `scored` and `rejected` were
/// evaluated one by one, `discarded` are the others.
/// A scan that is stopped returns what it has, as `search_best` does: all rows before the one at which it stopped.
/// \throws std::invalid_argument as `search_best`
template <class Target, class Laws>
result scan_best_by(any_problem const& p, std::size_t k, index_range range, run_control const& control = {}) {
  return detail::scanner(p, k, detail::filters_for<Target>(p, Laws{}), control)
      .run(std::span<index_range const>(&range, 1));
}
/// The same for a problem that keeps the type of its objective: a law then has kernels.
template <class Target = simd::native, Objective O>
result scan_best(problem<O> const& p, std::size_t k, index_range range, run_control const& control = {}) {
  return scan_best_by<Target, detail::laws_of<O>>(p, k, range, control);
}
/// The k best of the whole space, by a scan.
template <class Target = simd::native, Objective O>
result scan_best(problem<O> const& p, std::size_t k = 1) {
  return scan_best<Target>(p, k, p.over().all());
}

}  // namespace moetric::v0::search
