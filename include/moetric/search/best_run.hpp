#pragma once

#include <algorithm>
#include <cstdint>
#include <limits>
#include <optional>
#include <span>
#include <string>
#include <utility>
#include <vector>

#include "moetric/core/compiled.hpp"
#include "moetric/core/run_control.hpp"
#include "moetric/search/best_first.hpp"
#include "moetric/search/layout/run_problem.hpp"
#include "moetric/search/why_empty.hpp"

/// Shapes and layouts searched together: what is the best model that given devices train in given days, and how is it
/// laid out on them?
///
/// The problem. A pair is a shape of a space and a layout: tensor, context, pipeline, expert and expert-tensor ranks,
/// the micro batch, and what is recomputed. It is allowed if the trainer's rules hold on both meshes, stages have
/// equally many layers (or differ by one, if that is asked for: the time has no term for it), the most loaded device
/// holds it by `cluster::memory_of`, and every window holds. In the days of the calendar the devices train
/// days·devices/t tokens, t seconds of one device for a token (`token_time`: the median of `cluster::estimate_run`); a
/// law says the loss. Wanted are the shapes of least loss, each on its best layout. Of layouts of equal loss, the one
/// with the least time of communication is taken, then that with the most memory to spare, then the first.
///
/// The bound. Layouts are few hundred and shapes are 1e9 to 1e15, so layouts are listed, the fastest first, and the
/// shapes of each are searched by bounds, as `search_best` does. On one layout, t is a polynomial of the shape, and so
/// are the bytes of a rank but for what is rounded up (`memory_limit`); rules on either mesh remove values of axes. A
/// layout that fits no small shape, or whose bound exceeds the k-th best loss of the layouts before it, ends in few
/// boxes.
///
/// Why it is exact. A shape that is among the k best is among the k best of its best layout, as shapes that precede it
/// there do so on their best ones too. The polynomials only discard; every pair that is left is decided by the
/// functions that listing decides by, in the same number type. So `list_best_runs`, which looks at all pairs, returns
/// the same.
namespace moetric::v0::search {
namespace detail {

/// The index in a space of configurations of one with the same axes, of which rules removed more values.
class index_map {
 public:
  index_map(space const& from, space const& to) : from_(from), to_(to) {
    for (std::size_t a = 0; a != to.n_axes(); ++a) {
      std::vector<ratio> const &kept = from.axes()[a].values, &all = to.axes()[a].values;
      std::vector<std::uint32_t>& places = places_.emplace_back();
      std::uint32_t place = 0;
      for (ratio const& each : kept) {
        while (all[place] != each) ++place;
        places.push_back(place);
      }
    }
  }
  /// The indices whose configurations lie in a range of the other space: order is kept.
  index_range within(index_range const& of) const {
    auto const first_at_least = [this](std::uint64_t bound) {
      std::uint64_t low = 0, high = from_.size();
      while (low != high) {
        std::uint64_t const middle = low + (high - low) / 2;
        if ((*this)(middle) < bound)
          low = middle + 1;
        else
          high = middle;
      }
      return low;
    };
    return {first_at_least(of.first), first_at_least(of.last)};
  }
  std::uint64_t operator()(std::uint64_t index) const {
    digits at = from_.digits_of(index);
    for (std::size_t a = 0; a != to_.n_axes(); ++a) at[a] = places_[a][at[a]];
    return to_.index_of(at);
  }

 private:
  space const &from_, &to_;
  std::vector<std::vector<std::uint32_t>> places_{};
};

/// Keeps the k shapes of least loss; a shape may be added again.
class best_shapes {
 public:
  /// \throws std::invalid_argument for k = 0
  explicit best_shapes(std::size_t k) : k_(k) { static_cast<void>(best_list(k)); }

  void add(candidate const& next) {
    auto const same =
        std::find_if(best_.begin(), best_.end(), [&](auto const& each) { return each.index == next.index; });
    if (same != best_.end()) {
      if (!(next < *same)) return;
      best_.erase(same);
    }
    best_.insert(std::upper_bound(best_.begin(), best_.end(), next), next);
    if (best_.size() > k_) best_.pop_back();
  }
  /// What does not come after it may be among the best.
  candidate worst() const {
    constexpr std::uint64_t last = std::numeric_limits<std::uint64_t>::max();
    // Indices are of another space, so ties are left to `add`.
    return {best_.size() == k_ ? best_.back().score : std::numeric_limits<double>::infinity(), last};
  }
  std::vector<candidate> const& sorted() const { return best_; }

