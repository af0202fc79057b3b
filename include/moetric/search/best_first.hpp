#pragma once

#include <atomic>
#include <optional>

#include "moetric/search/bound/bounds.hpp"
#include "moetric/search/bound/box_split.hpp"

namespace moetric::v0::search {
namespace detail {

/// A box that waits to be opened.
struct open_box {
  double least;
  std::uint64_t first_index;
  box of;
  std::optional<std::uint8_t> axis;  // to split; none where nothing differs that matters

  /// Of a heap whose front is the most promising.
  friend bool operator<(open_box const& a, open_box const& b) {
    return a.least > b.least || (a.least == b.least && a.first_index > b.first_index);
  }
};

/// Best-first branch and bound over boxes of indices.
template <Objective O>
class branch_and_bound {
 public:
  /// A search that is cancelled ends as if nothing had been searched.
  branch_and_bound(problem<O> const& of, std::size_t k, std::atomic<bool> const* cancelled = nullptr)
      : of_(of), over_(of.over()), bounds_(of), best_(k), k_(k), cancelled_(cancelled) {}

  result run(index_range range) {
    auto const cancelled = [this] { return cancelled_ != nullptr && *cancelled_; };
    for (box const& each : over_.boxes_of(range)) {
      if (cancelled()) return {.k = k_};
      wait(offer(each, -std::numeric_limits<double>::infinity()));
    }
    while (!open_.empty()) {
      if (cancelled()) return {.k = k_};
      std::pop_heap(open_.begin(), open_.end());
      open_box const next = open_.back();
      open_.pop_back();
      if (hopeless(next.least, next.first_index)) {
        drop(next.of);
        for (open_box const& each : open_) drop(each.of);
        break;
      }
      dive(next);
    }
    counts_.enumerated = range.size();
    if (range.size() == 0) return {.k = k_};
    return {k_, best_.sorted(), {range}, counts_};
  }

 private:
  static constexpr int most_cuts = 2;
  static constexpr std::size_t most_open = std::size_t{1} << 18;  // boxes; beyond it none waits

  bool hopeless(double least, std::uint64_t first_index) const {
    candidate const worst = best_.worst();
    return least > worst.score || (least == worst.score && first_index > worst.index);
  }
  bool cannot_hold_a_best(box_bound const& j, box const& b) const {
    return !j.possible || hopeless(j.least, over_.index_of(b.first));
  }
  void drop(box const& b) { counts_.discarded += over_.size_of(b); }

  box_bound bound(box const& b, double least) {
    ++counts_.boxes;
    box_bound found = bounds_.evaluate(b, best_.worst().score);
    found.least = std::fmax(found.least, least);
    return found;
  }

  /// From the best box into its better parts, so that there soon is a k-th best that cuts the others.
  void dive(std::optional<open_box> next) {
    while (next) next = open(*next);
  }
  void wait(std::optional<open_box> const& next) {
    if (!next) return;
    if (open_.size() == most_open) return dive(next);
    open_.push_back(*next);
    std::push_heap(open_.begin(), open_.end());
  }

  /// Bounds a box and cuts it; a small one is scored. `least` is that of a box around it.
  /// \returns none where nothing is left that may hold a best
  std::optional<open_box> offer(box b, double least) {
    std::array<double, n_fields> weights{};
    for (int cuts = 0;; ++cuts) {
      box_bound j = bound(b, least);
      if (cannot_hold_a_best(j, b)) return drop(b), std::nullopt;
      if (over_.size_of(b) <= leaf) return score_all(b), std::nullopt;
      if (score_solved(b)) return std::nullopt;
      if (cuts == most_cuts) return waiting(b, j, weights);
      box const before = b;
      bool const shrunk = bounds_.tighten(b, j, best_.worst().score, weights);
      if (cannot_hold_a_best(j, b)) return drop(before), std::nullopt;
      if (!shrunk) return waiting(b, j, weights);
      counts_.discarded += over_.size_of(before) - over_.size_of(b);
      least = j.least;
    }
  }
  open_box waiting(box const& b, box_bound const& j, std::array<double, n_fields> const& weights) const {
    return {j.least, over_.index_of(b.first), b, split_axis(b, j, weights)};
  }

