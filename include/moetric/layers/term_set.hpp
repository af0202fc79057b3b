#pragma once

#include <cstdint>

#include "moetric/layers/term.hpp"

namespace moetric::v0 {

/// A set of terms.
struct term_set {
  std::uint64_t bits = 0;

  /// The empty set.
  constexpr term_set() = default;
  /// The set of one term.
  constexpr term_set(term t) : bits(std::uint64_t{1} << static_cast<unsigned>(t)) {}
  /// Every term.
  static constexpr term_set all() {
    term_set every;
    every.bits = (std::uint64_t{1} << n_terms) - 1;
    return every;
  }
  /// Every term outside `others`.
  static constexpr term_set all_but(term_set others) {
    term_set rest = all();
    rest.bits &= ~others.bits;
    return rest;
  }
  /// True if the term is in the set.
  constexpr bool contains(term t) const { return meets(t); }
  /// True if the sets share a term.
  constexpr bool meets(term_set other) const { return (bits & other.bits) != 0; }
  friend constexpr bool operator==(term_set, term_set) = default;
  /// The union.
  friend constexpr term_set operator|(term_set a, term_set b) {
    a.bits |= b.bits;
    return a;
  }
  /// What is in `a` and not in `b`.
  friend constexpr term_set operator-(term_set a, term_set b) {
    a.bits &= ~b.bits;
    return a;
  }
};

/// The set of two terms.
constexpr term_set operator|(term a, term b) {
  return term_set(a) | term_set(b);
}

}  // namespace moetric::v0
