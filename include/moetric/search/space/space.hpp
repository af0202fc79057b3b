#pragma once

#include <span>

#include "moetric/core/interval.hpp"
#include "moetric/search/space/axis.hpp"
#include "moetric/search/space/box.hpp"
#include "moetric/search/space/rule.hpp"
#include "moetric/search/space/tables.hpp"

namespace moetric::v0::search {

/// Shapes as a product of axes, indexed: configuration i is found without listing any other.
///
/// The first axis is the slowest, the last the fastest. What no axis names is taken from `rest`. Every configuration is
/// a valid model: fields are whole, top_k ≤ n_experts, n_heads is divisible by n_kv_heads, and the given rules hold.
/// Values that a rule forbids whatever the others are, are taken out when the space is made, so `axes()` may be shorter
/// than what was given. Combinations that rules forbid keep their index, and `holds` tells them.
class space {
 public:
  /// \throws std::invalid_argument naming an axis, field or rule that is not possible, for a space that rules leave
  ///         empty, and for one of more than 2^64 - 1 configurations
  explicit space(std::vector<axis> axes, shape<> rest, std::vector<rule> rules = {})
      : tables_(std::move(axes), std::move(rest), std::move(rules)) {}

  /// Configurations, those that `holds` excludes included.
  std::uint64_t size() const { return tables_.size; }
  std::vector<axis> const& axes() const { return tables_.axes; }
  shape<> const& rest() const { return tables_.rest; }
  std::vector<rule> const& rules() const { return tables_.rules; }
  std::size_t n_axes() const { return tables_.axes.size(); }
  std::uint32_t n_values(std::size_t of_axis) const { return tables_.n_values[of_axis]; }
  /// The same before rules took out those that they forbid whatever the others are.
  std::uint32_t n_given_values(std::size_t of_axis) const { return tables_.n_given[of_axis]; }
  bool has_experts() const { return tables_.has_experts; }
  index_range all() const { return {0, size()}; }

  digits digits_of(std::uint64_t index) const {
    digits at{};
    for (std::size_t i = n_axes(); i-- != 0;) {
      at[i] = static_cast<std::uint32_t>(index % n_values(i));
      index /= n_values(i);
    }
    return at;
  }
  std::uint64_t index_of(digits const& at) const {
    std::uint64_t index = 0;
    for (std::size_t i = 0; i != n_axes(); ++i) index = index * n_values(i) + at[i];
    return index;
  }

  /// The numbers of a configuration; meaningless where `holds` is false.
  fields<double> values(digits const& at) const {
    fields<double> result;
    for (std::size_t i = 0; i != n_fields; ++i) result.values[i] = *tables_.value(i, at);
    return result;
  }
  /// Whether a combination is a configuration at all.
  bool holds(digits const& at) const { return tables_.holds(at); }

  /// A configuration by index.
  /// \throws std::invalid_argument for an index that is not below `size()`
  shape<double> operator[](std::uint64_t index) const {
    if (index >= size())
      moetric::detail::invalid(("moetric: an index must be below the " + std::to_string(size()) +
                                " configurations of its space, but got " + std::to_string(index))
                                   .c_str());
    return values(digits_of(index)).to_shape(rest().tied);
  }

  /// The values of a field while the last axis runs and the others stay, `n_values(last)` of them; one value where the
  /// field does not depend on the last axis. Zero where a product with the base is not whole.
  std::span<double const> row(field of, digits at) const {
    auto const i = static_cast<std::size_t>(of);
    if (n_axes() == 0) return {tables_.value(i, at), 1};
    at[n_axes() - 1] = 0;
    return {tables_.value(i, at), tables_.runs_with_last_axis(i) ? n_values(n_axes() - 1) : 1};
  }

  /// The whole space as a box.
  box whole() const {
    box all;
    for (std::size_t i = 0; i != n_axes(); ++i) all.last[i] = n_values(i) - 1;
    return all;
  }
  /// Combinations in a box.
  std::uint64_t size_of(box const& b) const {
    std::uint64_t product = 1;
    for (std::size_t i = 0; i != n_axes(); ++i) product *= std::uint64_t{b.last[i]} - b.first[i] + 1;
    return product;
  }
  /// For each field the interval that it lies in.
  fields<interval> hull(box const& b) const {
    fields<interval> result;
    for (std::size_t i = 0; i != n_fields; ++i) result.values[i] = tables_.hull(i, b.first, b.last);
    return result;
  }
  /// A field is this times the values of the axes along which it differs.
  double constant_part(field of) const { return tables_.constant_part(static_cast<std::size_t>(of)); }
  /// False where no combination of a box is a configuration; true says nothing.
  bool may_hold(box const& b) const { return tables_.may_hold(b.first, b.last); }
  /// True where every combination of a box is a configuration; false says nothing.
  bool surely_holds(box const& b) const { return tables_.surely_holds(b.first, b.last); }
  /// The axes along which a field differs, at most two.
  std::span<std::size_t const> axes_of(field of) const { return tables_.axes_of_field[static_cast<std::size_t>(of)]; }
  /// A value of an axis in real numbers; the factor where the axis has a base.
  double axis_value(std::size_t of_axis, std::uint32_t digit) const { return tables_.axis_values[of_axis][digit]; }
  /// Whether a field differs along an axis.
  bool depends(field of, std::size_t on_axis) const { return tables_.depends(static_cast<std::size_t>(of), on_axis); }

  /// The fewest boxes that hold exactly a range of indices, in the order of their indices.
  /// \throws std::invalid_argument for a range that leaves the space
  std::vector<box> boxes_of(index_range range) const;

 private:
  detail::space_tables tables_;
};

inline std::vector<box> space::boxes_of(index_range range) const {
  if (range.last < range.first || range.last > size())
    moetric::detail::invalid(("moetric: a range of indices must rise and end by " + std::to_string(size()) +
                              ", but got " + std::to_string(range.first) + " to " + std::to_string(range.last))
                                 .c_str());
  if (range.size() == 0) return {};
  if (n_axes() == 0) return {box{}};
  digits const from = digits_of(range.first), to = digits_of(range.last - 1);
  std::size_t shared = 0;
  while (shared + 1 < n_axes() && from[shared] == to[shared]) ++shared;
  // Left of the axis `shared` all is fixed; it runs from one end to the other; what is right of it is cut at both ends,
  // where an end does not begin or complete all that is right of an axis.
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
