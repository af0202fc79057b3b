#pragma once

#include "moetric/core/compiled.hpp"
#include "moetric/search/best_first.hpp"

namespace moetric::v0::search {

/// A configuration on a Pareto front: no other is at most as large in every quantity and smaller in one.
struct compromise {
  std::uint64_t index;
  std::vector<double> values;  // of the quantities, in their order

  friend bool operator==(compromise const&, compromise const&) = default;
};

namespace detail {

/// True if a is at most as large as b in every quantity.
inline bool covers(std::vector<double> const& a, std::vector<double> const& b) {
  for (std::size_t i = 0; i != a.size(); ++i)
    if (!(a[i] <= b[i])) return false;
  return true;
}

/// Adds a configuration to a front. Of configurations with equal values, the front keeps the one with the lowest index.
inline void add_to_front(std::vector<compromise>& front, compromise next) {
  for (compromise& each : front) {
    if (each.values == next.values) {
      each.index = std::min(each.index, next.index);
      return;
    }
    if (covers(each.values, next.values)) return;
  }
  std::erase_if(front, [&](compromise const& each) { return covers(next.values, each.values); });
  front.push_back(std::move(next));
}

}  // namespace detail

/// The Pareto front of two fronts. Associative and commutative.
inline std::vector<compromise> merge(std::vector<compromise> a, std::vector<compromise> const& b) {
  for (compromise const& each : b) detail::add_to_front(a, each);
  std::sort(a.begin(), a.end(), [](compromise const& x, compromise const& y) { return x.index < y.index; });
  return a;
}

namespace detail {

/// Best-first branch and bound for a front: boxes whose lower bounds a member of the front dominates are pruned.
class front_search {
 public:
  front_search(any_problem const& p, std::vector<measure> const& quantities)
      : problem_(p), over_(p.over()), quantities_(quantities), bounds_(p, quantities) {}

  std::vector<compromise> run(index_range range) {
    for (box const& each : over_.boxes_of(range)) examine(each);
    while (!open_.empty()) {
      std::pop_heap(open_.begin(), open_.end());
      open_box const next = open_.back();
      open_.pop_back();
      if (is_covered(next.least, next.members)) continue;
      auto const [low, high] = halves(over_, next.members, next.axis);
      examine(low);
      examine(high);
    }
    return merge({}, front_);
  }

 private:
  struct open_box {
    double sum;  // of the logarithms of the lower bounds
    std::vector<double> least;
    box members;
    std::uint8_t axis;  // to split

    bool operator<(open_box const& other) const { return sum > other.sum; }
  };

  /// A box with equal bounds may still hold a lower index.
  bool is_covered(std::vector<double> const& least, box const& b) const {
    return std::any_of(front_.begin(), front_.end(), [&](compromise const& each) {
      return covers(each.values, least) && (each.values != least || each.index < over_.index_of(b.first));
    });
  }

  void examine(box b) {
    for (;;) {
      box_bound j = bounds_.evaluate(b);
      if (!j.possible) return;
      std::vector<double> least;
      double sum = 0;
      for (std::size_t i = 0; i != quantities_.size(); ++i) {
        double const each = bounds_.least_of_watched(i);
        least.push_back(each);
        sum += each > 0 ? std::log(each) : each;
      }
      if (is_covered(least, b)) return;
      std::array<double, n_fields> weights{};
      bool const shrunk = bounds_.tighten(b, j, weights);
      if (!j.possible) return;
      if (shrunk) continue;
      std::optional<std::uint8_t> const axis = heaviest_axis(b, ~std::uint32_t{0}, weights);
      if (!axis) return add(b.first);
      open_.push_back({sum, std::move(least), b, *axis});
      std::push_heap(open_.begin(), open_.end());
      return;
    }
  }

  void add(digits const& at) {
    if (!over_.holds(at)) return;
    auto const c = problem_.costs_of(over_.values(at));
    if (!problem_.allows(c)) return;
    std::vector<double> values;
    for (measure const each : quantities_) values.push_back(problem_.measured(each, c));
    add_to_front(front_, {over_.index_of(at), std::move(values)});
  }

  any_problem const& problem_;
  space const& over_;
  std::vector<measure> const& quantities_;
  bounds bounds_;
  std::vector<compromise> front_{};
  std::vector<open_box> open_{};
};

inline std::vector<compromise> front_of(any_problem const& p, std::vector<measure> const& quantities,
                                        index_range range) {
  if (quantities.empty()) moetric::detail::invalid("moetric: a Pareto front must be over at least one measure");
  detail::front_search search(p, quantities);
  return search.run(range);
}

}  // namespace detail

/// The Pareto front of a range over some measures of a problem, smaller being better; include `measure::objective` to
/// trade it off too. Boxes whose lower bounds a member of the front dominates are pruned.
/// \throws std::invalid_argument if there are no measures
MOETRIC_INLINE std::vector<compromise> pareto_front(any_problem const& p, std::vector<measure> const& quantities,
                                                    index_range range);
#ifndef MOETRIC_COMPILED
inline std::vector<compromise> pareto_front(any_problem const& p, std::vector<measure> const& quantities,
                                            index_range range) {
  return detail::front_of(p, quantities, range);
}
#endif
/// The Pareto front of the whole space.
inline std::vector<compromise> pareto_front(any_problem const& p, std::vector<measure> const& quantities) {
  return pareto_front(p, quantities, p.over().all());
}

}  // namespace moetric::v0::search
