#pragma once

#include <algorithm>
#include <cmath>
#include <utility>

#include "moetric/search/space/axis.hpp"
#include "moetric/search/space/field_source.hpp"

/// The lookup tables of a space: the values of fields and the allowed combinations, by digits.
namespace moetric::v0::search::detail {

/// Below this, integers and the results of formulas are exact in double.
inline constexpr std::uint64_t exact_below = std::uint64_t{1} << 53;
/// Conditions on two axes with more combinations than this are checked one combination at a time.
inline constexpr std::uint64_t largest_table = std::uint64_t{1} << 22;

[[noreturn]] inline void bad_space(std::string const& sentence) {
  moetric::detail::invalid(("moetric: " + sentence).c_str());
}

/// Checks the axes and rules of a space, removes impossible values and builds the tables.
struct space_tables {
  std::vector<axis> axes;
  shape<> rest;
  std::vector<rule> rules;
  std::uint64_t size = 1;
  bool has_experts = false;
  std::array<std::uint32_t, n_fields> n_given{}, n_values{};  // before and after rules removed some
  std::array<field_source, n_fields> sources{};
  std::vector<pair_table> pairs{};
  std::array<std::vector<std::size_t>, n_fields> axes_of_field{};
  std::vector<std::vector<double>> axis_values{};
  std::vector<condition> wide{};  // conditions on three or more axes, or on too many combinations

  [[gnu::cold]] space_tables(std::vector<axis> given_axes, shape<> given_rest, std::vector<rule> given_rules)
      : axes(std::move(given_axes)), rest(given_rest), rules(std::move(given_rules)) {
    require_axes();
    require_rules();
    require_given();
    for (std::size_t i = 0; i != axes.size(); ++i) n_given[i] = static_cast<std::uint32_t>(axes[i].values.size());
    drop_and_tabulate();
    require_positive_fields();
  }
  space_tables(space_tables const&) = delete;  // sources refer to axes
  space_tables& operator=(space_tables const&) = delete;

  double const* value(std::size_t f, digits const& at) const { return sources[f].value(at); }
  interval hull(std::size_t f, digits const& first, digits const& last) const { return sources[f].hull(first, last); }
  double constant_part(std::size_t f) const {
    auto const differs = [this](std::size_t axis) { return axis != field_source::constant && n_values[axis] > 1; };
    field_source const& source = sources[f];
    double const base = differs(source.base_axis) ? 1 : source.base({});
    return differs(source.own_axis) ? base : base * source.own({});
  }
  bool depends(std::size_t f, std::size_t on_axis) const {
    return n_values[on_axis] > 1 && (sources[f].own_axis == on_axis || sources[f].base_axis == on_axis);
  }
  bool runs_with_last_axis(std::size_t f) const { return depends(f, axes.size() - 1); }
  bool holds(digits const& at) const {
    for (pair_table const& each : pairs)
      if (each.count(at, at) == 0) return false;
    return std::all_of(wide.begin(), wide.end(), [&](condition const& each) { return kept(each, at); });
  }
  bool may_hold(digits const& first, digits const& last) const {
    return std::all_of(pairs.begin(), pairs.end(),
                       [&](pair_table const& each) { return each.count(first, last) != 0; }) &&
           std::all_of(wide.begin(), wide.end(), [&](condition const& each) { return possible(each, first, last); });
  }
  /// The axes of the conditions without a table, as a bit mask.
  std::uint32_t axes_without_table() const {
    std::uint32_t mask = 0;
    for (condition const& each : wide)
      for (std::size_t const axis : axes_of(each)) mask |= std::uint32_t{1} << axis;
    return mask;
  }
  bool surely_holds(digits const& first, digits const& last) const {
    if (!wide.empty()) return first == last && holds(first);
    return std::all_of(pairs.begin(), pairs.end(), [&](pair_table const& each) {
      return each.count(first, last) == (last[each.a] - first[each.a] + 1) * (last[each.b] - first[each.b] + 1);
    });
  }

 private:
  static constexpr field always_positive[] = {field::d_model, field::n_heads, field::n_kv_heads, field::head_dim,
                                              field::vocab_size};

  std::size_t axis_of(field f) const {
    for (std::size_t i = 0; i != axes.size(); ++i)
      if (axes[i].field == f) return i;
    return field_source::constant;
  }

