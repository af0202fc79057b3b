#pragma once

#include <algorithm>
#include <bit>
#include <cstddef>
#include <cstdint>
#include <type_traits>
#include <vector>

#include "moetric/search/space/field.hpp"

namespace moetric::v0::search {

/// A polynomial in the fields of a shape: a sum of monomials such as c·d_model²·n_heads.
class polynomial {
 public:
  static constexpr int most_degree = 31;  // the largest total degree of a product

  /// A coefficient, and the power of each field in 5 bits, so that multiplying monomials adds `powers`.
  struct monomial {
    double factor;  // the coefficient
    std::uint64_t powers = 0;

    /// The power of a field, and the sum over the fields of a bit mask.
    int power(std::size_t of_field) const { return static_cast<int>(powers >> (5 * of_field) & 31); }
    int degree(std::uint32_t in_fields) const {
      int sum = 0;
      for (std::size_t i = 0; i != n_fields; ++i)
        if ((in_fields >> i & 1) != 0) sum += power(i);
      return sum;
    }
    /// Divides by the lowest-numbered field that occurs.
    /// \returns that field
    std::size_t take_a_field() {
      auto const first = static_cast<std::size_t>(std::countr_zero(powers)) / 5;
      powers -= std::uint64_t{1} << (5 * first);
      return first;
    }
    /// Substitutes these values for the fields in the bit mask `set`.
    void settle(std::uint32_t set, fields<double> const& values) {
      for (std::size_t i = 0; set >> i != 0; ++i)
        if ((set >> i & 1) != 0)
          for (; power(i) != 0; powers -= std::uint64_t{1} << (5 * i)) factor *= values.values[i];
    }
  };
  static_assert(5 * n_fields <= 64);

  polynomial() = default;
  /// A polynomial of degree 0.
  polynomial(double constant) {
    if (constant != 0) terms_.push_back({constant});
  }
  /// The polynomial that is one field.
  static polynomial variable(std::size_t of_field) {
    polynomial x(1);
    x.terms_[0].powers = std::uint64_t{1} << (5 * of_field);
    return x;
  }

  /// The monomials, each product of powers once.
  std::vector<monomial> const& terms() const { return terms_; }
  /// The value of a polynomial of degree 0.
  double constant() const { return terms_.empty() ? 0 : terms_[0].factor; }
  /// The largest total degree in the fields of the bit mask `in_fields`.
  int degree(std::uint32_t in_fields = all_fields) const {
    int most = 0;
    for (monomial const& each : terms_) most = std::max(most, each.degree(in_fields));
    return most;
  }
  /// The value at these fields.
  double at(fields<double> const& values) const {
    double sum = 0;
    for (monomial each : terms_) {
      each.settle(all_fields, values);
      sum += each.factor;
    }
    return sum;
  }
  /// Writes to `into` what remains after these values are substituted for the fields in the bit mask `set`.
  void settle(std::uint32_t set, fields<double> const& values, polynomial& into) const {
    into.terms_.clear();
    for (monomial each : terms_) {
      each.settle(set, values);
      into.add(each);
    }
  }

  [[gnu::cold]] friend polynomial operator+(polynomial a, polynomial const& b) {
    for (monomial const& each : b.terms_) a.add(each);
    return a;
  }
  [[gnu::cold]] friend polynomial operator*(polynomial const& a, polynomial const& b) {
    polynomial product;
    for (monomial const& x : a.terms_)
      for (monomial const& y : b.terms_) product.add({x.factor * y.factor, x.powers + y.powers});
    return product;
  }
  [[gnu::cold]] friend bool operator==(polynomial const& a, polynomial const& b) {
    return a.terms_.size() == b.terms_.size() && std::all_of(a.terms_.begin(), a.terms_.end(), [&](monomial const& x) {
             return std::any_of(b.terms_.begin(), b.terms_.end(),
                                [&](monomial const& y) { return x.factor == y.factor && x.powers == y.powers; });
           });
  }

