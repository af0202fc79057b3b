#pragma once

#include <optional>
#include <span>

#include "moetric/core/compiled.hpp"
#include "moetric/core/run_control.hpp"
#include "moetric/search/bound/bounds.hpp"
#include "moetric/search/bound/box_split.hpp"

/// How a search finds its exact answer:
///
///  1. A search ranks the configurations of a `space`, an indexed product of axes, by an objective, and returns the k
///     best that lie in every window; ties go to the lower index.
///  2. Layer formulas and laws are templates over their number type, so running them once on `expression` gives the
///     objective and the measure of each window as formulas in the axes.
///  3. The search starts with the whole space as one box and keeps boxes in a queue, ordered by a lower bound of the
///     objective; it takes the most promising box, splits it in two, and follows the better half down before it returns
///     to the queue.
///  4. `relaxation` bounds each formula over a box by functions that are affine in the logarithms of the axes, because
///     polynomials with positive coefficients are convex there; rational functions are also bounded by monotonicity.
///  5. A box is pruned if a rule or a window excludes all of it, or if its lower bound exceeds the score of the k-th
///     best configuration found so far.
///  6. `bounds::tighten` shrinks the remaining boxes: it cuts off the ends of axes that a window or the k-th best score
///     excludes, and raises the lower bound by multiples of the windows' slack, as the dual of a linear programme.
///  7. If the objective depends on one count only, as Chinchilla's loss at a budget does, shapes nearly tie: the search
///     then inverts the objective to an interval of that count and solves the rows of a box for it.
///  8. Following the better half finds a k-th best that prunes early. Axes on which nothing undecided depends are not
///     split: of such ties the search takes the lowest indices.
///  9. Boxes of at most 32 configurations are listed, and each member that satisfies rules and windows is scored with
///     `simd::reproducible`, whose bits are the same on every machine.
/// 10. Every bound includes its own rounding error, so no pruned box can hold one of the k best, and the result is that
///     of scoring every configuration, which `scan_best` does.
///
/// A search that may be stopped, or that reports progress, first takes 2^17 boxes for a k-th best that prunes, then
/// searches 256 parts of the index range in order, so that a stop leaves whole ranges.
///
/// The rooms: space/ (which shapes there are), formula/ (what is computed of a shape, also symbolically), problem/
/// (what is allowed and ranked, and results), bound/ (what a box cannot hold), scan/ (every configuration of a row at
/// once, in SIMD batches), layout/ (what a layout on devices adds). On top lie the drivers: best_first, shard and
/// scan_shards, constrained_quantity, why_empty, bands, count_allowed, pareto, best_run.
namespace moetric::v0::search {
namespace detail {

/// A box in the queue.
struct open_box {
  double least;
  std::uint64_t first_index;
  box members;
  std::optional<std::uint8_t> axis;  // the axis to split; empty if nothing undecided depends on any

  /// Orders a heap so that the most promising box is at the front.
  friend bool operator<(open_box const& a, open_box const& b) {
    return a.least > b.least || (a.least == b.least && a.first_index > b.first_index);
  }
};

/// Best-first branch and bound over boxes of indices.
class branch_and_bound {
 public:
  // A search that may be stopped bounds this many boxes best first, about half a second. A longer one goes on in index
  // order, part by part, so that what it has when it is stopped is a result of whole ranges.
  static constexpr std::uint64_t boxes_of_first_pass = std::uint64_t{1} << 17, n_parts = 256;

  /// \param at_most only configurations that do not come after it are wanted
  branch_and_bound(any_problem const& p, std::size_t k, run_control const& control = {},
                   std::uint64_t first_pass = boxes_of_first_pass, candidate const& at_most = best_list(1).worst())
      : problem_(p), over_(p.over()), bounds_(p), best_(k), k_(k), control_(control), first_pass_(first_pass),
        first_worst_(at_most) {}

  /// Searches ranges that are in order and disjoint.
  result run(std::span<index_range const> ranges) {
    std::uint64_t const size = size_of(ranges);
    if (size == 0) return {.k = k_};
    bool const may_stop = control_.stop.stop_possible() || control_.progress;
    boxes_left_ = may_stop ? first_pass_ + k_ / 2 : ~std::uint64_t{0};  // it should find k, which prune
    search(ranges);
    if (boxes_left_ == 0 && !stopped_) {
      search_in_parts(ranges, size);
    } else if (!stopped_) {
      completed_.assign(ranges.begin(), ranges.end());
      counts_.enumerated = size;
    }
    if (stopped_) {
      counts_of_completed_.boxes = counts_.boxes;
      std::vector<candidate> found = best_.sorted();
      found.insert(found.end(), first_best_.begin(), first_best_.end());
      return stopped_result(k_, completed_, std::move(found), counts_of_completed_);
    }
    result made{k_, best_.sorted(), {}, counts_};
    for (index_range const& each : completed_) append(made.searched, each);
    return made;
  }

