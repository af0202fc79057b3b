#pragma once

#include <optional>
#include <span>
#include <string>
#include <utility>
#include <vector>

#include "moetric/core/interval.hpp"
#include "moetric/core/ratio.hpp"
#include "moetric/search/space/box.hpp"
#include "moetric/search/space/rule.hpp"

namespace moetric::v0::search::detail {

/// How a field follows from digits: base(digit of one axis) · factor(digit of another); either may be constant. Bases
/// and the factors' numerators and denominators are below 2^53.
struct field_source {
  static constexpr std::size_t constant = n_fields;
  static constexpr ratio no_factor[] = {ratio(1)};

  std::size_t base_axis = constant;
  std::size_t own_axis = constant;
  std::vector<std::uint64_t> bases{1};
  std::span<ratio const> factors{no_factor};  // the values of the own axis
  std::vector<double> table{};                // the products; 0 where one is not a whole number
  std::size_t base_stride = 0, own_stride = 0;

  static std::uint32_t digit(digits const& at, std::size_t axis) { return axis == constant ? 0 : at[axis]; }
  /// The product; empty if it is not a whole number.
  std::optional<std::uint64_t> exact(digits const& at) const {
    ratio const& f = factors[digit(at, own_axis)];
    uint128 const product = bases[digit(at, base_axis)] * f.numerator.bits;
    if (product % f.denominator.bits != 0) return std::nullopt;
    return static_cast<std::uint64_t>(product / f.denominator.bits);
  }
  double const* value(digits const& at) const {
    return table.data() + base_stride * digit(at, base_axis) + own_stride * digit(at, own_axis);
  }
  double base(digits const& at) const { return static_cast<double>(bases[digit(at, base_axis)]); }
  double own(digits const& at) const {
    ratio const& f = factors[digit(at, own_axis)];
    return static_cast<double>(f.numerator) / static_cast<double>(f.denominator);
  }
  /// The product in double, also where it is not a whole number.
  double product(digits const& at) const {
    ratio const& f = factors[digit(at, own_axis)];
    return base(at) * static_cast<double>(f.numerator) / static_cast<double>(f.denominator);
  }
  /// Both ends are rounded exactly as the products between them, and rounding is monotone, so the interval holds them
  /// all.
  interval hull(digits const& first, digits const& last) const { return {product(first), product(last)}; }
};

/// A rule of the space; without one, the requirement that a field is a whole number.
struct condition {
  std::optional<rule> keeps;
  search::field field;

  std::string sentence() const {
    return keeps ? to_string(*keeps) : std::string(name(field)) + " must be a whole number";
  }
};

/// Which combinations of two axes are allowed, as a summed-area table.
struct pair_table {
  std::size_t a, b;
  std::size_t width;  // one more than the number of values of b
  std::vector<std::uint32_t> sums;

  std::uint32_t count(digits const& first, digits const& last) const {
    std::size_t const top = first[a] * width, bottom = (last[a] + std::size_t{1}) * width;
    return sums[bottom + last[b] + 1] - sums[top + last[b] + 1] - sums[bottom + first[b]] + sums[top + first[b]];
  }
};

}  // namespace moetric::v0::search::detail
