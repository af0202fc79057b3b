#pragma once

#include <cmath>
#include <optional>
#include <type_traits>
#include <utility>
#include <vector>

#include "moetric/search/formula/rational_function.hpp"

namespace moetric::v0::search {

class expression_pool;

/// A number type that records the formula computed with it. Layer formulas and laws run on it unchanged; the result is
/// a tree whose leaves are constants and rational functions of the fields of a shape and whose nodes are operations.
///
/// An expression is a constant or refers to its pool, which must outlive it: so copies are two words, and the code of a
/// formula on expressions is a sequence of calls.
class expression {
 public:
  /// What a node computes from its operands.
  enum class operation : unsigned char { none, sum, difference, product, quotient, least, exponential, logarithm };

  /// The constant 0.
  expression() = default;
  /// A constant.
  template <class Number>
  requires std::is_arithmetic_v<Number> expression(Number value) : constant_(static_cast<double>(value)) {}

  /// The operation at the root; none for a leaf.
  operation what() const;
  /// The first operand; that of exp and log is their argument.
  expression first() const;
  /// The second operand.
  expression second() const;
  /// The rational function of a leaf, that is where what() is operation::none.
  rational_function leaf() const;

  friend expression operator+(expression a, expression b) { return combined(operation::sum, a, b); }
  friend expression operator-(expression a, expression b) { return combined(operation::difference, a, b); }
  friend expression operator-(expression a) { return combined(operation::product, a, -1); }
  friend expression operator*(expression a, expression b) { return combined(operation::product, a, b); }
  friend expression operator/(expression a, expression b) { return combined(operation::quotient, a, b); }
  friend expression min(expression a, expression b) { return combined(operation::least, a, b); }
  friend expression exp(expression a) { return combined(operation::exponential, a, 0); }
  friend expression log(expression a) { return combined(operation::logarithm, a, 0); }

 private:
  friend class expression_pool;
  struct node;

  explicit expression(node const* of) : node_(of) {}

  bool is(double value) const { return node_ == nullptr && constant_ == value; }
  // Out of line and for size: formulas are written once per search, and call it hundreds of times.
  [[gnu::cold]] static expression combined(operation what, expression a, expression b);
  static double of_constants(operation what, double a, double b);
  static rational_function of_leaves(operation what, rational_function const& a, rational_function const& b);

  node const* node_ = nullptr;
  double constant_ = 0;
};

/// An operation or a rational function.
struct expression::node {
  expression_pool* pool;
  operation what;
  expression first, second;
  rational_function leaf;
  node const* before = nullptr;
};

/// Owns the expressions that are computed from its symbols.
class expression_pool {
 public:
  /// Rational functions are kept as leaves while they have at most `most_terms` terms.
  explicit expression_pool(std::size_t most_terms = 40) : most_terms_(most_terms) {}
  ~expression_pool() {
    while (last_ != nullptr) delete std::exchange(last_, last_->before);
  }
  expression_pool(expression_pool const&) = delete;
  expression_pool& operator=(expression_pool const&) = delete;

  /// The fields of a shape as expressions, to be passed to a formula.
  [[gnu::cold]] fields<expression> written_fields() & {
    fields<expression> all;
    fields<rational_function> const symbols = symbolic_fields();
    for (std::size_t i = 0; i != n_fields; ++i) all.values[i] = leaf(symbols.values[i]);
    return all;
  }
  void written_fields() && = delete;
  /// A rational function as an expression.
  [[gnu::cold]] expression leaf(rational_function const& of);

 private:
  friend class expression;

  expression add(expression::node const& made);

  std::size_t most_terms_;
  expression::node const* last_ = nullptr;  // of the nodes that it owns, each of which knows the one before
};

inline expression::operation expression::what() const {
  return node_ == nullptr ? operation::none : node_->what;
}
inline expression expression::first() const {
  return node_->first;
}
inline expression expression::second() const {
  return node_->second;
}
[[gnu::cold]] inline rational_function expression::leaf() const {
  return node_ == nullptr ? rational_function(constant_) : node_->leaf;
}

inline expression expression::combined(operation what, expression a, expression b) {
  bool const product = what == operation::product, quotient = what == operation::quotient,
             sum = what == operation::sum || what == operation::difference;
  if (sum && b.is(0)) return a;
  if (what == operation::sum && a.is(0)) return b;
  if (product && (a.is(0) || b.is(0))) return 0;
  if ((product || quotient) && b.is(1)) return a;
  if (product && a.is(1)) return b;
  if (quotient && a.is(0)) return a;
  if (a.node_ == nullptr && b.node_ == nullptr) return of_constants(what, a.constant_, b.constant_);
  expression_pool& pool = *(a.node_ != nullptr ? a : b).node_->pool;
  if (what < operation::exponential && a.what() == operation::none && b.what() == operation::none) {
    rational_function result = of_leaves(what, a.leaf(), b.leaf());
    if (result.known() && result.numerator().terms().size() + result.denominator().terms().size() <= pool.most_terms_)
      return pool.leaf(result);
  }
  return pool.add({&pool, what, a, b, {}});
}
[[gnu::cold]] inline double expression::of_constants(operation what, double a, double b) {
  switch (what) {
  case operation::sum: return a + b;
  case operation::difference: return a - b;
  case operation::product: return a * b;
  case operation::quotient: return a / b;
  case operation::least: return b < a ? b : a;
  case operation::exponential: return std::exp(a);
  case operation::logarithm: return std::log(a);
  case operation::none: break;
  }
  return a;
}
[[gnu::cold]] inline rational_function expression::of_leaves(operation what, rational_function const& a,
                                                             rational_function const& b) {
  switch (what) {
  case operation::sum: return a + b;
  case operation::difference: return a - b;
  case operation::product: return a * b;
  case operation::quotient: return a / b;
  default: return min(a, b);
  }
}

inline expression expression_pool::leaf(rational_function const& of) {
  if (of.numerator().degree() == 0 && of.denominator() == polynomial(1)) return of.numerator().constant();
  return add({this, expression::operation::none, {}, {}, of});
}
[[gnu::cold]] inline expression expression_pool::add(expression::node const& made) {
  auto* const added = new expression::node(made);
  added->before = std::exchange(last_, added);
  return expression(added);
}

namespace detail {

/// A pool in which every rational function is a leaf.
inline constexpr std::size_t any_terms = ~std::size_t{0};
/// Writes formulas as rational functions; empty if one has no such form.
[[gnu::cold]] inline std::optional<std::vector<rational_function>>
as_quotients(std::vector<expression> const& formulas) {
  std::vector<rational_function> quotients;
  for (expression const& each : formulas) {
    if (each.what() != expression::operation::none) return std::nullopt;
    quotients.push_back(each.leaf());
  }
  return quotients;
}

}  // namespace detail
}  // namespace moetric::v0::search