 private:
  static constexpr int most_cuts = 2;
  static constexpr std::size_t most_open = std::size_t{1}
                                           << 18;  // boxes in the queue; beyond it, boxes are searched depth first
  static std::uint64_t size_of(std::span<index_range const> ranges) {
    std::uint64_t size = 0;
    for (index_range const& each : ranges) size += each.size();
    return size;
  }

  /// Searches until the queue is empty, a stop is requested, or the boxes of the first pass are used up.
  void search(std::span<index_range const> ranges) {
    for (index_range const& range : ranges)
      for (box const& each : over_.boxes_of(range)) {
        if (ended()) return;
        enqueue(examine(each, -std::numeric_limits<double>::infinity()));
      }
    while (!open_.empty() && !ended()) {
      std::pop_heap(open_.begin(), open_.end());
      open_box const next = open_.back();
      open_.pop_back();
      if (hopeless(next.least, next.first_index)) {
        discard(next.members);
        for (open_box const& each : open_) discard(each.members);
        open_.clear();
        break;
      }
      dive(next);
    }
  }

  /// Searches part after part from the start; the best of the first pass only prune.
  void search_in_parts(std::span<index_range const> ranges, std::uint64_t size) {
    first_best_ = best_.sorted();
    first_worst_ = best_.worst();
    open_.clear();
    best_ = best_list(k_);
    counts_ = {.boxes = counts_.boxes};
    boxes_left_ = ~std::uint64_t{0};
    size_ = size;
    std::uint64_t const of_part = std::max<std::uint64_t>(size / n_parts, 1);
    std::uint64_t left = size, room = std::min(of_part, left);
    std::vector<index_range> part;
    for (index_range const& range : ranges)
      for (std::uint64_t first = range.first; first != range.last;) {
        part.push_back({first, first + std::min(room, range.last - first)});
        first = part.back().last;
        room -= part.back().size();
        if (room != 0) continue;
        search(part);
        if (stopped_) return;
        completed_.insert(completed_.end(), part.begin(), part.end());
        counts_.enumerated += size_of(part);
        counts_of_completed_ = counts_;
        left -= size_of(part);
        room = std::min(of_part, left);
        part.clear();
      }
  }

  /// True once the search must end: a stop, or the end of the first pass.
  bool ended() {
    stopped_ = stopped_ || control_.stop.stop_requested();
    return stopped_ || boxes_left_ == 0;
  }

  /// What a configuration must precede to be among the best.
  candidate worst() const {
    candidate const own = best_.worst();
    return first_worst_ < own ? first_worst_ : own;
  }
  bool hopeless(double least, std::uint64_t first_index) const {
    candidate const w = worst();
    return least > w.score || (least == w.score && first_index > w.index);
  }
  bool cannot_hold_a_best(box_bound const& j, box const& b) const {
    return !j.possible || hopeless(j.least, over_.index_of(b.first));
  }
  void discard(box const& b) { counts_.discarded += over_.size_of(b); }

  box_bound bound(box const& b, double least) {
    constexpr std::uint64_t between_reports = 256;
    if (++counts_.boxes % between_reports == 0 && size_ != 0 && control_.progress)
      control_.progress(counts_.discarded + counts_.rejected + counts_.scored, size_);
    if (boxes_left_ != 0) --boxes_left_;
    box_bound found = bounds_.evaluate(b, worst().score);
    found.least = std::fmax(found.least, least);
    return found;
  }

  /// Descends from a box into its better halves, to find a good k-th best early, which prunes the others.
  void dive(std::optional<open_box> next) {
    while (next && !ended()) next = split(*next);
  }
  void enqueue(std::optional<open_box> const& next) {
    if (!next) return;
    if (open_.size() == most_open) return dive(next);
    open_.push_back(*next);
    std::push_heap(open_.begin(), open_.end());
  }

  /// Bounds and tightens a box; a small one is scored. `least` is a bound inherited from an enclosing box.
  /// \returns empty if nothing is left that could be among the best
  std::optional<open_box> examine(box b, double least) {
    std::array<double, n_fields> weights{};
    for (int cuts = 0;; ++cuts) {
      box_bound j = bound(b, least);
      if (cannot_hold_a_best(j, b)) return discard(b), std::nullopt;
      if (over_.size_of(b) <= leaf_size) return score_all(b), std::nullopt;
      if (score_solved_rows(b)) return std::nullopt;
      if (cuts == most_cuts) return queued(b, j, weights);
      box const before = b;
      bool const shrunk = bounds_.tighten(b, j, worst().score, weights);
      if (cannot_hold_a_best(j, b)) return discard(before), std::nullopt;
      if (!shrunk) return queued(b, j, weights);
      counts_.discarded += over_.size_of(before) - over_.size_of(b);
      least = j.least;
    }
  }
  open_box queued(box const& b, box_bound const& j, std::array<double, n_fields> const& weights) const {
    return {j.least, over_.index_of(b.first), b, split_axis(b, j, weights)};
  }