 private:
  std::size_t k_;
  std::vector<candidate> best_{};
};

/// Searches all layouts of ranges of shapes, one layout after the other.
class run_search {
 public:
  run_search(run_layouts& layouts, std::size_t k, run_control const& control)
      : layouts_(layouts), best_(k), k_(k), control_(control) {}

  best_runs run(std::span<index_range const> ranges) {
    all_ = shapes_in(ranges);
    bool const may_stop = control_.stop.stop_possible() || control_.progress;
    std::vector<index_range> completed;
    search_counters of_completed;
    if (search(ranges, may_stop ? branch_and_bound::boxes_of_first_pass : ~std::uint64_t{0})) {
      completed.assign(ranges.begin(), ranges.end());
      of_completed = counts_;
    } else if (!stopped()) {
      // As `branch_and_bound` does: what is found by now prunes, and a search that is stopped has whole ranges.
      std::uint64_t const parts = std::clamp<std::uint64_t>(1024 / layouts_.size(), 4, branch_and_bound::n_parts);
      counts_ = {.boxes = counts_.boxes};
      done_ = 0;
      for (index_range const& range : ranges)
        for (std::uint64_t first = range.first; first != range.last;) {
          std::uint64_t const size = std::max<std::uint64_t>(all_ / parts, 1);
          index_range const part{first, range.last - first < size ? range.last : first + size};
          if (!search({&part, 1}, ~std::uint64_t{0})) break;
          completed.push_back(part);
          of_completed = counts_;
          done_ += part.size();
          first = part.last;
        }
    }
    return made_of(ranges, completed, of_completed);
  }

 private:
  static std::uint64_t shapes_in(std::span<index_range const> ranges) {
    std::uint64_t all = 0;
    for (index_range const& each : ranges) all += each.size();
    return all;
  }
  bool stopped() const { return control_.stop.stop_requested(); }

  /// \returns false if it was stopped, or bounded more boxes than `most_boxes`
  bool search(std::span<index_range const> ranges, std::uint64_t most_boxes) {
    constexpr std::uint64_t in_one_piece = std::uint64_t{1} << 62;
    std::uint64_t const shapes = shapes_in(ranges);
    for (std::size_t i = 0; i != layouts_.size(); ++i) {
      if (stopped()) return false;
      report(shapes, i);
      search_counters of_layout{.discarded = shapes};
      if (std::optional<any_problem> const problem = layouts_.bounded_problem_of(i)) {
        index_map const to_all(problem->over(), layouts_.asked().over);
        std::vector<index_range> within;
        for (index_range const& each : ranges)
          if (index_range const part = to_all.within(each); part.size() != 0) append(within, part);
        result const found =
            branch_and_bound(*problem, k_, {.stop = control_.stop}, in_one_piece, best_.worst()).run(within);
        for (candidate const& each : found.best) best_.add({each.score, to_all(each.index)});
        of_layout = found.counts;
        of_layout.discarded += shapes - shapes_in(within);
      }
      of_layout.enumerated = shapes;
      counts_ = counts_ + of_layout;
      if (counts_.boxes > most_boxes && i + 1 != layouts_.size()) return false;
    }
    return !stopped();
  }
  void report(std::uint64_t shapes, std::size_t layout) const {
    if (!control_.progress) return;
    std::uint64_t const n = layouts_.size();
    control_.progress(done_ * n + shapes * layout, all_ * n);
  }

  /// Of ranges that were left, single shapes of the best: all layouts of those are looked at.
  best_runs made_of(std::span<index_range const> ranges, std::vector<index_range> const& completed,
                    search_counters const& counts) {
    result shapes{.k = k_, .best = best_.sorted()};
    if (shapes_in(completed) == shapes_in(ranges)) {
      for (index_range const& each : completed) append(shapes.searched, each);
    } else {
      std::vector<candidate> found;
      for (candidate const& each : shapes.best)
        if (std::optional<planned_run> const run = layouts_.best_of(each.index))
          found.push_back({run->loss, each.index});
      shapes = stopped_result(k_, completed, std::move(found), {});
    }
    shapes.counts = counts;
    shapes.counts.boxes = counts_.boxes;
    shapes.counts.enumerated = shapes_in(shapes.searched) * layouts_.size();
    shapes.counts.scored = shapes.counts.enumerated - counts.discarded - counts.rejected;
    return layouts_.runs_of(shapes);
  }

