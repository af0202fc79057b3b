#pragma once

#include <cmath>

#include "moetric/version.hpp"

/// Bisection: the crossing of a predicate that changes once between two ends.
namespace moetric::v0 {

/// Two ends between which a predicate changes. `holds` may be the larger one.
struct bracket {
  double holds;  // the end at which the predicate is true
  double fails;  // the end at which it is false
};

/// Middles of two numbers. They differ in the last bits, so each caller names its own: results that were published must
/// not change.
namespace middle {

/// (a + b) / 2
inline constexpr auto half_sum = [](double a, double b) { return (a + b) / 2; };
/// a + (b - a) / 2, which does not overflow
inline constexpr auto half_way = [](double a, double b) { return a + (b - a) / 2; };
/// sqrt(a b), of positive numbers that span decades
inline constexpr auto geometric = [](double a, double b) { return std::sqrt(a * b); };

}  // namespace middle

/// Halves `ends` until no double lies between them, or `most_steps` times. The ends themselves are not evaluated.
/// \param is_so true on the side of `holds`, false on the side of `fails`
template <class Predicate, class Middle>
constexpr bracket bisect(bracket ends, Predicate const& is_so, Middle const& middle_of, int most_steps = 200) {
  for (int step = 0; step != most_steps; ++step) {
    double const at = middle_of(ends.holds, ends.fails);
    if (at == ends.holds || at == ends.fails) break;
    (is_so(at) ? ends.holds : ends.fails) = at;
  }
  return ends;
}

/// The first integer in [first, end) for which `is_so` is true, `end` if there is none. Once true, the predicate must
/// stay true.
template <class Integer, class Predicate>
constexpr Integer first_where(Integer first, Integer end, Predicate const& is_so) {
  while (first != end) {
    Integer const at = first + (end - first) / 2;
    if (is_so(at))
      end = at;
    else
      first = at + 1;
  }
  return first;
}

}  // namespace moetric::v0
