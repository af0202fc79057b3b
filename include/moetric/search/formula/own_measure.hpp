#pragma once

#include <type_traits>

#include "moetric/core/contract.hpp"

namespace moetric::v0::simd {
class reproducible;
}

namespace moetric::v0::search {

class expression;
class rational_function;
template <class T>
struct costs;

/// A measure of one's own, for windows, Pareto fronts and bands: a formula of a shape's costs in any number type, of
/// +, -, x and / alone.
///
///   constexpr own_measure cache_bytes = own_measure::of([]<class T>(costs<T> const& c) -> T {
///     return 4 * c.of.n_kv_heads * c.of.head_dim * c.of.n_layers();
///   });
///   setting const at{.own = {cache_bytes}};
///   window const small{.measure = measure::own_1, .high = 65536};
class own_measure {
 public:
  /// No measure: asking for it is an error.
  constexpr own_measure() = default;
  /// The measure with that formula, which holds no state.
  template <class Formula>
  static constexpr own_measure of(Formula) {
    static_assert(std::is_empty_v<Formula>, "moetric: the formula of a measure must capture nothing");
    own_measure made;
    made.real_ = evaluate<Formula, double>;
    made.same_everywhere_ = evaluate<Formula, simd::reproducible>;
    made.symbolic_ = evaluate<Formula, expression>;
    made.quotient_ = evaluate<Formula, rational_function>;
    return made;
  }

  /// The measure of a shape.
  /// \throws std::invalid_argument if there is none, or for another number type than those of a search
  template <class T>
  constexpr T value(costs<T> const& c) const {
    function<T> formula = nullptr;
    if constexpr (std::is_same_v<T, double>) formula = real_;
    if constexpr (std::is_same_v<T, simd::reproducible>) formula = same_everywhere_;
    if constexpr (std::is_same_v<T, expression>) formula = symbolic_;
    if constexpr (std::is_same_v<T, rational_function>) formula = quotient_;
    if (formula == nullptr) require_formula();
    return formula(c);
  }

 private:
  template <class T>
  using function = T (*)(costs<T> const&);

  template <class Formula, class T>
  static T evaluate(costs<T> const& c) {
    return Formula{}(c);
  }
  [[noreturn]] static void require_formula() {
    moetric::detail::invalid("moetric: a measure of one's own must be in the setting of its search");
  }

  function<double> real_ = nullptr;
  function<simd::reproducible> same_everywhere_ = nullptr;
  function<expression> symbolic_ = nullptr;
  function<rational_function> quotient_ = nullptr;
};

}  // namespace moetric::v0::search
