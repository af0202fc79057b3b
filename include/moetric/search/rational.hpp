#pragma once

#include <algorithm>
#include <array>
#include <cstdint>
#include <type_traits>
#include <vector>

#include "moetric/search/field.hpp"

namespace moetric::inline v0::search {

/// A sum of products of fields, c·d_model²·n_heads + ...
class polynomial {
 public:
  struct monomial {
    double factor;
    std::array<std::uint8_t, n_fields> powers{};
  };

  polynomial() = default;
  polynomial(double constant) {
    if (constant != 0) terms_.push_back({constant, {}});
  }
  static polynomial variable(std::size_t of_field) {
    polynomial x(1);
    x.terms_[0].powers[of_field] = 1;
    return x;
  }

  std::vector<monomial> const& terms() const { return terms_; }
  bool is_constant() const { return terms_.empty() || (terms_.size() == 1 && !has_any(~0U)); }
  double constant() const { return terms_.empty() ? 0 : terms_[0].factor; }
  /// Whether it has one of the fields of a set of bits.
  bool has_any(std::uint32_t set) const {
    return std::any_of(terms_.begin(), terms_.end(), [&](monomial const& each) {
      for (std::size_t i = 0; i != n_fields; ++i)
        if (each.powers[i] != 0 && (set >> i & 1) != 0) return true;
      return false;
    });
  }

  friend polynomial operator+(polynomial a, polynomial const& b) {
    for (monomial const& each : b.terms_) a.add(each);
    return a;
  }
  friend polynomial operator*(polynomial const& a, polynomial const& b) {
    polynomial product;
    for (monomial const& x : a.terms_)
      for (monomial y : b.terms_) {
        y.factor *= x.factor;
        for (std::size_t i = 0; i != n_fields; ++i) y.powers[i] = static_cast<std::uint8_t>(y.powers[i] + x.powers[i]);
        product.add(y);
      }
    return product;
  }
  friend bool operator==(polynomial const& a, polynomial const& b) {
    return a.terms_.size() == b.terms_.size() && std::all_of(a.terms_.begin(), a.terms_.end(), [&](monomial const& x) {
             return std::any_of(b.terms_.begin(), b.terms_.end(), [&](monomial const& y) {
               return x.factor == y.factor && x.powers == y.powers;
             });
           });
  }

  double at(fields<double> const& values) const {
    double sum = 0;
    for (monomial const& each : terms_) {
      double product = each.factor;
      for (std::size_t i = 0; i != n_fields; ++i)
        for (int power = 0; power != each.powers[i]; ++power) product *= values.values[i];
      sum += product;
    }
    return sum;
  }

  /// What is left in `into` when the fields of a set of bits have these values.
  void settle(std::uint32_t set, fields<double> const& values, polynomial& into) const {
    into.terms_.clear();
    for (monomial each : terms_) {
      for (std::size_t i = 0; i != n_fields; ++i)
        if ((set >> i & 1) != 0)
          for (; each.powers[i] != 0; --each.powers[i]) each.factor *= values.values[i];
      into.add(each);
    }
  }

 private:
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

/// A quotient of two polynomials in the fields of a shape: the number type with which the formulas write themselves
/// down, so that a scan does not compute again what does not change. Coefficients of counts are whole numbers.
class rational {
 public:
  rational() = default;
  template <class Number>
    requires std::is_arithmetic_v<Number>
  rational(Number value) : above_(static_cast<double>(value)) {}
  rational(polynomial above, polynomial below) : above_(std::move(above)), below_(std::move(below)) {}

  polynomial const& above() const { return above_; }
  polynomial const& below() const { return below_; }
  /// False where a formula did what no rational function does: it chose the smaller of two that vary.
  bool known() const { return known_; }

  friend rational operator+(rational const& a, rational const& b) {
    return of(a, b, a.below_ == b.below_ ? rational(a.above_ + b.above_, a.below_)
                                         : rational(a.above_ * b.below_ + b.above_ * a.below_, a.below_ * b.below_));
  }
  friend rational operator-(rational const& a) { return a * rational(-1); }
  friend rational operator-(rational const& a, rational const& b) { return a + -b; }
  friend rational operator*(rational const& a, rational const& b) {
    return of(a, b, rational(a.above_ * b.above_, a.below_ * b.below_));
  }
  friend rational operator/(rational const& a, rational const& b) {
    return of(a, b, rational(a.above_ * b.below_, a.below_ * b.above_));
  }
  friend rational min(rational const& a, rational const& b) {
    bool const constant =
        a.above_.is_constant() && a.below_.is_constant() && b.above_.is_constant() && b.below_.is_constant();
    if (!constant && !(a.above_ == b.above_ && a.below_ == b.below_)) {
      rational unknown = a;
      unknown.known_ = false;
      return unknown;
    }
    bool const second = b.above_.constant() / b.below_.constant() < a.above_.constant() / a.below_.constant();
    return of(a, b, constant && second ? b : a);
  }

 private:
  static rational of(rational const& a, rational const& b, rational result) {
    result.known_ = a.known_ && b.known_;
    return result;
  }

  polynomial above_;
  polynomial below_ = 1;
  bool known_ = true;
};

/// The fields themselves.
inline fields<rational> symbolic_fields() {
  fields<rational> all;
  for (std::size_t i = 0; i != n_fields; ++i) all.values[i] = rational(polynomial::variable(i), 1);
  return all;
}

}  // namespace moetric::inline v0::search
