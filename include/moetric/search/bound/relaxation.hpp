#pragma once

#include "moetric/core/fixed_list.hpp"
#include "moetric/search/bound/axis_polynomial.hpp"
#include "moetric/search/formula/expression.hpp"

namespace moetric::v0::search {

/// Bounds formulas over boxes of a space from below and above by functions that are affine in the logarithms of the
/// axes.
///
/// Polynomials with positive coefficients, and their logarithms, are convex in these logarithms: tangents bound them
/// from below and secants from above, and the gap shrinks with the square of the box's width. Power laws of them lose
/// nothing, because each formula is bounded on the scale, plain or logarithmic, that its consumer needs. Results are
/// rounded to nearest; callers must add `error`, as `least` and `most` do.
class relaxation {
 public:
  /// Whether the value of a formula is bounded, or its logarithm.
  enum class scale : unsigned char { plain, logarithmic };

  /// Over the boxes of a space, which must outlive the relaxation.
  [[gnu::cold]] explicit relaxation(space const& over) : over_(&over) {
    for (std::size_t a = 0; a != over.n_axes(); ++a) {
      auto& of_axis = logarithms_.emplace_back();
      for (std::uint32_t i = 0; i != over.n_values(a); ++i) of_axis.push_back(std::log(over.axis_value(a, i)));
    }
  }

  /// Adds a formula whose value, or logarithm, is to be bounded.
  /// \returns the number by which the other members refer to it
  [[gnu::cold]] std::size_t add(expression const& formula, scale as) {
    std::size_t const root = compile(formula, as);
    formulas_.push_back({root, formula.what() == operation::none ? signed_parts_of(formula.leaf()) : signed_parts{}},
                        "moetric: a relaxation must bound at most 64 formulas");
    return formulas_.used - 1;
  }

  /// Moves to a box; what follows is bounded over it.
  void move_to(box const& b) {
    ++version_;
    from_0_ = 0;
    for (std::size_t a = 0; a != over_->n_axes(); ++a) {
      low_[a] = over_->axis_value(a, b.first[a]), high_[a] = over_->axis_value(a, b.last[a]);
      in_.value[a] = low_[a], in_.half_width[a] = 0;
      if (b.first[a] == b.last[a]) continue;
      if (low_[a] == 0)
        from_0_ |= std::uint32_t{1} << a;
      else
        center(a, logarithms_[a][b.first[a]], logarithms_[a][b.last[a]]);
    }
  }
  /// Moves one axis to between two positive numbers, whatever values the axis has.
  void move_to(std::size_t a, double low, double high) {
    ++version_;
    low_[a] = low, high_[a] = high;
    center(a, std::log(low), std::log(high));
  }
  /// The frame of the box moved to.
  frame const& in() const { return in_; }
  /// ln of a value of an axis, minus that at the point of the frame.
  double coordinate(std::size_t a, std::uint32_t digit) const { return logarithms_[a][digit] - middle_[a]; }

  /// True if a formula is a rational function, for which `ends` is exact up to rounding.
  bool is_quotient(std::size_t formula) const { return formulas_[formula].quotient.known; }
  /// Bounds by monotonicity. Returns (-infinity, infinity) unless the formula is a rational function.
  interval ends(std::size_t formula) {
    signed_parts const& q = formulas_[formula].quotient;
    if (!q.known) return {-std::numeric_limits<double>::infinity(), std::numeric_limits<double>::infinity()};
    interval const plus = ends_of(q.plus), minus = ends_of(q.minus);
    interval const numerator = polynomials_[q.minus].polynomial.empty()  ? plus
                               : polynomials_[q.plus].polynomial.empty() ? -minus
                                                                         : plus - minus;
    axis_polynomial const& denominator = polynomials_[q.denominator].polynomial;
    return denominator.is_constant() && denominator.constant() == 1 ? numerator : numerator / ends_of(q.denominator);
  }
  /// A rational function's numerator and denominator; empty unless the formula is one, with positive coefficients only.
  struct fraction {
    axis_polynomial const *numerator, *denominator;
  };
  std::optional<fraction> fraction_of(std::size_t formula) const {
    signed_parts const& q = formulas_[formula].quotient;
    if (!q.known || !polynomials_[q.minus].polynomial.empty()) return std::nullopt;
    return fraction{&polynomials_[q.plus].polynomial, &polynomials_[q.denominator].polynomial};
  }
  /// The lower bound, on the scale that the formula was added with. Invalid in boxes where the formula depends on an
  /// axis of `axes_from_0`.
  affine_bound const& lower(std::size_t formula) { return side(formulas_[formula].root, false); }
  /// The upper bound, see `lower`.
  affine_bound const& upper(std::size_t formula) { return side(formulas_[formula].root, true); }

