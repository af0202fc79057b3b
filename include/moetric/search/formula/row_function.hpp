#pragma once

#include <bit>
#include <cmath>
#include <limits>
#include <numeric>
#include <optional>
#include <vector>

#include "moetric/search/formula/cubic.hpp"
#include "moetric/search/formula/rational_function.hpp"
#include "moetric/search/space/space.hpp"

namespace moetric::v0::search {

/// Rational functions along the rows of a space. A row is the set of configurations that differ on the last axis only;
/// along it each function is a quotient of cubics in one variable. What the other axes determine is computed once for
/// each of their values, not once per row.
///
/// Coefficients of counts are non-negative whole numbers, so every partial sum is at most the result, and results below
/// 2^53 are exact.
class row_functions {
 public:
  /// Empty if a coefficient is negative or a power of the row variable exceeds 3.
  static std::optional<row_functions> make(space const& over, std::vector<rational_function> const& quotients) {
    row_functions made(over);
    for (rational_function const& each : quotients) {
      if (!each.known() || !made.fits(each.numerator()) || !made.fits(each.denominator())) return std::nullopt;
      made.add(each.numerator());
      made.add(each.denominator());
    }
    made.row_.resize(quotients.size());
    return made;
  }

  /// The functions along the current row, in the order in which they were added.
  std::vector<cubic_quotient> const& row() const { return row_; }
  /// The row variable, starting at the first digit of the range.
  std::vector<double> const& variable() const { return variable_; }
  /// Increases whenever `variable()` changes.
  std::uint64_t version() const { return version_; }

  /// Moves to the row through a combination, to digits `first` to `last` of the last axis.
  /// \returns false if no combination in that range has whole fields
  bool move_to(digits const& at, std::uint32_t first, std::uint32_t last) {
    std::size_t axis = 0;
    if (entered_)
      while (axis + 1 < n_axes_ && at[axis] == at_[axis]) ++axis;
    bool const same_ends = entered_ && first == first_ && last == last_;
    if (same_ends && axis + 1 >= n_axes_) return true;
    at_ = at, first_ = first, last_ = last;
    fields<double> const values = over_->values(at);
    enter(entered_ ? axis + 1 : 0, values);
    entered_ = (same_ends && same_in_all_rows_) || take_variable(at);
    if (entered_) write_row();
    return entered_;
  }

 private:
  using monomial = polynomial::monomial;
  struct stages {
    std::vector<polynomial> left{};       // the whole polynomial, then what each level leaves of it
    std::vector<std::size_t> of_level{};  // for each level, the index of what it leaves
  };

  // Level 0 determines the fields that no axis changes; level i + 1 those that axis i changes and no later axis does.
  explicit row_functions(space const& over) : over_(&over), n_axes_(over.n_axes()) {
    settled_by_.resize(n_axes_ + 1);
    for (std::size_t f = 0; f != n_fields; ++f) {
      std::size_t level = 0;
      for (std::size_t axis = 0; axis != n_axes_; ++axis)
        if (over.depends(static_cast<field>(f), axis)) level = axis + 1;
      settled_by_[level] |= 1U << f;
      if (level == n_axes_ && over.axes_of(static_cast<field>(f)).size() > 1) same_in_all_rows_ = false;
    }
  }
  std::size_t n_levels() const { return std::max<std::size_t>(n_axes_, 1); }
  std::uint32_t running() const { return n_axes_ == 0 ? 0 : settled_by_[n_axes_]; }

  bool fits(polynomial const& p) const {
    return std::all_of(p.terms().begin(), p.terms().end(), [&](polynomial::monomial const& each) {
      return each.factor >= 0 && each.degree(running()) < static_cast<int>(cubic{}.size());
    });
  }

  /// Adds a polynomial, with a stage for each level that determines one of its fields.
  void add(polynomial const& source) {
    stages made;
    made.left.push_back(source);
    for (std::size_t level = 0; level != n_levels(); ++level) {
      if (source.degree(settled_by_[level]) != 0) made.left.emplace_back();
      made.of_level.push_back(made.left.size() - 1);
    }
    polynomials_.push_back(std::move(made));
  }
  void enter(std::size_t first_level, fields<double> const& values) {
    for (stages& each : polynomials_)
      for (std::size_t level = first_level; level != n_levels(); ++level) {
        std::size_t const before = level == 0 ? 0 : each.of_level[level - 1], here = each.of_level[level];
        if (before != here) each.left[before].settle(settled_by_[level], values, each.left[here]);
      }
  }