  run_layouts& layouts_;
  best_shapes best_;
  std::size_t k_;
  run_control control_;
  search_counters counts_{};          // of pairs
  std::uint64_t all_ = 0, done_ = 0;  // shapes
};

inline best_runs found_runs(run_problem const& asked, std::size_t k, std::span<index_range const> ranges,
                            run_control const& control) {
  run_layouts layouts(asked);
  return detail::run_search(layouts, k, control).run(ranges);
}

}  // namespace detail

/// The k shapes of least loss that the devices of a calendar train in its days, each with its best layout: exactly
/// those that `list_best_runs` finds. None if no layout holds a shape that the windows allow. A search that is stopped
/// returns what it has, as `search_best`: `searched` says of which shapes.
/// \param ranges of shapes, in increasing order, disjoint
/// \throws std::invalid_argument as `run_layouts` and `search_best`
MOETRIC_INLINE best_runs find_best_runs(run_problem const& asked, std::size_t k, std::span<index_range const> ranges,
                                        run_control const& control = {});
#ifndef MOETRIC_COMPILED
inline best_runs find_best_runs(run_problem const& asked, std::size_t k, std::span<index_range const> ranges,
                                run_control const& control) {
  return detail::found_runs(asked, k, ranges, control);
}
#endif
/// The same of the whole space.
inline best_runs find_best_runs(run_problem const& asked, std::size_t k = 1) {
  index_range const all = asked.over.all();
  return find_best_runs(asked, k, {&all, 1});
}

namespace detail {

inline best_runs listed_runs(run_problem const& asked, std::size_t k, std::span<index_range const> ranges,
                             run_control const& control) {
  run_layouts layouts(asked);
  std::uint64_t shapes = 0;
  for (index_range const& each : ranges) shapes += each.size();
  double const pairs = static_cast<double>(shapes) * static_cast<double>(layouts.size());
  if (pairs > 1e9)
    moetric::detail::invalid(("moetric: a listing must be of at most 1e9 pairs of shape and layout, but there are " +
                              moetric::detail::shortest(pairs))
                                 .c_str());
  best_list best(k);
  result found{.k = k};
  std::uint64_t done = 0;
  for (index_range const& range : ranges) {
    std::uint64_t index = range.first;
    for (; index != range.last && !control.stop.stop_requested(); ++index, ++done) {
      if (control.progress && done % 256 == 0) control.progress(done * layouts.size(), shapes * layouts.size());
      if (std::optional<planned_run> const run = layouts.best_of(index, &found.counts)) best.add({run->loss, index});
    }
    detail::append(found.searched, {range.first, index});
  }
  found.best = best.sorted();
  found.counts.enumerated = found.counts.rejected + found.counts.scored;
  return layouts.runs_of(found);
}

}  // namespace detail

/// The same by looking at every pair.
/// \throws std::invalid_argument as `find_best_runs`, and for more than 1e9 pairs
MOETRIC_INLINE best_runs list_best_runs(run_problem const& asked, std::size_t k, std::span<index_range const> ranges,
                                        run_control const& control = {});
#ifndef MOETRIC_COMPILED
inline best_runs list_best_runs(run_problem const& asked, std::size_t k, std::span<index_range const> ranges,
                                run_control const& control) {
  return detail::listed_runs(asked, k, ranges, control);
}
#endif
/// The same of the whole space.
inline best_runs list_best_runs(run_problem const& asked, std::size_t k = 1) {
  index_range const all = asked.over.all();
  return list_best_runs(asked, k, {&all, 1});
}

/// Refuses a problem of which no run was found.
/// \throws std::invalid_argument naming the window that no shape satisfies, or that no layout holds one
[[noreturn]] inline void refuse_no_run(run_problem const& asked) {
  run_problem unlimited = asked;
  unlimited.calendar.usable_bytes = std::uint64_t{1} << 62;
  cluster::calendar const& when = asked.calendar;
  if (auto const found = find_best_runs(unlimited); !found.best.empty())
    moetric::detail::invalid(("moetric: a device must hold its part of a shape, but on " + to_string(when.devices) +
                              " " + std::string(when.on.id) + " no layout of these sizes holds one within " +
                              to_string(when.most_bytes()) + " bytes; the best shape without that limit takes " +
                              to_string(found.best[0].memory.worst.bytes.total()))
                                 .c_str());
  std::vector<window> of_shapes = asked.windows;
  std::erase_if(of_shapes, [](window const& each) {
    return each.measure == measure::tokens || each.measure == measure::objective ||
           each.measure == measure::bytes_per_device;
  });
  any_problem const shapes(asked.over, measured{measure::n_layers}, of_shapes, asked.at);
  if (search_best(shapes).best.empty()) refuse_empty(shapes);
  moetric::detail::invalid(
      "moetric: a layout must keep the trainer's rules for a shape that the windows allow, but none "
      "of these sizes does");
}

}  // namespace moetric::v0::search