 private:
  static constexpr std::uint32_t all_fields = (1U << n_fields) - 1;

  void add(monomial const& next) {
    if (next.factor == 0) return;
    for (monomial& each : terms_)
      if (each.powers == next.powers) {
        each.factor += next.factor;
        if (each.factor == 0) terms_.erase(terms_.begin() + (&each - terms_.data()));
        return;
      }
    terms_.push_back(next);
  }

  std::vector<monomial> terms_;
};

/// A quotient of two polynomials in the fields of a shape. As a number type it turns layer formulas and the inputs of
/// laws into closed form, so that a scan computes only what changes. Coefficients of counts are whole numbers.
///
/// The room formula/ is about what is computed of a shape: costs, measures, objectives, and their symbolic forms.
class rational_function {
 public:
  rational_function() = default;
  /// A constant.
  template <class Number>
  requires std::is_arithmetic_v<Number> rational_function(Number value) : numerator_(static_cast<double>(value)) {}
  rational_function(polynomial numerator, polynomial denominator)
      : numerator_(std::move(numerator)), denominator_(std::move(denominator)) {}

  /// The numerator.
  polynomial const& numerator() const { return numerator_; }
  /// The denominator.
  polynomial const& denominator() const { return denominator_; }
  /// False after an operation that has no such quotient as its result: min of two different functions, or a product of
  /// total degree above 31.
  bool known() const { return known_; }
  /// A function about which nothing is known.
  static rational_function unknown() {
    rational_function none;
    none.known_ = false;
    return none;
  }

  [[gnu::cold]] friend rational_function operator+(rational_function const& a, rational_function const& b) {
    if (a.denominator_ == b.denominator_)
      return result_of(a, b, rational_function(a.numerator_ + b.numerator_, a.denominator_));
    return result_of(a, b,
                     rational_function(a.numerator_ * b.denominator_ + b.numerator_ * a.denominator_,
                                       a.denominator_ * b.denominator_));
  }
  friend rational_function operator-(rational_function const& a) { return a * rational_function(-1); }
  friend rational_function operator-(rational_function const& a, rational_function const& b) { return a + -b; }
  [[gnu::cold]] friend rational_function operator*(rational_function const& a, rational_function const& b) {
    return result_of(a, b, rational_function(a.numerator_ * b.numerator_, a.denominator_ * b.denominator_));
  }
  [[gnu::cold]] friend rational_function operator/(rational_function const& a, rational_function const& b) {
    return result_of(a, b, rational_function(a.numerator_ * b.denominator_, a.denominator_ * b.numerator_));
  }
  [[gnu::cold]] friend rational_function min(rational_function const& a, rational_function const& b) {
    bool const constant = a.degree() + b.degree() == 0;
    if (!constant && !(a.numerator_ == b.numerator_ && a.denominator_ == b.denominator_)) {
      rational_function unknown = a;
      unknown.known_ = false;
      return unknown;
    }
    bool const second =
        b.numerator_.constant() / b.denominator_.constant() < a.numerator_.constant() / a.denominator_.constant();
    return result_of(a, b, constant && second ? b : a);
  }

 private:
  static rational_function result_of(rational_function const& a, rational_function const& b, rational_function result) {
    result.known_ = a.known_ && b.known_ && a.degree() + b.degree() <= polynomial::most_degree;
    return result;
  }
  int degree() const { return std::max(numerator_.degree(), denominator_.degree()); }

  polynomial numerator_;
  polynomial denominator_ = 1;
  bool known_ = true;
};

/// The fields of a shape as symbols, to be passed to a formula.
inline fields<rational_function> symbolic_fields() {
  fields<rational_function> all;
  for (std::size_t i = 0; i != n_fields; ++i) all.values[i] = rational_function(polynomial::variable(i), 1);
  return all;
}

}  // namespace moetric::v0::search