  /// Splits a box.
  /// \returns the better half; the other is queued
  std::optional<open_box> split(open_box const& next) {
    box const& b = next.members;
    if (!next.axis) return take_lowest_indices(b), std::nullopt;
    auto const [low, high] = halves(over_, b, *next.axis);
    std::optional<open_box> one = examine(low, next.least), other = examine(high, next.least);
    if (one && other && *one < *other) std::swap(one, other);
    if (!one) std::swap(one, other);
    enqueue(other);
    return one;
  }

  /// The axis with the largest weight among those that matter; if everything else is decided, of a rule that is not;
  /// empty if none is left.
  std::optional<std::uint8_t> split_axis(box const& b, box_bound const& j,
                                         std::array<double, n_fields> const& weights) const {
    std::optional<std::uint8_t> const found = heaviest_axis(b, bounds_.axes_that_matter(j), weights);
    std::optional<std::uint8_t> const differs =
        found && weights[*found] == 0 ? heaviest_axis(b, bounds_.axes_that_differ(j), weights) : found;
    return differs ? differs : heaviest_axis(b, over_.axes_of_wide_rules(), weights);
  }

  void score_all(box const& b) {
    for_each_in(over_, b, [&](digits const& at) {
      score(at);
      return true;
    });
  }
  /// Scores what the windows leave of a box's rows: with a single count, bounds of the parts of a box say no more than
  /// its rows do.
  /// \returns false if that is too much work
  bool score_solved_rows(box const& b) {
    constexpr std::size_t most = 512;  // members; scoring them costs about as much as bounding thirty boxes
    row_solver const rows(over_, b, bounds_.windows_to_solve());
    auto const axes = rows.choose(most);
    if (!axes) return false;
    // If many more are left than estimated, splitting the box is cheaper.
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
    auto const c = problem_.costs_of(over_.values(at));
    if (!problem_.allows(c)) {
      ++counts_.rejected;
      return;
    }
    ++counts_.scored;
    std::uint64_t const index = over_.index_of(at);
    double const value = problem_.score(c);
    if (!is_not_nan(value)) refuse_nan(index);
    best_.add({value, index});
  }
  /// For a box whose members all tie or are excluded by rules: scores them in index order until k were allowed.
  void take_lowest_indices(box const& b) {
    std::uint64_t seen = 0, taken = 0;
    for_each_in(over_, b, [&](digits const& at) {
      ++seen;
      std::uint64_t const before = counts_.scored;
      score(at);
      taken += counts_.scored - before;
      if (seen % 4096 == 0) stopped_ = stopped_ || control_.stop.stop_requested();
      return taken != k_ && !stopped_;
    });
    counts_.discarded += over_.size_of(b) - seen;
  }

  any_problem const& problem_;
  space const& over_;
  bounds bounds_;
  best_list best_;
  std::size_t k_;
  run_control control_;
  std::uint64_t first_pass_;
  std::vector<open_box> open_{};
  std::vector<digits> left_of_rows_{};
  search_counters counts_{};
  bool stopped_ = false;
  std::uint64_t boxes_left_ = 0;         // of the first pass
  std::vector<candidate> first_best_{};  // of the first pass, if it did not end
  candidate first_worst_;
  std::uint64_t size_ = 0;                // of all parts
  std::vector<index_range> completed_{};  // in order
  search_counters counts_of_completed_{};
};

}  // namespace detail

/// The k best allowed configurations of some ranges of indices, exactly those that scoring every one would find. Ties
/// go to the lower index. A search that is stopped returns what it has: its `searched` says of which indices, and it
/// merges with results of the others. \param ranges in increasing order, disjoint \throws std::invalid_argument for k =
/// 0, for ranges that overlap or leave the space, and for an objective that is NaN
#ifdef MOETRIC_COMPILED
result search_best(any_problem const& p, std::size_t k, std::span<index_range const> ranges,
                   run_control const& control = {});
#else
inline result search_best(any_problem const& p, std::size_t k, std::span<index_range const> ranges,
                          run_control const& control = {}) {
  return detail::branch_and_bound(p, k, control).run(ranges);
}
#endif
/// The k best of one range.
inline result search_best(any_problem const& p, std::size_t k, index_range range, run_control const& control = {}) {
  return search_best(p, k, std::span<index_range const>(&range, 1), control);
}
/// The k best of the whole space.
inline result search_best(any_problem const& p, std::size_t k = 1) {
  return search_best(p, k, p.over().all());
}

}  // namespace moetric::v0::search
