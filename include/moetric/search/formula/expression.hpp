#pragma once

#include <memory>
#include <type_traits>
#include <utility>

#include "moetric/search/formula/rational_function.hpp"

namespace moetric::v0::search {

/// A formula that writes itself down: the layers' formulas and the laws run on it like on any other number, and what is
/// left is a quotient of polynomials in the fields of a shape, or an operation on two others.
class expression {
 public:
  enum class operation : unsigned char { none, sum, difference, product, quotient, least, exponential, logarithm };

  expression() = default;
  template <class Number>
  requires std::is_arithmetic_v<Number> expression(Number value) : leaf_(value) {}
  explicit expression(search::rational_function of) : leaf_(std::move(of)) {}

  operation what() const;
  expression const& first() const;
  expression const& second() const;
  /// Where there is no operation.
  search::rational_function const& leaf() const { return leaf_; }

  friend expression operator+(expression const& a, expression const& b) {
    if (a.is(0)) return b;
    if (b.is(0)) return a;
    return either(operation::sum, a, b, [](auto const& x, auto const& y) { return x + y; });
  }
  friend expression operator-(expression const& a, expression const& b) {
    if (b.is(0)) return a;
    return either(operation::difference, a, b, [](auto const& x, auto const& y) { return x - y; });
  }
  friend expression operator-(expression const& a) { return a * expression(-1); }
  friend expression operator*(expression const& a, expression const& b) {
    if (a.is(0) || b.is(0)) return 0;
    if (a.is(1)) return b;
    if (b.is(1)) return a;
    return either(operation::product, a, b, [](auto const& x, auto const& y) { return x * y; });
  }
  friend expression operator/(expression const& a, expression const& b) {
    if (a.is(0) || b.is(1)) return a;
    return either(operation::quotient, a, b, [](auto const& x, auto const& y) { return x / y; });
  }
  friend expression min(expression const& a, expression const& b) {
    return either(operation::least, a, b, [](auto const& x, auto const& y) { return min(x, y); });
  }
  friend expression exp(expression const& a) { return {operation::exponential, a, {}}; }
  friend expression log(expression const& a) { return {operation::logarithm, a, {}}; }

 private:
  struct node;

  expression(operation what, expression const& first, expression const& second);

  bool is(double value) const {
    return !node_ && leaf_.above().degree() == 0 && leaf_.below() == polynomial(1) && leaf_.above() == value;
  }
  /// A quotient of polynomials as long as it is a short one.
  template <class Combine>
  static expression either(operation what, expression const& a, expression const& b, Combine const& combine) {
    constexpr std::size_t most_terms = 40;
    if (!a.node_ && !b.node_) {
      search::rational_function result = combine(a.leaf_, b.leaf_);
      if (result.known() && result.above().terms().size() + result.below().terms().size() <= most_terms)
        return expression(std::move(result));
    }
    return {what, a, b};
  }

  search::rational_function leaf_{};
  std::shared_ptr<node const> node_{};
};

struct expression::node {
  operation what;
  expression first, second;
};

inline expression::operation expression::what() const {
  return node_ ? node_->what : operation::none;
}
inline expression const& expression::first() const {
  return node_->first;
}
inline expression const& expression::second() const {
  return node_->second;
}
inline expression::expression(operation what, expression const& first, expression const& second)
    : node_(std::make_shared<node const>(node{what, first, second})) {}

/// The fields themselves.
inline fields<expression> written_fields() {
  fields<expression> all;
  fields<rational_function> const symbols = symbolic_fields();
  for (std::size_t i = 0; i != n_fields; ++i) all.values[i] = expression(symbols.values[i]);
  return all;
}

}  // namespace moetric::v0::search
