#pragma once

#include "moetric/search/dependence.hpp"
#include "moetric/search/rational.hpp"

namespace moetric::inline v0::search {

/// A count as a sum of products of fields, made to give its slopes over boxes.
///
/// Along an axis the relative slope of a sum of products is the mean of how many fields of that axis each of them
/// holds, weighed by its share of the sum. A share is 1 / (sum of the others over it), and a quotient of two products
/// is bounded after what they have in common is cancelled: so slopes stay narrow where whole counts differ by factors.
class count_slopes {
 public:
  count_slopes() = default;
  count_slopes(space const& over, polynomial const& of) {
    for (polynomial::monomial const& each : of.terms()) {
      term made{each.factor, 0, {}};
      for (std::size_t i = 0; i != n_fields; ++i) {
        if (each.power(i) == 0) continue;
        made.fields |= std::uint32_t{1} << i;
        is_plain_ = is_plain_ && each.power(i) == 1;
        for (std::size_t const a : over.axes_of(static_cast<field>(i))) made.degree[a] += 1;
      }
      terms_.push_back(made);
    }
    shares_.resize(terms_.size());
  }

  /// A field occurs once in a product, as in every count of a shape; nothing else is served.
  bool is_plain() const { return is_plain_; }

  trend over(space const& in, box const& b, fields<double> const& low, fields<double> const& high) {
    interval value{0, 0};
    for (term& each : terms_) {
      each.low = each.high = each.factor;
      for (std::uint32_t bits = each.fields; bits != 0; bits &= bits - 1) {
        auto const i = static_cast<std::size_t>(std::countr_zero(bits));
        each.low *= low.values[i], each.high *= high.values[i];
      }
      value.low += each.low, value.high += each.high;
    }
    // Whole numbers below 2^53 are exact; products with a base that are not whole are not.
    value = interval::rounded(value.low, value.high, 16);
    trend result(value);
    if (!(value.low < value.high)) return result;
    bool const positive = value.low > 0;
    result.is = positive ? trend::kind::relative : trend::kind::absolute;
    if (positive)
      for (std::size_t i = 0; i != terms_.size(); ++i) shares_[i] = share(i, 0, low, high);
    for (std::size_t a = 0; a != in.n_axes(); ++a) {
      if (b.first[a] == b.last[a]) continue;
      bool const from_0 = in.axis_value(a, b.first[a]) == 0;
      interval const slope = from_0     ? slope_from_0(in, a, positive, low, high)
                             : positive ? mean_degree(a)
                                        : sum_of_degrees(a);
      result.slopes.low[a] = slope.low, result.slopes.high[a] = slope.high;
    }
    return result;
  }

 private:
  struct term {
    double factor;
    std::uint32_t fields;
    std::array<double, n_fields> degree;  // along each axis
    double low = 0, high = 0;
  };

  /// The share of a product in the sum, or with `without` the same after fields are taken out of it.
  interval share(std::size_t i, std::uint32_t without, fields<double> const& low, fields<double> const& high) const {
    interval sum{0, 0};
    std::uint32_t const mine = terms_[i].fields & ~without;
    for (term const& other : terms_) {
      double least = other.factor / terms_[i].factor, most = least;
      for (std::uint32_t bits = other.fields & ~mine; bits != 0; bits &= bits - 1) {
        auto const f = static_cast<std::size_t>(std::countr_zero(bits));
        least *= low.values[f], most *= high.values[f];
      }
      for (std::uint32_t bits = mine & ~other.fields; bits != 0; bits &= bits - 1) {
        auto const f = static_cast<std::size_t>(std::countr_zero(bits));
        least /= high.values[f], most /= low.values[f];
      }
      sum.low += least, sum.high += most;
    }
    return {1 / sum.high, 1 / sum.low};
  }

  interval mean_degree(std::size_t axis) const {
    double least = terms_[0].degree[axis], most = least;
    for (term const& each : terms_) {
      least = std::min(least, each.degree[axis]);
      most = std::max(most, each.degree[axis]);
    }
    interval above{least, least}, below{most, most};
    for (std::size_t i = 0; i != terms_.size(); ++i) {
      double const over_least = terms_[i].degree[axis] - least, under_most = most - terms_[i].degree[axis];
      if (over_least != 0) above = {above.low + over_least * shares_[i].low, above.high + over_least * shares_[i].high};
      if (under_most != 0) below = {below.low - under_most * shares_[i].high, below.high - under_most * shares_[i].low};
    }
    return {std::max(above.low, below.low), std::min(above.high, below.high)};
  }

