#pragma once

#include <array>
#include <cmath>
#include <vector>

#include "moetric/search/formula/expression.hpp"

namespace moetric::v0::search::detail {

/// A sum of products of different fields of a shape, none of which is more than linear, each with a factor.
class field_products {
 public:
  /// The function that takes these values where each of the fields is `unit` or twice that. Counts of weights and kept
  /// elements are such functions of a layer's numbers; so their own code tells their coefficients.
  /// \param value of the fields, in their order
  template <std::size_t n, class Function>
  static field_products through(std::array<field, n> const& of, double unit, Function value) {
    std::array<double, std::size_t{1} << n> table;
    for (std::size_t corner = 0; corner != table.size(); ++corner) {
      std::array<double, n> at;
      for (std::size_t i = 0; i != n; ++i) at[i] = (corner >> i & 1) != 0 ? 2 * unit : unit;
      table[corner] = value(at);
    }
    // Field by field, the values a at unit and b at 2·unit of c0 + c1·x give c1·unit = b − a and c0 = a − c1·unit.
    for (std::size_t i = 0; i != n; ++i)
      for (std::size_t corner = 0; corner != table.size(); ++corner)
        if ((corner >> i & 1) != 0) {
          double& low = table[corner ^ std::size_t{1} << i];
          table[corner] -= low;
          low -= table[corner];
        }
    field_products made;
    for (std::size_t corner = 0; corner != table.size(); ++corner) {
      // What is left of rounding up, and of doubles, is far below what one product adds.
      constexpr double noise = 0x1p-4;
      if (std::fabs(table[corner]) < noise * unit) continue;
      product one{0, table[corner]};
      for (std::size_t i = 0; i != n; ++i)
        if ((corner >> i & 1) != 0) one.fields |= std::uint32_t{1} << static_cast<unsigned>(of[i]), one.factor /= unit;
      made.terms_.push_back(one);
    }
    return made;
  }

  /// The sum at a shape.
  template <class T>
  T at(shape<T> const& s) const {
    fields<T> const values = fields_of(s);
    T sum(0);
    for (product const& each : terms_) {
      T one(each.factor);
      for (std::size_t i = 0; i != n_fields; ++i)
        if ((each.fields >> i & 1) != 0) one = one * values.values[i];
      sum = sum + one;
    }
    return sum;
  }

 private:
  struct product {
    std::uint32_t fields;
    double factor;
  };
  std::vector<product> terms_{};
};

}  // namespace moetric::v0::search::detail
