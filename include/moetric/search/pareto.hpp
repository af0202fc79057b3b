#pragma once

#include "moetric/search/best_first.hpp"

namespace moetric::inline v0::search {

/// A configuration that no other beats in every quantity, less being better.
struct compromise {
  std::uint64_t index;
  std::vector<double> values;  // of the quantities, in their order

  friend bool operator==(compromise const&, compromise const&) = default;
};

namespace detail {

/// No worse anywhere; equal values count.
inline bool covers(std::vector<double> const& a, std::vector<double> const& b) {
  for (std::size_t i = 0; i != a.size(); ++i)
    if (!(a[i] <= b[i])) return false;
  return true;
}

/// Adds a configuration to a front; of equal ones that with the lower index stays.
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

/// The front of two fronts. Associative and commutative.
inline std::vector<compromise> merge(std::vector<compromise> a, std::vector<compromise> const& b) {
  for (compromise const& each : b) detail::add_to_front(a, each);
  std::sort(a.begin(), a.end(), [](compromise const& x, compromise const& y) { return x.index < y.index; });
  return a;
}

/// The Pareto front of a range over some measures of a problem, `measure::objective` among them where it shall count:
/// every configuration that no other equals or beats in all of them. Boxes whose lower bounds a member of the front
/// already reaches are dropped.
/// \throws std::invalid_argument for no measures
template <Objective O>
std::vector<compromise> pareto_front(problem<O> const& of, std::vector<measure> const& quantities, index_range range) {
  if (quantities.empty()) moetric::detail::invalid("moetric: a Pareto front must be over at least one measure");
  space const& over = of.over();
  bounds<O> by(of);
  std::vector<compromise> front;
  auto const values = [&](auto of_measure) {
    std::vector<double> all;
    for (measure const each : quantities) all.push_back(of_measure(each));
    return all;
  };
  struct waiting {
    double sum;  // of lower bounds, each over that of the whole
    box of;
    bool operator<(waiting const& other) const { return sum > other.sum; }
  };
  std::vector<waiting> open;
  auto const offer = [&](box const& b) {
    if (!by.judge(b).possible) return;
    costs<interval> const hull = of.costs_of(over.hull(b));
    std::vector<double> const least = values([&](measure what) { return of.template value<interval>(what, hull).low; });
    // Equal ones may have a lower index.
    for (compromise const& each : front)
      if (detail::covers(each.values, least) && (each.values != least || each.index < over.index_of(b.first))) return;
    double sum = 0;
    for (double const each : least) sum += each > 0 ? std::log(each) : each;
    open.push_back({sum, b});
    std::push_heap(open.begin(), open.end());
  };
  for (box const& each : over.boxes_of(range)) offer(each);
  while (!open.empty()) {
    std::pop_heap(open.begin(), open.end());
    box const b = open.back().of;
    open.pop_back();
    std::size_t widest = 0;
    for (std::size_t a = 0; a != over.n_axes(); ++a)
      if (b.last[a] - b.first[a] > b.last[widest] - b.first[widest]) widest = a;
    if (b.first[widest] == b.last[widest]) {
      if (!over.holds(b.first)) continue;
      auto const c = of.costs_of(over.values(b.first));
      if (of.allows(c))
        detail::add_to_front(front,
                             {over.index_of(b.first), values([&](measure what) { return of.measured(what, c); })});
      continue;
    }
    std::uint32_t const middle = b.first[widest] + (b.last[widest] - b.first[widest]) / 2;
    box low = b, high = b;
    low.last[widest] = middle, high.first[widest] = middle + 1;
    offer(low);
    offer(high);
  }
  return merge({}, front);
}
template <Objective O>
std::vector<compromise> pareto_front(problem<O> const& of, std::vector<measure> const& quantities) {
  return pareto_front(of, quantities, of.over().all());
}

}  // namespace moetric::inline v0::search
