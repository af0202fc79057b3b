#pragma once

#include <optional>
#include <string>
#include <utility>
#include <vector>

#include "moetric/core/interval.hpp"
#include "moetric/search/space/box.hpp"
#include "moetric/search/space/rule.hpp"

namespace moetric::v0::search::detail {

/// A value of an axis: the number itself, or the factor of its base.
struct factor {
  std::uint64_t above = 1;
  std::uint64_t below = 1;
};

/// How a field follows from digits: base(digit of one axis) · factor(digit of another), either constant.
struct field_source {
  static constexpr std::size_t constant = n_fields;

  std::size_t base_axis = constant;
  std::size_t own_axis = constant;
  std::vector<std::uint64_t> bases{1};
  std::vector<factor> factors{{}};
  std::vector<double> table{};  // of products; 0 where one is not whole
  std::size_t base_stride = 0, own_stride = 0;

  static std::uint32_t digit(digits const& at, std::size_t axis) { return axis == constant ? 0 : at[axis]; }
  /// none where the product is not whole
  std::optional<std::uint64_t> exact(digits const& at) const {
    factor const f = factors[digit(at, own_axis)];
    uint128 const product = uint128{bases[digit(at, base_axis)]} * f.above;
    if (product % f.below != 0) return std::nullopt;
    return static_cast<std::uint64_t>(product / f.below);
  }
  double const* value(digits const& at) const {
    return table.data() + base_stride * digit(at, base_axis) + own_stride * digit(at, own_axis);
  }
  double base(digits const& at) const { return static_cast<double>(bases[digit(at, base_axis)]); }
  double own(digits const& at) const {
    factor const f = factors[digit(at, own_axis)];
    return static_cast<double>(f.above) / static_cast<double>(f.below);
  }
  /// The product in real numbers, whole or not.
  double product(digits const& at) const {
    factor const f = factors[digit(at, own_axis)];
    return base(at) * static_cast<double>(f.above) / static_cast<double>(f.below);
  }
  /// Both ends are correctly rounded twice, as whole products are: they hold every one of them.
  interval hull(digits const& first, digits const& last) const { return {product(first), product(last)}; }
};

/// A rule, or that a field is whole where no rule is given.
struct condition {
  std::optional<rule> keeps;
  search::field field;

  std::string sentence() const {
    return keeps ? to_string(*keeps) : std::string(name(field)) + " must be a whole number";
  }
};

/// Which combinations of two axes are allowed, as sums over rectangles.
struct pair_table {
  std::size_t a, b;
  std::size_t width;  // one more than the values of b
  std::vector<std::uint32_t> sums;

  std::uint32_t count(digits const& first, digits const& last) const {
    std::size_t const top = first[a] * width, bottom = (last[a] + std::size_t{1}) * width;
    return sums[bottom + last[b] + 1] - sums[top + last[b] + 1] - sums[bottom + first[b]] + sums[top + first[b]];
  }
};

}  // namespace moetric::v0::search::detail
