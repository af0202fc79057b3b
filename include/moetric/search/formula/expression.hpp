#pragma once

#include <memory>
#include <type_traits>
#include <utility>

#include "moetric/search/formula/rational_function.hpp"

namespace moetric::v0::search {

/// A number type that records the formula computed with it. Layer formulas and laws run on it unchanged; the result is
/// a tree whose leaves are rational functions of the fields of a shape and whose nodes are operations.
class expression {
 public:
  /// What a node computes from its operands.
  enum class operation : unsigned char { none, sum, difference, product, quotient, least, exponential, logarithm };

  expression() = default;
  /// A constant, and a rational function: the leaves of an expression.
  template <class Number>
  requires std::is_arithmetic_v<Number> expression(Number value) : leaf_(value) {}
  explicit expression(search::rational_function leaf) : leaf_(std::move(leaf)) {}

  /// The operation at the root; none for a leaf.
  operation what() const;
  /// The first operand; that of exp and log is their argument.
  expression const& first() const;
  /// The second operand.
  expression const& second() const;
  /// The rational function of a leaf, that is where what() is operation::none.
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
    return !node_ && leaf_.numerator().degree() == 0 && leaf_.denominator() == polynomial(1) &&
           leaf_.numerator() == value;
  }
  /// Combines two leaves into one rational function while it stays short, else makes a node.
  template <class Combine>
  static expression either(operation what, expression const& a, expression const& b, Combine const& combine) {
    constexpr std::size_t most_terms = 40;
    if (!a.node_ && !b.node_) {
      search::rational_function result = combine(a.leaf_, b.leaf_);
      if (result.known() && result.numerator().terms().size() + result.denominator().terms().size() <= most_terms)
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

/// The fields of a shape as expressions, to be passed to a formula.
inline fields<expression> written_fields() {
  fields<expression> all;
  fields<rational_function> const symbols = symbolic_fields();
  for (std::size_t i = 0; i != n_fields; ++i) all.values[i] = expression(symbols.values[i]);
  return all;
}

}  // namespace moetric::v0::search
