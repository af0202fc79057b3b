#pragma once

#include <cstdint>

#include "moetric/search/problem.hpp"

namespace moetric::inline v0::search {

/// A number that knows no value, only which fields of a shape it is made of: the formulas and laws run on it like on
/// any other, and say what they look at. What is multiplied with a literal 0 is not looked at.
struct dependence {
  std::uint32_t of_fields = 0;  // one bit each
  bool is_zero = false;

  constexpr dependence() = default;
  constexpr dependence(int value) : is_zero(value == 0) {}
  constexpr dependence(double value) : is_zero(value == 0) {}
  static constexpr dependence on(field f) { return on_bit(static_cast<unsigned>(f)); }
  static constexpr dependence on_bit(unsigned bit) { return made(std::uint32_t{1} << bit); }

  friend constexpr dependence operator+(dependence a, dependence b) {
    return a.is_zero && b.is_zero ? a : made(a.of_fields | b.of_fields);
  }
  friend constexpr dependence operator-(dependence a, dependence b) { return a + b; }
  friend constexpr dependence operator-(dependence a) { return a; }
  friend constexpr dependence operator*(dependence a, dependence b) {
    return a.is_zero ? a : b.is_zero ? b : made(a.of_fields | b.of_fields);
  }
  friend constexpr dependence operator/(dependence a, dependence b) {
    return a.is_zero ? a : made(a.of_fields | b.of_fields);
  }
  friend constexpr dependence min(dependence a, dependence b) { return made(a.of_fields | b.of_fields); }
  friend constexpr dependence exp(dependence a) { return made(a.of_fields); }
  friend constexpr dependence log(dependence a) { return made(a.of_fields); }

 private:
  static constexpr dependence made(std::uint32_t bits) {
    dependence result;
    result.of_fields = bits;
    return result;
  }
};

/// Every field as itself.
constexpr fields<dependence> every_field() {
  fields<dependence> all;
  for (std::size_t i = 0; i != n_fields; ++i) all.values[i] = dependence::on(static_cast<field>(i));
  return all;
}

/// The axes of a space, one bit each, along which a number differs.
inline std::uint32_t axes_of(space const& over, dependence number) {
  std::uint32_t axes = 0;
  for (std::size_t i = 0; i != n_fields; ++i)
    if ((number.of_fields >> i & 1) != 0)
      for (std::size_t a = 0; a != over.n_axes(); ++a)
        if (over.depends(static_cast<field>(i), a)) axes |= std::uint32_t{1} << a;
  return axes;
}

}  // namespace moetric::inline v0::search
