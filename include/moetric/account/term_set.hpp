#pragma once

#include <cstdint>

#include "moetric/account/terms.hpp"

namespace moetric::v0 {

/// A set of terms.
struct term_set {
  std::uint64_t bits = 0;

  constexpr term_set() = default;
  constexpr term_set(term t) : bits(std::uint64_t{1} << static_cast<unsigned>(t)) {}
  static constexpr term_set all() {
    term_set every;
    every.bits = (std::uint64_t{1} << n_terms) - 1;
    return every;
  }
  static constexpr term_set all_but(term_set others) {
    term_set rest = all();
    rest.bits &= ~others.bits;
    return rest;
  }
  constexpr bool contains(term t) const { return (bits & term_set(t).bits) != 0; }
  friend constexpr term_set operator|(term_set a, term_set b) {
    a.bits |= b.bits;
    return a;
  }
};

constexpr term_set operator|(term a, term b) {
  return term_set(a) | term_set(b);
}

}  // namespace moetric::v0