  [[gnu::cold]] void require_axes() {
    std::size_t n = 0;
    for (axis const& each : axes) n += each.values.size();
    if (n > most_values_of_space)
      bad_space("the axes of a space must have at most " + std::to_string(most_values_of_space) +
                " values together, but have " + std::to_string(n));
    for (axis const& each : axes) {
      if (each.field == field::n_layers || (each.base && *each.base == field::n_layers))
        bad_axis(each.field, "belong to a field of its own, which n_layers is not");
      if (std::count_if(axes.begin(), axes.end(), [&](axis const& other) { return other.field == each.field; }) != 1)
        bad_axis(each.field, "be given once");
      if (each.values.empty()) bad_axis(each.field, "hold at least one value");
      for (std::size_t i = 0; i != each.values.size(); ++i) {
        ratio const& value = each.values[i];
        if (i != 0 && !(each.values[i - 1] < value))
          bad_axis(each.field,
                   "have increasing values, but " + to_string(value) + " comes after " + to_string(each.values[i - 1]));
        if (!each.base && !value.is_integer())
          bad_axis(each.field, "have whole values where it has no base, but got " + to_string(value));
        if (value.numerator >= exact_below || value.denominator >= exact_below)
          bad_axis(each.field, "have values below 2^53, but got " + to_string(value));
        if (each.base && value.numerator == 0) bad_axis(each.field, "have factors above 0");
      }
      if (each.base) {
        std::size_t const base = axis_of(*each.base);
        if (*each.base == each.field || (base != field_source::constant && axes[base].base))
          bad_axis(each.field,
                   "have a base without a base of its own, which " + std::string(name(*each.base)) + " is not");
      }
    }
    auto const fixed = fields_of(rest);
    for (std::size_t i = 0; i != n_fields; ++i)
      if (fixed.values[i] >= exact_below)
        bad_space(std::string(name(static_cast<field>(i))) + " must be below 2^53, but got " +
                  to_string(fixed.values[i]));
  }

  /// Runs before any rule is checked: a forgotten field would break rules too, with a less helpful sentence.
  [[gnu::cold]] void require_given() const {
    auto const fixed = fields_of(rest);
    for (field const f : always_positive)
      if (axis_of(f) == field_source::constant && fixed[f] == 0)
        bad_space(std::string(name(f)) + " must be positive in every configuration of a space, but is 0");
  }
  [[gnu::cold]] void require_rules() const {
    if (rules.size() > most_rules)
      bad_space("a space must have at most " + std::to_string(most_rules) + " rules, but has " +
                std::to_string(rules.size()));
    for (rule const& each : rules)
      if (!each.other && !compares(each.how) && each.number == 0)
        bad_space("a rule must not divide by 0, but " + to_string(each));
  }

  [[gnu::cold]] void make_sources() {
    auto const fixed = fields_of(rest);
    for (std::size_t i = 0; i != n_fields; ++i) {
      field const f = static_cast<field>(i);
      field_source& source = sources[i] = {};
      std::size_t const own = axis_of(f);
      if (own == field_source::constant) {
        source.bases = {static_cast<std::uint64_t>(fixed[f])};
        continue;
      }
      source.own_axis = own;
      source.factors = axes[own].values;
      if (!axes[own].base) continue;
      std::size_t const base = axis_of(*axes[own].base);
      if (base == field_source::constant) {
        source.bases = {static_cast<std::uint64_t>(fixed[*axes[own].base])};
        continue;
      }
      source.base_axis = base;
      source.bases.clear();
      for (ratio const& each : axes[base].values) source.bases.push_back(static_cast<std::uint64_t>(each.numerator));
    }
    for (std::size_t i = 0; i != axes.size(); ++i) n_values[i] = static_cast<std::uint32_t>(axes[i].values.size());
  }

  /// Products of base and factor; those along the last axis are contiguous.
  [[gnu::cold]] void make_product_tables() {
    for (field_source& source : sources) {
      std::size_t const n_bases = source.bases.size(), n_factors = source.factors.size();
      bool const base_runs = source.base_axis + 1 == axes.size();
      source.base_stride = base_runs ? 1 : n_factors;
      source.own_stride = base_runs ? n_bases : 1;
      source.table.assign(n_bases * n_factors, 0);
      for (std::size_t b = 0; b != n_bases; ++b)
        for (std::size_t f = 0; f != n_factors; ++f) {
          uint128 const product = source.bases[b] * source.factors[f].numerator.bits,
                        divisor = source.factors[f].denominator.bits, quotient = product / divisor;
          if (quotient * divisor == product)
            source.table[b * source.base_stride + f * source.own_stride] = static_cast<double>(quotient);
        }
    }
  }

