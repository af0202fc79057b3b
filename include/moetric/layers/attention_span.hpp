#pragma once

#include "moetric/core/arithmetic.hpp"

namespace moetric::inline v0 {

/// How many keys a causal query is charged with: half of the square, exactly its predecessors and itself, or all.
enum class causal_rule { half, exact, full };

/// The window of attention that has none, 2^30. No sequence is longer (a rule of every account), so min(window, s) = s.
/// A power of two, so that float holds it exactly.
inline constexpr int unlimited_window = 1 << 30;

/// Twice the query-key pairs of one sequence of length s under a window W, with w = min(W, s):
///   half   2·s·w − w²            (s² without a window)
///   exact  w(w+1) + 2(s−w)w      (s(s+1) without a window)
///   full   2·s·w                 (2s² without a window)
/// Twice, because formulas do not divide. Units: pairs per sequence.
/// Source: the closed forms that published tools use; see account/conventions.hpp.
template <Arithmetic T>
constexpr T twice_pairs(causal_rule rule, T sequence_length, T window) {
  T const s = sequence_length;
  T const w = detail::least(window, s);
  switch (rule) {
    case causal_rule::half: return 2 * s * w - w * w;
    case causal_rule::exact: return w * (w + 1) + 2 * (s - w) * w;
    case causal_rule::full: break;
  }
  return 2 * s * w;
}

}  // namespace moetric::inline v0
