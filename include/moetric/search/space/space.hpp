#pragma once

#include <memory>
#include <span>

#include "moetric/core/interval.hpp"
#include "moetric/search/space/axis.hpp"
#include "moetric/search/space/box.hpp"
#include "moetric/search/space/rule.hpp"
#include "moetric/search/space/tables.hpp"

namespace moetric::v0::search {

/// The space of shapes: an indexed product of axes, so that configuration i is found without listing the others.
///
/// The room space/ says which shapes there are: axes and rules in, configurations and boxes of them out. The first axis
/// varies slowest, the last fastest; fields without an axis come from `rest`. Every configuration is a valid model: its
/// fields are whole numbers, top_k <= n_experts, n_heads is a multiple of n_kv_heads, and the given rules hold. Values
/// that no rule-abiding configuration can use are removed from their axes up front, so `axes()` may be shorter than the
/// axes given. Other combinations that rules exclude keep their index; `holds` is false for them.
class space {
 public:
  /// \throws std::invalid_argument naming an axis, field or rule that is impossible, for a space that the rules leave
  ///         empty, and for one of more than 2^64 - 1 configurations
  explicit space(std::vector<axis> axes, shape<> rest, std::vector<rule> rules = {})
      : tables_(std::make_shared<detail::space_tables const>(std::move(axes), rest, std::move(rules))),
        wide_axes_(tables_->axes_without_table()) {}

  /// The number of combinations, including those for which `holds` is false.
  std::uint64_t size() const { return tables_->size; }
  /// The axes, without the values that rules removed.
  std::vector<axis> const& axes() const { return tables_->axes; }
  /// The values of the fields without an axis.
  shape<> const& rest() const { return tables_->rest; }
  /// The rules that the space was given.
  std::vector<rule> const& rules() const { return tables_->rules; }
  /// The number of axes.
  std::size_t n_axes() const { return tables_->axes.size(); }
  /// The number of values left on an axis.
  std::uint32_t n_values(std::size_t of_axis) const { return tables_->n_values[of_axis]; }
  /// The number of values that the axis was given, before rules removed some.
  std::uint32_t n_given_values(std::size_t of_axis) const { return tables_->n_given[of_axis]; }
  /// True if any configuration has MoE layers.
  bool has_experts() const { return tables_->has_experts; }
  /// The range of all indices.
  index_range all() const { return {0, size()}; }

  /// The digits of an index.
  digits digits_of(std::uint64_t index) const {
    digits at{};
    for (std::size_t i = n_axes(); i-- != 0;) {
      at[i] = static_cast<std::uint32_t>(index % n_values(i));
      index /= n_values(i);
    }
    return at;
  }
  /// The index of a combination, the inverse of `digits_of`.
  std::uint64_t index_of(digits const& at) const {
    std::uint64_t index = 0;
    for (std::size_t i = 0; i != n_axes(); ++i) index = index * n_values(i) + at[i];
    return index;
  }

  /// The fields of a configuration; meaningless where `holds` is false.
  fields<double> values(digits const& at) const {
    fields<double> result;
    for (std::size_t i = 0; i != n_fields; ++i) result.values[i] = *tables_->value(i, at);
    return result;
  }
  /// True if a combination satisfies all rules and has whole fields.
  bool holds(digits const& at) const { return tables_->holds(at); }

  /// The shape with an index; meaningless where `holds` is false.
  /// \throws std::invalid_argument for an index that is not below `size()`
  shape<double> operator[](std::uint64_t index) const {
    if (index >= size())
      moetric::detail::invalid(("moetric: an index must be below the " + std::to_string(size()) +
                                " configurations of its space, but got " + std::to_string(index))
                                   .c_str());
    return values(digits_of(index)).to_shape(rest().tied);
  }

  /// The values of a field along the last axis, the other digits being those of `at`: `n_values(last)` of them, or one
  /// if the field does not depend on the last axis. 0 where a product with the base is not a whole number.
  std::span<double const> row(field f, digits at) const {
    auto const i = static_cast<std::size_t>(f);
    if (n_axes() == 0) return {tables_->value(i, at), 1};
    at[n_axes() - 1] = 0;
    return {tables_->value(i, at), tables_->runs_with_last_axis(i) ? n_values(n_axes() - 1) : 1};
  }