  /// A field as an integer, also n_layers; empty if it is not a whole number.
  std::optional<std::uint64_t> exact(field f, digits const& at) const {
    if (f != field::n_layers) return sources[static_cast<std::size_t>(f)].exact(at);
    auto const dense = exact(field::n_dense_layers, at), moe = exact(field::n_moe_layers, at);
    if (!dense || !moe) return std::nullopt;
    return *dense + *moe;
  }
  bool kept(condition const& c, digits const& at) const {
    auto const value = exact(c.field, at);
    if (!c.keeps) return value.has_value();
    auto const other =
        c.keeps->other ? exact(*c.keeps->other, at) : std::optional(static_cast<std::uint64_t>(c.keeps->number));
    if (!value || !other) return true;  // another condition reports it
    return (*other != 0 || compares(c.keeps->how)) && keeps(c.keeps->how, *value, *other);
  }
  /// False if no combination between two ends satisfies a condition; true is inconclusive. Fields increase along their
  /// axes, so their ends bound their quotient, which must hold a whole number.
  bool possible(condition const& c, digits const& first, digits const& last) const {
    if (!c.keeps) return true;
    interval const value = hull_of(c.field, first, last);
    interval const other =
        c.keeps->other ? hull_of(*c.keeps->other, first, last) : interval{static_cast<double>(c.keeps->number)};
    auto const divides = [](interval const& by, interval const& of) {
      constexpr double rounding = 1e-12;
      if (by.high == 0) return false;
      if (by.low == 0 || of.low == 0) return true;
      return std::ceil(of.low / by.high * (1 - rounding)) <= of.high / by.low * (1 + rounding);
    };
    switch (c.keeps->how) {
    case tie::at_most: return value.low <= other.high;
    case tie::at_least: return value.high >= other.low;
    case tie::divisible: return divides(other, value);
    case tie::commensurate: return divides(other, value) || divides(value, other);
    }
    return true;
  }
  interval hull_of(field f, digits const& first, digits const& last) const {
    if (f != field::n_layers) return hull(static_cast<std::size_t>(f), first, last);
    interval const dense = hull_of(field::n_dense_layers, first, last), moe = hull_of(field::n_moe_layers, first, last);
    return {dense.low + moe.low, dense.high + moe.high};
  }
  /// The axes on which a condition depends.
  [[gnu::cold]] std::vector<std::size_t> axes_of(condition const& c) const {
    std::vector<std::size_t> found;
    auto const add = [&](auto const& self, field f) -> void {
      if (f == field::n_layers) {
        self(self, field::n_dense_layers);
        self(self, field::n_moe_layers);
        return;
      }
      field_source const& source = sources[static_cast<std::size_t>(f)];
      for (std::size_t const each : {source.base_axis, source.own_axis})
        if (each != field_source::constant && n_values[each] > 1 &&
            std::find(found.begin(), found.end(), each) == found.end())
          found.push_back(each);
    };
    add(add, c.field);
    if (c.keeps && c.keeps->other) add(add, *c.keeps->other);
    return found;
  }

  [[gnu::cold]] std::vector<condition> conditions() const {
    std::vector<condition> all;
    for (axis const& each : axes)
      if (each.base) all.push_back({std::nullopt, each.field});
    if (has_experts) all.push_back({at_most(field::top_k, field::n_experts), field::top_k});
    all.push_back({divisible(field::n_heads, field::n_kv_heads), field::n_heads});
    for (rule const& each : rules) all.push_back({each, each.field});
    return all;
  }

  /// Removes the values of an axis for which `keep` is false.
  /// \returns whether there were any
  template <class Keep>
  [[gnu::cold]] bool drop(std::size_t of_axis, condition const& c, Keep keep) {
    std::vector<ratio> left;
    for (std::uint32_t i = 0; i != n_values[of_axis]; ++i)
      if (keep(i)) left.push_back(axes[of_axis].values[i]);
    if (left.size() == axes[of_axis].values.size()) return false;
    if (left.empty())
      bad_space(c.sentence() + " in every configuration of the space, but none of the " +
                std::to_string(n_values[of_axis]) + " values of axis " + std::string(name(axes[of_axis].field)) +
                " satisfies it");
    axes[of_axis].values = std::move(left);
    return true;
  }

  [[gnu::cold]] bool drop_impossible(condition const& c) {
    std::vector<std::size_t> const on = axes_of(c);
    digits at{};
    if (on.empty() && !kept(c, at))
      bad_space(c.sentence() + " in every configuration of the space, but does so in none");
    if (on.size() == 1)
      return drop(on[0], c, [&](std::uint32_t i) {
        at[on[0]] = i;
        return kept(c, at);
      });
    if (on.size() != 2 || std::uint64_t{n_values[on[0]]} * n_values[on[1]] > largest_table) return false;
    auto const has_partner = [&](std::size_t one, std::size_t other) {
      return [&, one, other](std::uint32_t i) {
        at[one] = i;
        for (at[other] = 0; at[other] != n_values[other]; ++at[other])
          if (kept(c, at)) return true;
        return false;
      };
    };
    bool const first = drop(on[0], c, has_partner(on[0], on[1]));
    return first || drop(on[1], c, has_partner(on[1], on[0]));
  }

