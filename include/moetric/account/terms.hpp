#pragma once

#include <concepts>

#include "moetric/core/count.hpp"
#include "moetric/layers/term_set.hpp"

namespace moetric::v0 {

/// The name of a term among FLOPs, where the output head's product is the logits.
constexpr std::string_view flops_name(term t) {
  return t == term::output_head ? "logits" : name(t);
}

/// An amount for each term.
template <class T = count>
struct term_sheet {
  T amounts[n_terms]{};

  /// Zero for every term.
  constexpr term_sheet() {
    if constexpr (!std::same_as<T, count>)  // whose default is 0, which constant evaluation has for free
      for (T& amount : amounts) amount = T(0);
  }

  /// The amount of one term.
  constexpr T& operator[](term t) { return amounts[static_cast<std::size_t>(t)]; }
  constexpr T const& operator[](term t) const { return amounts[static_cast<std::size_t>(t)]; }

  /// The sum over all terms, in their order.
  constexpr T total() const {
    T sum = amounts[0];
    for (std::size_t i = 1; i != n_terms; ++i) sum = sum + amounts[i];
    return sum;
  }
  /// The sum of two sheets, term by term.
  constexpr term_sheet operator+(term_sheet const& other) const {
    term_sheet sum;
    for (std::size_t i = 0; i != n_terms; ++i) sum.amounts[i] = amounts[i] + other.amounts[i];
    return sum;
  }
  /// Every amount times a factor.
  constexpr term_sheet operator*(T const& factor) const {
    term_sheet product;
    for (std::size_t i = 0; i != n_terms; ++i) product.amounts[i] = amounts[i] * factor;
    return product;
  }
};

}  // namespace moetric::v0