  /// The axes on which a formula depends, as a bit mask.
  std::uint32_t axes(std::size_t formula) const { return steps_[formulas_[formula].root].axes; }
  /// The same in this box, where terms that are 0 everywhere hide others.
  std::uint32_t axes_here(std::size_t formula) const { return axes_of(steps_[formulas_[formula].root]); }
  /// The axes that start at 0 in this box, so that their logarithm is unbounded.
  std::uint32_t axes_from_0() const { return from_0_; }

 private:
  using operation = expression::operation;

  /// (plus - minus) / denominator
  struct signed_parts {
    std::size_t plus = 0, minus = 0, denominator = 0;
    bool known = false;
  };
  struct added_formula {
    std::size_t root = 0;
    signed_parts quotient{};
  };
  struct cached_polynomial {
    axis_polynomial polynomial;
    interval ends{};
    std::uint64_t version = 0;
  };
  /// Operations on affine bounds, independent of their scale.
  enum class step_kind : unsigned char {
    constant,
    logarithm_of_polynomial,
    add,
    scaled,
    soft_sum,
    exp,
    log,
    product,
    least
  };
  struct step {
    step_kind what;
    std::size_t first = 0, second = 0;  // earlier steps, or a polynomial
    double number = 0;                  // a constant or a factor
    std::uint32_t axes = 0;
    std::array<affine_bound, 2> value{};  // from below and from above
    std::array<std::uint64_t, 2> version{};
  };

  void center(std::size_t a, double first, double last) {
    middle_[a] = (first + last) / 2;
    in_.value[a] = std::sqrt(low_[a] * high_[a]), in_.half_width[a] = (last - first) / 2;
  }
  [[gnu::cold]] std::size_t polynomial_of(axis_polynomial made) {
    for (std::size_t i = 0; i != polynomials_.size(); ++i)
      if (polynomials_[i].polynomial == made) return i;
    polynomials_.push_back({std::move(made)});
    return polynomials_.size() - 1;
  }
  [[gnu::cold]] signed_parts signed_parts_of(rational_function const& f) {
    axis_polynomial plus(*over_, f.numerator(), false), minus(*over_, f.numerator(), true);
    axis_polynomial denominator(*over_, f.denominator(), false), negative(*over_, f.denominator(), true);
    if (!f.known() || !negative.empty() || denominator.empty()) return {};
    return {polynomial_of(std::move(plus)), polynomial_of(std::move(minus)), polynomial_of(std::move(denominator)),
            true};
  }

  // Equal steps are stored once and referred to by their position.
  [[gnu::cold]] std::size_t add_step(step_kind what, std::size_t first, std::size_t second, double number,
                                     std::uint32_t axes) {
    for (std::size_t i = 0; i != steps_.size(); ++i)
      if (step const& s = steps_[i]; s.what == what && s.first == first && s.second == second && s.number == number)
        return i;
    steps_.push_back({what, first, second, number, axes});
    return steps_.size() - 1;
  }
  std::size_t constant(double value) { return add_step(step_kind::constant, 0, 0, value, 0); }
  std::size_t unary(step_kind what, std::size_t operand, double number = 0) {
    return add_step(what, operand, operand, number, steps_[operand].axes);
  }
  std::size_t binary(step_kind what, std::size_t a, std::size_t b) {
    return add_step(what, a, b, 0, steps_[a].axes | steps_[b].axes);
  }
  std::size_t on_scale(scale as, scale is, std::size_t made) {
    return as == is ? made : unary(as == scale::plain ? step_kind::exp : step_kind::log, made);
  }

  /// True if a formula is positive by its structure.
  [[gnu::cold]] static bool is_positive(expression const& formula) {
    auto const positive = [](polynomial const& p) {
      return std::all_of(p.terms().begin(), p.terms().end(), [](auto const& each) { return each.factor > 0; });
    };
    switch (formula.what()) {
    case operation::none: {
      rational_function const leaf = formula.leaf();
      return positive(leaf.numerator()) && positive(leaf.denominator());
    }
    case operation::sum:
    case operation::product:
    case operation::quotient:
    case operation::least: return is_positive(formula.first()) && is_positive(formula.second());
    case operation::exponential: return true;
    case operation::difference:
    case operation::logarithm: break;
    }
    return false;
  }