  [[gnu::cold]] void drop_and_tabulate() {
    make_sources();
    auto const moe = axis_of(field::n_moe_layers);
    has_experts = moe == field_source::constant ? rest.n_moe_layers != 0 : axes[moe].values.back() != ratio(0);
    std::vector<condition> const all = conditions();
    for (bool changed = true; changed;) {
      changed = false;
      for (condition const& each : all)
        if (drop_impossible(each)) {
          changed = true;
          make_sources();
        }
    }
    require_size();
    for (field_source const& each : sources)
      if (each.bases.size() * each.factors.size() > largest_table && each.base_axis != field_source::constant)
        bad_axis(axes[each.own_axis].field, "have at most 2^22 products with its base");
    make_product_tables();
    for (condition const& each : all) tabulate(each);
    for (std::size_t i = 0; i != n_fields; ++i)
      for (std::size_t a = 0; a != axes.size(); ++a)
        if (depends(i, a)) axes_of_field[i].push_back(a);
    for (axis const& each : axes) {
      std::vector<double>& values = axis_values.emplace_back();
      for (ratio const& value : each.values) values.push_back(static_cast<double>(value));
    }
  }

  [[gnu::cold]] void tabulate(condition const& c) {
    std::vector<std::size_t> on = axes_of(c);
    if (on.size() < 2) return;
    if (on.size() > 2 || std::uint64_t{n_values[on[0]]} * n_values[on[1]] > largest_table) {
      wide.push_back(c);
      return;
    }
    if (on[0] > on[1]) std::swap(on[0], on[1]);
    auto found = std::find_if(pairs.begin(), pairs.end(),
                              [&](pair_table const& each) { return each.a == on[0] && each.b == on[1]; });
    bool const is_new = found == pairs.end();
    std::size_t const width = n_values[on[1]] + std::size_t{1};
    pair_table made{on[0], on[1], width, std::vector<std::uint32_t>((n_values[on[0]] + std::size_t{1}) * width)};
    digits at{};
    for (at[on[0]] = 0; at[on[0]] != n_values[on[0]]; ++at[on[0]])
      for (at[on[1]] = 0; at[on[1]] != n_values[on[1]]; ++at[on[1]]) {
        std::size_t const above = at[on[0]] * width + at[on[1]] + 1, here = above + width;
        bool const allowed = (is_new || found->count(at, at) != 0) && kept(c, at);
        made.sums[here] = made.sums[here - 1] + made.sums[above] - made.sums[above - 1] + (allowed ? 1 : 0);
      }
    if (is_new && made.sums.back() != (made.width - 1) * n_values[on[0]])
      pairs.push_back(std::move(made));
    else if (!is_new)
      *found = std::move(made);
  }

  std::uint64_t least(field f) const {
    field_source const& source = sources[static_cast<std::size_t>(f)];
    // Only whether this is 0 matters.
    return source.bases.front() * static_cast<std::uint64_t>(source.factors.front().numerator);
  }
  [[gnu::cold]] void require_positive(field f, std::string_view why) const {
    if (least(f) == 0)
      bad_space(std::string(name(f)) + " must be positive in every configuration of a space" + std::string(why) +
                ", but is 0");
  }
  [[gnu::cold]] void require_positive_fields() const {
    for (field const f : always_positive) require_positive(f, "");
    if (has_experts)
      for (field const f : {field::n_moe_layers, field::d_expert, field::n_experts, field::top_k})
        require_positive(f, " with experts");
    else
      require_positive(field::n_dense_layers, " without experts");
    field_source const& dense = sources[static_cast<std::size_t>(field::n_dense_layers)];
    if (dense.bases.back() != 0 && dense.factors.back().numerator != 0)
      require_positive(field::d_ff, " with dense layers");
  }
  [[gnu::cold]] void require_size() {
    count product = 1;
    for (axis const& each : axes) {
      if (multiply_overflows(product, each.values.size()))
        bad_space("a space must hold at most 2^64 - 1 configurations, but has more than 2^128");
      product = product * count(each.values.size());
    }
    if (product > count(~std::uint64_t{0}))
      bad_space("a space must hold at most 18446744073709551615 configurations, but has " + to_string(product));
    size = static_cast<std::uint64_t>(product);
  }
};

}  // namespace moetric::v0::search::detail