  /// Divides a box. \returns the better part; the other waits
  std::optional<open_box> open(open_box const& next) {
    box const& b = next.of;
    if (!next.axis) return take_first(b), std::nullopt;
    auto const [low, high] = halves(over_, b, *next.axis);
    std::optional<open_box> one = offer(low, next.least), other = offer(high, next.least);
    if (one && other && *one < *other) std::swap(one, other);
    if (!one) std::swap(one, other);
    wait(other);
    return one;
  }

  /// The axis along which most differs of what matters; none where all of it is settled.
  std::optional<std::uint8_t> split_axis(box const& b, box_bound const& j,
                                         std::array<double, n_fields> const& weights) const {
    std::optional<std::uint8_t> const found = heaviest_axis(b, bounds_.axes_that_matter(j), weights);
    return found && weights[*found] == 0 ? heaviest_axis(b, bounds_.axes_that_differ(j), weights) : found;
  }

  void score_all(box const& b) {
    for_each_in(over_, b, [&](digits const& at) {
      score(at);
      return true;
    });
  }
  /// Scores what windows leave of a box's rows: of one count bounds of its parts say no more than each row does.
  /// \returns false where that is too much work
  bool score_solved(box const& b) {
    constexpr std::size_t most = 512;  // as many members scored, which takes as long as bounding some thirty parts
    row_solver const rows(over_, b, bounds_.windows_to_solve());
    auto const axes = rows.choose(most);
    if (!axes) return false;
    // Where many more are left than was thought, parts of the box are better asked.
    left_of_rows_.clear();
    auto const keep = [&](digits const& at) {
      left_of_rows_.push_back(at);
      return left_of_rows_.size() <= 4 * most;
    };
    if (!rows.for_each(*axes, keep)) return false;
    counts_.discarded += over_.size_of(b) - left_of_rows_.size();
    for (digits const& each : left_of_rows_) score(each);
    return true;
  }
  void score(digits const& at) {
    if (!over_.holds(at)) {
      ++counts_.rejected;
      return;
    }
    auto const c = of_.costs_of(over_.values(at));
    if (!of_.allows(c)) {
      ++counts_.rejected;
      return;
    }
    ++counts_.scored;
    std::uint64_t const index = over_.index_of(at);
    double const value = of_.score(c);
    if (!is_not_nan(value)) refuse_nan(index);
    best_.add({value, index});
  }
  /// Of a box whose members are all allowed and alike, the k with the lowest indices.
  void take_first(box const& b) {
    std::uint64_t seen = 0, taken = 0;
    for_each_in(over_, b, [&](digits const& at) {
      ++seen;
      std::uint64_t const before = counts_.scored;
      score(at);
      taken += counts_.scored - before;
      return taken != k_;
    });
    counts_.discarded += over_.size_of(b) - seen;
  }

  problem<O> const& of_;
  space const& over_;
  bounds<O> bounds_;
  best_list best_;
  std::size_t k_;
  std::atomic<bool> const* cancelled_;
  std::vector<open_box> open_{};
  std::vector<digits> left_of_rows_{};
  search_counters counts_{};
};

}  // namespace detail

/// The k best configurations of a range of indices, exactly those that scoring each of them would find, of equals those
/// with the lowest indices.
template <Objective O>
result search_best(problem<O> const& of, std::size_t k, index_range range) {
  return detail::branch_and_bound<O>(of, k).run(range);
}
template <Objective O>
result search_best(problem<O> const& of, std::size_t k = 1) {
  return search_best(of, k, of.over().all());
}

}  // namespace moetric::v0::search