  /// Compiles a polynomial.
  [[gnu::cold]] std::size_t compile(polynomial const& source, scale as) {
    axis_polynomial plus(*over_, source, false), minus(*over_, source, true);
    auto const of_one_sign = [this](axis_polynomial p, scale wanted) {
      if (p.is_constant()) return constant(wanted == scale::plain ? p.constant() : std::log(p.constant()));
      std::uint32_t const axes = p.axes();
      std::size_t const made = add_step(step_kind::logarithm_of_polynomial, polynomial_of(std::move(p)), 0, 0, axes);
      return on_scale(wanted, scale::logarithmic, made);
    };
    if (minus.empty()) return of_one_sign(std::move(plus), as);
    std::size_t const negative = unary(step_kind::scaled, of_one_sign(std::move(minus), scale::plain), -1);
    return on_scale(as, scale::plain,
                    plus.empty() ? negative
                                 : binary(step_kind::add, of_one_sign(std::move(plus), scale::plain), negative));
  }
  [[gnu::cold]] std::size_t compile(expression const& formula, scale as) {
    auto const logarithms = [&](double sign) {
      std::size_t const second = compile(formula.second(), scale::logarithmic);
      return on_scale(as, scale::logarithmic,
                      binary(step_kind::add, compile(formula.first(), scale::logarithmic),
                             sign < 0 ? unary(step_kind::scaled, second, -1) : second));
    };
    auto const plain = [&](step_kind what, bool negative = false) {
      std::size_t const second = compile(formula.second(), scale::plain);
      return on_scale(as, scale::plain,
                      binary(what, compile(formula.first(), scale::plain),
                             negative ? unary(step_kind::scaled, second, -1) : second));
    };
    switch (formula.what()) {
    case operation::none: {
      rational_function const leaf = formula.leaf();
      polynomial const &numerator = leaf.numerator(), &denominator = leaf.denominator();
      if (denominator == polynomial(1)) return compile(numerator, as);
      std::size_t const inverse = unary(step_kind::scaled, compile(denominator, scale::logarithmic), -1);
      if (is_positive(formula))
        return on_scale(as, scale::logarithmic,
                        binary(step_kind::add, compile(numerator, scale::logarithmic), inverse));
      return on_scale(as, scale::plain,
                      binary(step_kind::product, compile(numerator, scale::plain), unary(step_kind::exp, inverse)));
    }
    case operation::sum:
      if (as == scale::logarithmic && is_positive(formula))
        return binary(step_kind::soft_sum, compile(formula.first(), as), compile(formula.second(), as));
      return plain(step_kind::add);
    case operation::difference: return plain(step_kind::add, true);
    case operation::product:
      if (is_positive(formula)) return logarithms(1);
      for (auto const& [a, b] :
           {std::pair{formula.first(), formula.second()}, std::pair{formula.second(), formula.first()}})
        if (auto const factor = constant_of(a))
          return on_scale(as, scale::plain, unary(step_kind::scaled, compile(b, scale::plain), *factor));
      return plain(step_kind::product);
    case operation::quotient: {
      if (is_positive(formula)) return logarithms(-1);
      // A denominator that may be negative has an unbounded logarithm.
      std::size_t const inverse =
          unary(step_kind::exp, unary(step_kind::scaled, compile(formula.second(), scale::logarithmic), -1));
      return on_scale(as, scale::plain, binary(step_kind::product, compile(formula.first(), scale::plain), inverse));
    }
    case operation::least:  // valid on either scale, as the logarithm is increasing
      if (!is_positive(formula)) return plain(step_kind::least);
      return binary(step_kind::least, compile(formula.first(), as), compile(formula.second(), as));
    case operation::exponential: return on_scale(as, scale::logarithmic, compile(formula.first(), scale::plain));
    case operation::logarithm: return on_scale(as, scale::plain, compile(formula.first(), scale::logarithmic));
    }
    return constant(0);
  }
  [[gnu::cold]] static std::optional<double> constant_of(expression const& formula) {
    if (formula.what() != operation::none) return std::nullopt;
    rational_function const leaf = formula.leaf();
    if (leaf.numerator().degree() + leaf.denominator().degree() != 0) return std::nullopt;
    return leaf.numerator().constant() / leaf.denominator().constant();
  }

  interval const& ends_of(std::size_t which) {
    cached_polynomial& p = polynomials_[which];
    if (p.version != version_) p.ends = p.polynomial.over(low_, high_), p.version = version_;
    return p.ends;
  }
  std::uint32_t axes_of(step const& s) const {
    if (s.what == step_kind::constant) return 0;
    if (s.what == step_kind::logarithm_of_polynomial) return polynomials_[s.first].polynomial.axes(high_);
    return axes_of(steps_[s.first]) | axes_of(steps_[s.second]);
  }

