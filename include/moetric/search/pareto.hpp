#pragma once

#include "moetric/search/best_first.hpp"

namespace moetric::v0::search {

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

namespace detail {

/// Best-first branch and bound for a front: boxes whose least values a member of the front reaches are dropped.
template <Objective O>
class front_search {
 public:
  front_search(problem<O> const& of, std::vector<measure> const& quantities)
      : of_(of), over_(of.over()), quantities_(quantities), bounds_(of, quantities) {}

  std::vector<compromise> run(index_range range) {
    for (box const& each : over_.boxes_of(range)) offer(each);
    while (!open_.empty()) {
      std::pop_heap(open_.begin(), open_.end());
      waiting const next = open_.back();
      open_.pop_back();
      if (is_covered(next.least, next.of)) continue;
      auto const [low, high] = halves(over_, next.of, next.axis);
      offer(low);
      offer(high);
    }
    return merge({}, front_);
  }

 private:
  struct waiting {
    double sum;  // of logarithms of least values
    std::vector<double> least;
    box of;
    std::uint8_t axis;  // to split

    bool operator<(waiting const& other) const { return sum > other.sum; }
  };

  /// Equal ones may have a lower index.
  bool is_covered(std::vector<double> const& least, box const& b) const {
    return std::any_of(front_.begin(), front_.end(), [&](compromise const& each) {
      return covers(each.values, least) && (each.values != least || each.index < over_.index_of(b.first));
    });
  }

  void offer(box b) {
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
    auto const c = of_.costs_of(over_.values(at));
    if (!of_.allows(c)) return;
    std::vector<double> values;
    for (measure const each : quantities_) values.push_back(of_.measured(each, c));
    add_to_front(front_, {over_.index_of(at), std::move(values)});
  }

  problem<O> const& of_;
  space const& over_;
  std::vector<measure> const& quantities_;
  bounds<O> bounds_;
  std::vector<compromise> front_{};
  std::vector<waiting> open_{};
};

}  // namespace detail

/// The Pareto front of a range over some measures of a problem, `measure::objective` among them where it shall count:
/// every configuration that no other equals or beats in all of them. Boxes whose lower bounds a member of the front
/// already reaches are dropped.
/// \throws std::invalid_argument for no measures
template <Objective O>
std::vector<compromise> pareto_front(problem<O> const& of, std::vector<measure> const& quantities, index_range range) {
  if (quantities.empty()) moetric::detail::invalid("moetric: a Pareto front must be over at least one measure");
  detail::front_search<O> search(of, quantities);
  return search.run(range);
}
template <Objective O>
std::vector<compromise> pareto_front(problem<O> const& of, std::vector<measure> const& quantities) {
  return pareto_front(of, quantities, of.over().all());
}

}  // namespace moetric::v0::search
