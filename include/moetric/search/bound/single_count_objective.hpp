#pragma once

#include <optional>

#include "moetric/search/bound/relaxation.hpp"

namespace moetric::v0::search {

/// An objective that depends on one count only, a polynomial in the fields. For example Chinchilla's loss at a compute
/// budget: tokens are C / (6·N), and the loss follows from N. So many shapes nearly tie that bounds over boxes of
/// shapes hardly prune; inverting the objective instead gives the interval that the count must lie in to a part in a
/// million.
class single_count_objective {
 public:
  /// Empty unless the objective is a function of one count with positive coefficients.
  [[gnu::cold]] static std::optional<single_count_objective> from(expression const& objective) {
    single_count_objective made;
    expression_pool pool;
    std::optional<expression> const by_count = made.rewritten(objective, pool);
    if (!by_count || made.count_.degree() == 0) return std::nullopt;
    made.objective_ = made.relaxed_.add(*by_count, relaxation::scale::plain);
    return made;
  }

  /// The count, as a polynomial in the fields of a shape.
  polynomial const& count() const { return count_; }
  /// Sets the range that the count can have at all, which must be positive.
  void set_range(interval const& all) { all_ = range_ = all; }
  /// The interval outside of which the objective exceeds `limit`. A falling limit keeps what earlier limits cut; a
  /// rising one starts over.
  interval const& within(double limit) {
    if (limit == limit_) return range_;
    if (limit > limit_) range_ = all_;
    limit_ = limit;
    // Alternate: how well one end is known depends on the width of the range.
    for (double before = std::numeric_limits<double>::infinity(); width() < 0.75 * before;) {
      before = width();
      narrow(&interval::low);
      narrow(&interval::high);
    }
    return range_;
  }

 private:
  single_count_objective() : relaxed_(line()) {}

  /// A space of one axis, on which the count takes the place of d_model.
  [[gnu::cold]] static space const& line() {
    static space const only(
        {stepped(field::d_model, 1, 2)},
        {.n_dense_layers = 1, .n_heads = 1, .n_kv_heads = 1, .head_dim = 1, .d_ff = 1, .vocab_size = 1});
    return only;
  }
  static polynomial const& variable() {
    static polynomial const x = polynomial::variable(static_cast<std::size_t>(field::d_model));
    return x;
  }

  [[gnu::cold]] std::optional<expression> rewritten(expression const& formula, expression_pool& pool) {
    using operation = expression::operation;
    if (formula.what() == operation::none) return rewritten(formula.leaf(), pool);
    auto const first = rewritten(formula.first(), pool), second = rewritten(formula.second(), pool);
    if (!first || !second) return std::nullopt;
    switch (formula.what()) {
    case operation::sum: return *first + *second;
    case operation::difference: return *first - *second;
    case operation::product: return *first * *second;
    case operation::quotient: return *first / *second;
    case operation::least: return min(*first, *second);
    case operation::exponential: return exp(*first);
    case operation::logarithm: return log(*first);
    case operation::none: break;
    }
    return std::nullopt;
  }
  [[gnu::cold]] std::optional<expression> rewritten(rational_function const& formula, expression_pool& pool) {
    auto const numerator = multiple(formula.numerator()), denominator = multiple(formula.denominator());
    if (!formula.known() || !numerator || !denominator) return std::nullopt;
    return pool.leaf(rational_function(*numerator, *denominator));
  }
  /// A constant unchanged; a multiple of the count as that multiple of the variable; otherwise empty.
  [[gnu::cold]] std::optional<polynomial> multiple(polynomial const& p) {
    if (p.degree() == 0) return p;
    if (count_.degree() == 0) count_ = p;
    double const factor = p.terms()[0].factor / count_.terms()[0].factor;
    if (!(polynomial(factor) * count_ == p)) return std::nullopt;
    for (auto const& each : count_.terms())
      if (!(each.factor > 0)) return std::nullopt;
    return polynomial(factor) * variable();
  }

  /// Cuts parts off one end while the objective exceeds the limit in them, large parts first.
  void narrow(double interval::*end) {
    constexpr double finest = 1. / 64;
    bool const at_high = end == &interval::high;
    for (double part = 0.5; part >= finest;) {
      double const length = part * width(),
                   cut = at_high ? range_.high * std::exp(-length) : range_.low * std::exp(length);
      if (!(cut > range_.low && cut < range_.high)) return;
      if (least_between(at_high ? cut : range_.low, at_high ? range_.high : cut) > limit_)
        range_.*end = cut;
      else
        part /= 2;
    }
  }
  double width() const { return std::log(range_.high / range_.low); }
  double least_between(double low, double high) {
    relaxed_.move_to(0, low, high);
    return relaxed_.lower(objective_).least(relaxed_.in());
  }

  polynomial count_{};
  relaxation relaxed_;
  std::size_t objective_ = 0;
  interval all_{}, range_{};
  double limit_ = std::numeric_limits<double>::infinity();
};

}  // namespace moetric::v0::search