  /// The whole space as a box.
  box whole() const {
    box all;
    for (std::size_t i = 0; i != n_axes(); ++i) all.last[i] = n_values(i) - 1;
    return all;
  }
  /// The number of combinations in a box.
  std::uint64_t size_of(box const& b) const {
    std::uint64_t product = 1;
    for (std::size_t i = 0; i != n_axes(); ++i) product *= std::uint64_t{b.last[i]} - b.first[i] + 1;
    return product;
  }
  /// Bounds of each field over a box.
  fields<interval> hull(box const& b) const {
    fields<interval> result;
    for (std::size_t i = 0; i != n_fields; ++i) result.values[i] = tables_->hull(i, b.first, b.last);
    return result;
  }
  /// The constant c for which the field is c times the values of the axes along which it varies.
  double constant_part(field f) const { return tables_->constant_part(static_cast<std::size_t>(f)); }
  /// False if no combination in the box is a configuration; true is inconclusive.
  bool may_hold(box const& b) const { return tables_->may_hold(b.first, b.last); }
  /// True if every combination in the box is a configuration; false is inconclusive.
  bool surely_holds(box const& b) const { return tables_->surely_holds(b.first, b.last); }
  /// The axes of the rules that `may_hold` decides by the ends of a box alone, as a bit mask: rules on three axes, and
  /// on two with more than 2^22 combinations.
  std::uint32_t axes_of_wide_rules() const { return wide_axes_; }
  /// The axes along which a field varies, at most two.
  std::span<std::size_t const> axes_of(field f) const { return tables_->axes_of_field[static_cast<std::size_t>(f)]; }
  /// A value of an axis in double; the factor if the axis has a base.
  double axis_value(std::size_t of_axis, std::uint32_t digit) const { return tables_->axis_values[of_axis][digit]; }
  /// True if a field varies along an axis.
  bool depends(field f, std::size_t on_axis) const { return tables_->depends(static_cast<std::size_t>(f), on_axis); }

  /// The fewest boxes that together hold exactly a range of indices, in index order.
  /// \throws std::invalid_argument for a range that leaves the space
  [[gnu::cold]] std::vector<box> boxes_of(index_range range) const;

 private:
  std::shared_ptr<detail::space_tables const> tables_;
  std::uint32_t wide_axes_;
};

inline std::vector<box> space::boxes_of(index_range range) const {
  if (range.last < range.first || range.last > size())
    moetric::detail::invalid(("moetric: a range of indices must increase and end at most at " + std::to_string(size()) +
                              ", but got " + std::to_string(range.first) + " to " + std::to_string(range.last))
                                 .c_str());
  if (range.size() == 0) return {};
  if (n_axes() == 0) return {box{}};
  digits const from = digits_of(range.first), to = digits_of(range.last - 1);
  std::size_t shared = 0;
  while (shared + 1 < n_axes() && from[shared] == to[shared]) ++shared;
  // The first and last index agree on the axes before `shared`. On it the boxes run from one end to the other. On later
  // axes both ends are partial, unless an end starts or completes all the axes after one.
  std::vector<box> found;
  auto const add = [&](digits const& like, std::size_t at_axis, std::uint32_t low, std::uint32_t high) {
    if (low > high || high == ~std::uint32_t{0}) return;
    box b = whole();
    for (std::size_t i = 0; i != at_axis; ++i) b.first[i] = b.last[i] = like[i];
    b.first[at_axis] = low, b.last[at_axis] = high;
    found.push_back(b);
  };
  std::size_t begins = n_axes() - 1, completes = begins;
  while (begins != shared && from[begins] == 0) --begins;
  while (completes != shared && to[completes] == n_values(completes) - 1) --completes;
  for (std::size_t i = begins; i != shared; --i) add(from, i, from[i] + (i == begins ? 0 : 1), n_values(i) - 1);
  add(from, shared, from[shared] + (begins == shared ? 0 : 1), to[shared] - (completes == shared ? 0 : 1));
  for (std::size_t i = shared + 1; i <= completes; ++i) add(to, i, 0, to[i] - (i == completes ? 0 : 1));
  return found;
}

}  // namespace moetric::v0::search