  affine_bound const& side(std::size_t which, bool from_above) {
    step& s = steps_[which];
    if (s.version[from_above] != version_) {
      s.value[from_above] = evaluated(s, from_above);
      s.version[from_above] = version_;
    }
    return s.value[from_above];
  }
  affine_bound evaluated(step const& s, bool from_above) {
    auto const exponential = [](double x) { return std::exp(x); };
    auto const logarithm = [](double x) { return std::log(x); };
    switch (s.what) {
    case step_kind::constant: return {s.number, {}, affine_bound::some_bits * std::fabs(s.number)};
    case step_kind::logarithm_of_polynomial: {
      axis_polynomial const& p = polynomials_[s.first].polynomial;
      return from_above ? p.logarithm_above(in_) : p.logarithm_below(in_);
    }
    case step_kind::add: return side(s.first, from_above) + side(s.second, from_above);
    case step_kind::scaled: return s.number * (s.number < 0 ? side(s.first, !from_above) : side(s.first, from_above));
    case step_kind::soft_sum: return soft_sum(side(s.first, from_above), side(s.second, from_above), from_above);
    case step_kind::exp: {
      affine_bound const& x = side(s.first, from_above);
      if (from_above) return detail::secant(x, in_, exponential);
      double const value = std::exp(x.at_point);
      return detail::tangent(x, value, value);
    }
    case step_kind::log: {
      affine_bound const& x = side(s.first, from_above);
      if (from_above && x.at_point > 0) return detail::tangent(x, std::log(x.at_point), 1 / x.at_point);
      if (!from_above && x.least(in_) > 0) return detail::secant(x, in_, logarithm);
      return unbounded(from_above);
    }
    case step_kind::product: return product(s, from_above);
    case step_kind::least: {
      affine_bound const &a = side(s.first, from_above), &b = side(s.second, from_above);
      if (from_above) return a.at_point < b.at_point ? a : b;
      double const of_a = a.least(in_), of_b = b.least(in_);
      if (side(s.first, true).most(in_) <= of_b) return a;
      if (side(s.second, true).most(in_) <= of_a) return b;
      return {std::fmin(of_a, of_b), {}};
    }
    }
    return unbounded(from_above);
  }
  static affine_bound unbounded(bool from_above) {
    constexpr double infinity = std::numeric_limits<double>::infinity();
    return {from_above ? infinity : -infinity, {}};
  }
  /// ln(e^u + e^v) = u + ln(1 + e^(v − u)), which is convex and increasing in both.
  affine_bound soft_sum(affine_bound const& u, affine_bound const& v, bool from_above) const {
    auto const softplus = [](double t) { return (t > 0 ? t : 0) + std::log1p(std::exp(-std::fabs(t))); };
    affine_bound const apart = v - u;
    if (from_above) return u + detail::secant(apart, in_, softplus);
    double const share = 1 / (1 + std::exp(-apart.at_point));
    return u + detail::tangent(apart, softplus(apart.at_point), share);
  }
  /// McCormick's bounds: (a − a0)·(b − b0) >= 0 if a0 and b0 are ends of the same side, and <= 0 if they are of
  /// opposite sides.
  affine_bound product(step const& s, bool from_above) {
    affine_bound const &a_below = side(s.first, false), &a_above = side(s.first, true);
    affine_bound const &b_below = side(s.second, false), &b_above = side(s.second, true);
    double const a0 = a_below.least(in_), a1 = a_above.most(in_), b0 = b_below.least(in_), b1 = b_above.most(in_);
    auto const part = [from_above](double by, affine_bound const& below, affine_bound const& above) {
      return by * ((by > 0) != from_above ? below : above);
    };
    auto const plane = [&](double of_a, double of_b) {
      return part(of_a, b_below, b_above) + part(of_b, a_below, a_above) + -of_a * of_b;
    };
    affine_bound const one = from_above ? plane(a1, b0) : plane(a0, b0),
                       other = from_above ? plane(a0, b1) : plane(a1, b1);
    return (one.at_point < other.at_point) == from_above ? one : other;
  }

  space const* over_;
  std::vector<std::vector<double>> logarithms_{};  // of the values of each axis
  std::vector<cached_polynomial> polynomials_{};
  std::vector<step> steps_{};
  fixed_list<added_formula, 64> formulas_{};
  std::uint64_t version_ = 0;
  std::uint32_t from_0_ = 0;
  std::array<double, n_fields> low_{}, high_{}, middle_{};
  frame in_{};
};

}  // namespace moetric::v0::search
