#pragma once

#include <algorithm>
#include <bit>
#include <cstddef>
#include <cstdint>
#include <limits>
#include <string>
#include <vector>

#include "moetric/core/contract.hpp"
#include "moetric/search/space/box.hpp"

namespace moetric::v0::search {
namespace detail {

/// \throws std::invalid_argument naming the configuration whose objective is NaN
[[noreturn]] inline void refuse_nan(std::uint64_t index) {
  moetric::detail::invalid(
      ("moetric: an objective must not be NaN, but is NaN at configuration " + std::to_string(index)).c_str());
}

/// By its bits, so that -ffast-math cannot optimise it away.
constexpr bool is_not_nan(double value) {
  constexpr std::uint64_t magnitude = 0x7fff'ffff'ffff'ffff, infinity = 0x7ff0'0000'0000'0000;
  return (std::bit_cast<std::uint64_t>(value) & magnitude) <= infinity;
}

}  // namespace detail

/// A configuration by its index, with its value of the objective.
struct candidate {
  double score;  // the objective; smaller is better
  std::uint64_t index;

  /// The lower score comes first; ties go to the lower index.
  friend constexpr bool operator<(candidate const& a, candidate const& b) {
    return a.score < b.score || (a.score == b.score && a.index < b.index);
  }
  friend constexpr bool operator==(candidate const&, candidate const&) = default;
};

/// Keeps the k best of the candidates added to it, in whatever order they are added.
class best_list {
 public:
  /// \throws std::invalid_argument for k = 0
  explicit best_list(std::size_t k) : k_(k) {
    if (k == 0) moetric::detail::invalid("moetric: a search must keep at least 1 configuration, but got 0");
  }

  /// True if k candidates have been added.
  bool full() const { return heap_.size() == k_; }
  /// What a new candidate must precede to be kept; while the list is not full, a candidate that every other precedes.
  candidate worst() const {
    return full() ? heap_.front()
                  : candidate{std::numeric_limits<double>::infinity(), std::numeric_limits<std::uint64_t>::max()};
  }
  /// Adds a candidate if it is among the k best so far.
  void add(candidate const& next) {
    if (full()) {
      if (!(next < heap_.front())) return;
      std::pop_heap(heap_.begin(), heap_.end());
      heap_.back() = next;
    } else {
      heap_.push_back(next);
    }
    std::push_heap(heap_.begin(), heap_.end());
  }
  /// The candidates kept, best first.
  std::vector<candidate> sorted() const {
    std::vector<candidate> all = heap_;
    std::sort_heap(all.begin(), all.end());
    return all;
  }

 private:
  std::size_t k_;
  std::vector<candidate> heap_;
};

/// What happened to the configurations of a range: enumerated = discarded + rejected + scored.
struct search_counters {
  std::uint64_t enumerated = 0;
  std::uint64_t discarded = 0;  // never evaluated one by one: pruned with a box, or excluded by a filter
  std::uint64_t rejected = 0;   // evaluated, and violated a rule or a window
  std::uint64_t scored = 0;
  std::uint64_t boxes = 0;  // boxes that were bounded

  friend search_counters operator+(search_counters a, search_counters const& b) {
    a.enumerated += b.enumerated, a.discarded += b.discarded, a.rejected += b.rejected, a.scored += b.scored;
    a.boxes += b.boxes;
    return a;
  }
  friend bool operator==(search_counters const&, search_counters const&) = default;
};

/// The k best configurations of some index ranges. A value: shards are searched separately and merged in any order.
struct result {
  std::size_t k = 1;
  std::vector<candidate> best{};        // in order
  std::vector<index_range> searched{};  // in order, disjoint and not adjacent
  search_counters counts{};

  friend bool operator==(result const&, result const&) = default;
};

/// The indices of a space of that size that no range covers.
/// \param searched in order and disjoint, as of a result
inline std::vector<index_range> missing_ranges(std::vector<index_range> const& searched, std::uint64_t size) {
  std::vector<index_range> missing;
  std::uint64_t next = 0;
  for (index_range const& each : searched) {
    if (next < each.first) missing.push_back({next, each.first});
    next = each.last;
  }
  if (next < size) missing.push_back({next, size});
  return missing;
}

namespace detail {

/// Appends a range that does not begin before the last one's; adjacent ones are joined.
/// \throws std::invalid_argument for one that overlaps the last
inline void append(std::vector<index_range>& to, index_range const& next) {
  if (next.size() == 0) return;
  if (to.empty() || to.back().last < next.first) return to.push_back(next);
  if (next.first < to.back().last)
    moetric::detail::invalid(
        ("moetric: results that are merged must not overlap, but both have index " + std::to_string(next.first))
            .c_str());
  to.back().last = next.last;
}

/// What a stopped search has: the k best of the ranges that it completed and of single configurations outside of them.
/// Nothing that it left out of a completed range precedes its best, so the singles make it the result of what it
/// covers: `completed` and the best that lie outside of it, a range of one each.
/// \param completed ranges in order
/// \param found candidates that were scored, in and outside of them; one may be given twice
/// \param counts of the completed ranges
inline result stopped_result(std::size_t k, std::vector<index_range> const& completed, std::vector<candidate> found,
                             search_counters const& counts) {
  std::sort(found.begin(), found.end());
  found.erase(std::unique(found.begin(), found.end()), found.end());
  if (found.size() > k) found.resize(k);
  std::vector<index_range> all = completed;
  for (candidate const& each : found) {
    auto const after = std::upper_bound(completed.begin(), completed.end(), each.index,
                                        [](std::uint64_t at, index_range const& of) { return at < of.first; });
    if (after == completed.begin() || (after - 1)->last <= each.index) all.push_back({each.index, each.index + 1});
  }
  std::sort(all.begin(), all.end(), [](index_range const& a, index_range const& b) { return a.first < b.first; });
  result made{k, std::move(found), {}, counts};
  made.counts.enumerated = 0;
  for (index_range const& each : all) {
    append(made.searched, each);
    made.counts.enumerated += each.size();
  }
  made.counts.scored = made.counts.enumerated - counts.discarded - counts.rejected;
  return made;
}

}  // namespace detail

/// The k best of what two results cover. Associative and commutative; `result{k}` is the neutral element.
/// \throws std::invalid_argument for different k and for ranges that overlap, which would be counted twice
inline result merge(result const& a, result const& b) {
  if (a.k != b.k)
    moetric::detail::invalid(("moetric: results that are merged must keep the same number of best, but keep " +
                              std::to_string(a.k) + " and " + std::to_string(b.k))
                                 .c_str());
  result merged{a.k, {}, {}, a.counts + b.counts};
  std::merge(a.best.begin(), a.best.end(), b.best.begin(), b.best.end(), std::back_inserter(merged.best));
  if (merged.best.size() > merged.k) merged.best.resize(merged.k);

  std::vector<index_range> ranges;
  std::merge(a.searched.begin(), a.searched.end(), b.searched.begin(), b.searched.end(), std::back_inserter(ranges),
             [](index_range const& x, index_range const& y) { return x.first < y.first; });
  for (index_range const& each : ranges) detail::append(merged.searched, each);
  return merged;
}

}  // namespace moetric::v0::search
