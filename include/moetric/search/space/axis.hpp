#pragma once

#include <string>
#include <vector>

#include "moetric/core/ratio.hpp"
#include "moetric/search/space/field.hpp"

namespace moetric::v0::search {

/// The values that one field of a shape may take, in increasing order. With a `base` they are factors of that field's
/// value: 1/8 for d_expert = d_model / 8, 3 for d_ff = 3·d_model. Combinations whose product is not a whole number are
/// excluded.
struct axis {
  search::field field;
  std::optional<search::field> base{};
  std::vector<ratio> values{};

  friend bool operator==(axis const&, axis const&) = default;
};

namespace detail {

/// A longer axis is taken for a mistake in the unit.
inline constexpr int most_values = 1 << 20;
/// All axes of a space together: a tenth of a gigabyte.
inline constexpr std::size_t most_values_of_space = 1 << 22;
inline constexpr std::size_t most_rules = 100;

[[noreturn]] inline void bad_axis(field f, std::string const& rule) {
  moetric::detail::invalid(("moetric: axis " + std::string(name(f)) + " must " + rule).c_str());
}

}  // namespace detail

/// An axis of exactly these values, which must increase.
[[gnu::cold]] inline axis one_of(field f, std::vector<count> const& values) {
  axis result{f};
  for (count const each : values) result.values.emplace_back(each);
  return result;
}

/// from, from + step, from + 2·step ... up to at most `to`.
/// \throws std::invalid_argument for a step of 0, for to < from, and for more than 2^20 values
[[gnu::cold]] inline axis stepped(field f, count from, count to, count step = 1) {
  if (step == 0) detail::bad_axis(f, "have a positive step, but got 0");
  if (to < from) detail::bad_axis(f, "increase, but goes from " + to_string(from) + " to " + to_string(to));
  if (floor_div(to - from, step) >= detail::most_values)
    detail::bad_axis(f, "have at most 1048576 values, but got " + to_string(floor_div(to - from, step) + 1));
  axis result{f};
  for (count each = from; each <= to; each += step) result.values.emplace_back(each);
  return result;
}

/// from, 2·from, 4·from ... up to at most `to`.
/// \throws std::invalid_argument for a start of 0 and for to < from
[[gnu::cold]] inline axis doubling(field f, count from, count to) {
  if (from == 0) detail::bad_axis(f, "start above 0 to be doubled");
  if (to < from) detail::bad_axis(f, "increase, but goes from " + to_string(from) + " to " + to_string(to));
  axis result{f};
  for (count each = from; each <= to; each = each * 2) result.values.emplace_back(each);
  return result;
}

/// These multiples of another field: times(field::d_expert, field::d_model, {{1, 8}, {1, 4}}).
[[gnu::cold]] inline axis times(field f, field base, std::vector<ratio> const& factors) {
  return {f, base, factors};
}

}  // namespace moetric::v0::search
