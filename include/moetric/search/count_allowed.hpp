#pragma once

#include "moetric/core/compiled.hpp"
#include "moetric/search/best_first.hpp"

namespace moetric::v0::search {

/// How many allowed configurations have each value of each axis.
struct histogram {
  std::uint64_t total = 0;
  std::vector<std::vector<std::uint64_t>> by_axis{};  // in the order of the space's axes and their values
};

namespace detail {

class counter {
 public:
  explicit counter(any_problem const& p) : problem_(p), over_(p.over()), bounds_(p) {
    for (std::size_t a = 0; a != over_.n_axes(); ++a) found_.by_axis.emplace_back(over_.n_values(a));
  }

  histogram count(index_range range) {
    std::vector<box> open = over_.boxes_of(range);
    while (!open.empty()) {
      box const b = open.back();
      open.pop_back();
      box_bound j = bounds_.evaluate(b);
      if (!j.possible) continue;
      if (j.open_windows == 0 && over_.surely_holds(b)) {
        add(b);
        continue;
      }
      if (over_.size_of(b) <= leaf_size) {
        for_each_in(over_, b, [&](digits const& at) {
          if (over_.holds(at) && problem_.allows(problem_.costs_of(over_.values(at)))) add({at, at});
          return true;
        });
        continue;
      }
      std::array<double, n_fields> weights{};
      box cut = b;
      if (bounds_.tighten(cut, j, weights)) {
        open.push_back(cut);
        continue;
      }
      if (!j.possible) continue;
      auto const [low, high] = halves(over_, b, *heaviest_axis(b, ~std::uint32_t{0}, weights));
      open.push_back(low);
      open.push_back(high);
    }
    return found_;
  }

 private:
  void add(box const& b) {
    std::uint64_t const size = over_.size_of(b);
    found_.total += size;
    for (std::size_t a = 0; a != over_.n_axes(); ++a)
      for (std::uint32_t i = b.first[a]; i <= b.last[a]; ++i)
        found_.by_axis[a][i] += size / (std::uint64_t{b.last[a]} - b.first[a] + 1);
  }

  any_problem const& problem_;
  space const& over_;
  bounds bounds_;
  histogram found_{};
};

}  // namespace detail

/// Counts the allowed configurations of a range by the values of each axis. Boxes inside all windows are counted
/// without listing them, so the cost grows with the boundary of the allowed set. With a window on `measure::objective`
/// this is the histogram of the near-optimal set.
MOETRIC_INLINE histogram count_allowed(any_problem const& p, index_range range);
#ifndef MOETRIC_COMPILED
inline histogram count_allowed(any_problem const& p, index_range range) {
  return detail::counter(p).count(range);
}
#endif
/// The same for the whole space.
inline histogram count_allowed(any_problem const& p) {
  return count_allowed(p, p.over().all());
}

}  // namespace moetric::v0::search