  /// Chooses the row variable: every field that varies along the row is a whole multiple of it.
  bool take_variable(digits const& at) {
    multiples_ = {};
    std::size_t const length = last_ - first_ + std::size_t{1};
    if (running() == 0) {
      version_ += variable_.size() != length;
      variable_.assign(length, 1);
      return true;
    }
    std::size_t whole = 0;
    std::uint64_t divisor = 0;
    for (; whole != over_->n_values(n_axes_ - 1) && divisor == 0; ++whole) divisor = common_divisor(at, whole);
    if (divisor == 0) return false;
    // Use the field with the fewest non-integral entries as the row variable: the others are multiples of it.
    std::size_t leader = n_fields;
    std::ptrdiff_t fewest_zeros = 0;
    for (std::size_t f = 0; f != n_fields; ++f)
      if ((running() >> f & 1) != 0) {
        auto const values = of_row(f, at);
        multiples_.values[f] = values[whole - 1] / static_cast<double>(divisor);
        std::ptrdiff_t const zeros = std::has_single_bit(running()) ? 0 : std::count(values.begin(), values.end(), 0.0);
        if (leader == n_fields || zeros < fewest_zeros) leader = f, fewest_zeros = zeros;
      }
    return keep_or_take(of_row(leader, at).subspan(first_, length), multiples_.values[leader]);
  }
  bool keep_or_take(std::span<double const> from, double divisor) {
    if (from.data() == taken_.data() && from.size() == taken_.size() && divisor == taken_divisor_ && version_ != 0)
      return true;
    taken_ = from, taken_divisor_ = divisor, ++version_;
    variable_.resize(from.size());
    for (std::size_t i = 0; i != from.size(); ++i) variable_[i] = from[i] / divisor;
    return true;
  }
  std::span<double const> of_row(std::size_t f, digits const& at) const {
    return over_->row(static_cast<field>(f), at);
  }
  /// 0 if one of the fields is not a whole number there.
  std::uint64_t common_divisor(digits const& at, std::size_t digit) const {
    std::uint64_t divisor = 0;
    for (std::size_t f = 0; f != n_fields; ++f)
      if ((running() >> f & 1) != 0) {
        auto const value = static_cast<std::uint64_t>(of_row(f, at)[digit]);
        if (value == 0) return 0;
        divisor = std::gcd(divisor, value);
      }
    return divisor;
  }

  void write_row() {
    for (std::size_t i = 0; i != row_.size(); ++i) {
      write(polynomials_[2 * i].left.back(), row_[i].numerator);
      write(polynomials_[2 * i + 1].left.back(), row_[i].denominator);
    }
  }
  void write(polynomial const& from, cubic& to) const {
    to = {};
    for (monomial const& each : from.terms()) {
      double factor = each.factor;
      std::size_t power = 0;
      for (monomial left = each; left.powers != 0; ++power) factor *= multiples_.values[left.take_a_field()];
      to[power] += factor;
    }
  }

  space const* over_;
  std::size_t n_axes_;
  std::vector<std::uint32_t> settled_by_{};
  std::vector<stages> polynomials_{};
  std::vector<cubic_quotient> row_{};
  bool same_in_all_rows_ = true;  // the row variable does not depend on the other axes
  fields<double> multiples_{};
  std::vector<double> variable_{};
  std::span<double const> taken_{};
  double taken_divisor_ = 0;
  std::uint64_t version_ = 0;
  digits at_{};
  std::uint32_t first_ = 0, last_ = 0;
  bool entered_ = false;
};

/// The axis along which rows run; 0 if the space has no axes.
inline std::size_t last_axis(space const& over) {
  return over.n_axes() == 0 ? 0 : over.n_axes() - 1;
}
/// The number of rows in a box.
inline std::uint64_t n_rows(space const& over, box const& b) {
  std::uint64_t rows = 1;
  for (std::size_t i = 0; i != last_axis(over); ++i) rows *= std::uint64_t{b.last[i]} - b.first[i] + 1;
  return rows;
}
/// Calls visit(first combination) for every stride-th row of a box, from row `from` on, that may hold a configuration,
/// until goes_on(first combination), which is called for each row, is false.
template <class Visit, class GoesOn>
void for_each_row(space const& over, box const& b, std::uint64_t stride, std::uint64_t from, Visit visit,
                  GoesOn goes_on) {
  std::size_t const fastest = last_axis(over);
  digits row = b.first;
  auto const skip = [&](std::uint64_t carry) {
    for (std::size_t axis = fastest; axis-- != 0 && carry != 0;) {
      std::uint64_t const values = std::uint64_t{b.last[axis]} - b.first[axis] + 1;
      carry += row[axis] - b.first[axis];
      bool const wraps = carry >= values;
      row[axis] = b.first[axis] + static_cast<std::uint32_t>(wraps ? carry % values : carry);
      carry = wraps ? carry / values : 0;
    }
    return carry == 0;
  };
  for (bool inside = skip(from); inside && goes_on(row); inside = skip(stride)) {
    box one{row, row};
    one.last[fastest] = b.last[fastest];
    if (over.may_hold(one)) visit(row);
  }
}
/// The same for all rows.
template <class Visit>
void for_each_row(space const& over, box const& b, std::uint64_t stride, std::uint64_t from, Visit visit) {
  for_each_row(over, b, stride, from, visit, [](digits const&) { return true; });
}

}  // namespace moetric::v0::search
