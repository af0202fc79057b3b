#pragma once

#include "moetric/account/convention_flops.hpp"
#include "moetric/core/fixed_list.hpp"

namespace moetric::v0 {

/// A signed difference of two counts; at most one of the two members is not 0.
struct surplus {
  count more = 0;  // a − b where a is larger
  count less = 0;  // b − a where b is larger

  /// a − b.
  static constexpr surplus of(count a, count b) { return a < b ? surplus{0, b - a} : surplus{a - b, 0}; }

  /// The sum of two signed differences.
  constexpr surplus operator+(surplus const& other) const { return of(more + other.more, less + other.less); }
  friend constexpr bool operator==(surplus const&, surplus const&) = default;
};

/// "+1200", "-7" or "0"
inline std::string to_string(surplus const& by) {
  if (by.less != 0) return "-" + to_string(by.less);
  return (by.more == 0 ? "" : "+") + to_string(by.more);
}

/// Prints the sign and decimal digits.
template <class Traits>
std::basic_ostream<char, Traits>& operator<<(std::basic_ostream<char, Traits>& out, surplus const& by) {
  return out << to_string(by);
}

/// The difference between two counts of one sequence, term by term.
struct difference {
  surplus by_term[n_terms];
  count sequence_length = 1;

  /// The difference of one term.
  constexpr surplus const& operator[](term t) const { return by_term[static_cast<std::size_t>(t)]; }
  /// The terms that differ.
  constexpr fixed_list<term, n_terms> terms() const {
    fixed_list<term, n_terms> differing;
    for (std::size_t i = 0; i != n_terms; ++i)
      if (by_term[i] != surplus{}) differing.push_back(static_cast<term>(i), "");
    return differing;
  }
  /// The difference of the totals.
  constexpr surplus per_sequence() const {
    surplus sum;
    for (surplus const& each : by_term) sum = sum + each;
    return sum;
  }
};

/// Why two counts of one sequence differ: a − b, term by term. The terms add up to the difference of the totals
/// exactly.
/// \throws std::invalid_argument for counts of sequences of different lengths
constexpr difference explain_difference(flops const& a, flops const& b) {
  if (a.sequence_length != b.sequence_length)
    detail::invalid("moetric: sequence_length must be the same in both counts of a difference");
  difference result;
  for (std::size_t i = 0; i != n_terms; ++i)
    result.by_term[i] = surplus::of(a.by_term.amounts[i], b.by_term.amounts[i]);
  result.sequence_length = a.sequence_length;
  return result;
}

/// Why two conventions differ in the training FLOPs of one sequence.
/// \throws std::invalid_argument as `training_flops`
constexpr difference explain_difference(model const& m, count sequence_length, convention const& a, convention const& b,
                                        counting_options const& options = {}) {
  return explain_difference(training_flops(m, sequence_length, a, options),
                            training_flops(m, sequence_length, b, options));
}

}  // namespace moetric::v0