  interval sum_of_degrees(std::size_t axis) const {
    interval sum{0, 0};
    for (term const& each : terms_)
      sum = {sum.low + each.degree[axis] * each.low, sum.high + each.degree[axis] * each.high};
    return sum;
  }

  /// The slope in the value of an axis itself, which may be 0: of products, or of shares, over that value.
  interval slope_from_0(space const& in, std::size_t axis, bool relative, fields<double> const& low,
                        fields<double> const& high) const {
    field const of = in.axes()[axis].of;
    std::size_t n_of_axis = 0;
    for (std::size_t i = 0; i != n_fields; ++i) n_of_axis += in.depends(static_cast<field>(i), axis) ? 1U : 0U;
    if (n_of_axis != 1 || in.axes()[axis].base) return {0, infinity};
    std::uint32_t const bit = std::uint32_t{1} << static_cast<unsigned>(of);
    interval sum{0, 0};
    for (std::size_t i = 0; i != terms_.size(); ++i) {
      if ((terms_[i].fields & bit) == 0) continue;
      interval const one = relative ? share(i, bit, low, high) : interval{without(i, bit, low), without(i, bit, high)};
      sum = {sum.low + one.low, sum.high + one.high};
    }
    return sum;
  }
  double without(std::size_t i, std::uint32_t fields_out, fields<double> const& at) const {
    double product = terms_[i].factor;
    for (std::uint32_t bits = terms_[i].fields & ~fields_out; bits != 0; bits &= bits - 1)
      product *= at.values[static_cast<std::size_t>(std::countr_zero(bits))];
    return product;
  }

  static constexpr double infinity = std::numeric_limits<double>::infinity();

  std::vector<term> terms_{};
  std::vector<interval> shares_{};
  bool is_plain_ = true;
};

/// The costs of a box with the slopes of those counts that somebody looks at.
class box_trends {
 public:
  /// `looks(costs)` gives what is made of costs on numbers that know only what they are made of.
  template <class Looks>
  box_trends(space const& over, setting const& at, Looks const& looks)
      : over_(&over), result_{{}, at, over.has_experts(), {}, {}} {
    costs<rational> symbols = costs_of(symbolic_fields().to_shape(over.rest().tied), at, over.has_experts());
    costs<dependence> marked{{}, at, over.has_experts(), {}, {}};
    auto const counts = counts_of(symbols);
    auto const marks = counts_of(marked);
    auto const trends = counts_of(result_);
    for (std::size_t first = 0; first < counts.size(); first += 32) {
      for (std::size_t i = 0; i != counts.size(); ++i)
        *marks[i] = i / 32 == first / 32 ? dependence::on_bit(static_cast<unsigned>(i % 32)) : dependence(1);
      std::uint32_t const used = looks(marked).of_fields;
      for (std::size_t i = first; i != std::min(first + 32, counts.size()); ++i)
        if ((used >> (i % 32) & 1) != 0) add(counts[i]->above(), *trends[i]);
    }
  }
  box_trends(box_trends const&) = delete;  // entries point into it
  box_trends& operator=(box_trends const&) = delete;

  /// Holds until the next call.
  costs<trend> const& of(box const& b) {
    fields<double> const low = over_->real_values(b.first), high = over_->real_values(b.last);
    result_.of = over_->trends(b).to_shape(over_->rest().tied);
    for (entry& each : entries_) {
      trend const now = each.slopes.over(*over_, b, low, high);
      for (trend* const into : each.into) *into = now;
    }
    return result_;
  }

 private:
  struct entry {
    polynomial of;
    count_slopes slopes;
    std::vector<trend*> into;  // several where counts are the same
  };

  template <class T>
  static std::vector<T*> counts_of(costs<T>& c) {
    std::vector<T*> all{&c.three.training_flops_per_token, &c.three.active_non_embedding_parameters,
                        &c.three.total_non_embedding_parameters};
    for (term_sheet<T>* const sheet : {&c.book.stored, &c.book.active, &c.book.multiplied})
      for (T& amount : sheet->amounts) all.push_back(&amount);
    return all;
  }

  void add(polynomial const& of, trend& into) {
    if (of.terms().empty()) return;
    for (entry& each : entries_)
      if (each.of == of) {
        each.into.push_back(&into);
        return;
      }
    entries_.push_back({of, count_slopes(*over_, of), {&into}});
  }

  space const* over_;
  costs<trend> result_;
  std::vector<entry> entries_{};
};

}  // namespace moetric::inline v0::search
