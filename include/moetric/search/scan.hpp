#pragma once

#include "moetric/search/problem.hpp"
#include "moetric/search/result.hpp"
#include "moetric/search/screen.hpp"

namespace moetric::inline v0::search {
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
    if (auto by = screen<O>::template of<Kernels>(of_, b)) {
      if constexpr (requires { by->screened(); }) return screen_rows(b, *by);
    }
    each_row(b, 1, 0, [&](digits const& row, std::uint32_t first, std::uint32_t last) {
      for (std::uint32_t i = first; i <= last; ++i) score(row, i, best_, counts_);
    });
  }

  /// A few rows first: what they hold bounds what the others must beat, so that a space in which each row is better
  /// than the one before is no harder than others.
  template <class Screen>
  void screen_rows(box const& b, Screen& by) {
    std::uint64_t const rows = n_rows(b), stride = rows / 64;
    double at_most = std::numeric_limits<double>::infinity();
    if (stride > 1) {
      best_list seed(k_);
      tally_of_search unused;
      each_row(b, stride, stride / 2, [&](digits const& row, std::uint32_t first, std::uint32_t last) {
        screen_row_of(row, first, last, by, seed, unused, at_most);
      });
      at_most = seed.worst().score;
    }
    each_row(b, 1, 0, [&](digits const& row, std::uint32_t first, std::uint32_t last) {
      screen_row_of(row, first, last, by, best_, counts_, at_most);
    });
  }

  template <class Screen>
  void screen_row_of(digits row, std::uint32_t first, std::uint32_t last, Screen& by, best_list& best,
                     tally_of_search& counts, double at_most) {
    if (!by.move_to(row, first, last)) return;
    auto const worst = [&] { return std::fmin(best.worst().score, at_most); };
    auto const bound = by.threshold(worst());
    if (by.screened() > bound) return;
    open_.clear();
    by.each_up_to(bound, [&](double value, std::size_t place) {
      open_.push_back({value, static_cast<std::uint32_t>(place)});
    });
    by.refine(open_);
    // The best first, until none is left that can be among them.
    std::make_heap(open_.begin(), open_.end());
    while (!open_.empty() && !(open_.front().value > by.refined_threshold(worst()))) {
      score(row, first + open_.front().place, best, counts);
      std::pop_heap(open_.begin(), open_.end());
      open_.pop_back();
    }
  }

  void score(digits at, std::uint32_t last, best_list& best, tally_of_search& counts) {
    if (over_.n_axes() != 0) at[over_.n_axes() - 1] = last;
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
    if (!is_a_number(value)) no_number(index);
    best.add({value, index});
  }

  std::uint64_t n_rows(box const& b) const {
    std::uint64_t rows = 1;
    for (std::size_t i = 0; i + 1 < over_.n_axes(); ++i) rows *= std::uint64_t{b.last[i]} - b.first[i] + 1;
    return rows;
  }
  /// Every stride-th row of a box, from one on, that holds any configuration.
  template <class Visit>
  void each_row(box const& b, std::uint64_t stride, std::uint64_t from, Visit visit) const {
    std::size_t const fastest = over_.n_axes() == 0 ? 0 : over_.n_axes() - 1;
    digits row = b.first;
    auto const skip = [&](std::uint64_t carry) {
      for (std::size_t axis = fastest; axis-- != 0 && carry != 0;) {
        std::uint64_t const values = std::uint64_t{b.last[axis]} - b.first[axis] + 1;
        carry += row[axis] - b.first[axis];
        bool const over = carry >= values;
        row[axis] = b.first[axis] + static_cast<std::uint32_t>(over ? carry % values : carry);
        carry = over ? carry / values : 0;
      }
      return carry == 0;
    };
    for (bool inside = skip(from); inside && stride != 0; inside = fastest != 0 && skip(stride)) {
      box one{row, row};
      one.last[fastest] = b.last[fastest];
      if (over_.may_hold(one)) visit(row, b.first[fastest], b.last[fastest]);
    }
  }

  problem<O> const& of_;
  space const& over_;
  std::size_t k_;
  best_list best_;
  tally_of_search counts_{};
  std::vector<survivor> open_{};
};

}  // namespace detail

/// The k best configurations of a range of indices, of equals those with the lowest indices, by looking at every one:
/// the same result as `search_best`, for objectives and spaces that bounds do not narrow.
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

}  // namespace moetric::inline v0::search
