#pragma once

#include "moetric/core/arithmetic.hpp"

namespace moetric::v0 {

/// How many keys a causal query is charged with: half of the square, exactly its predecessors and itself, or all.
enum class causal_rule { half, exact, full };

/// The window of attention that has none, 2^30. No sequence is longer (a rule of every account), so min(window, s) = s.
/// A power of two, so that float holds it exactly.
inline constexpr int unlimited_window = 1 << 30;

/// What a window W means: the last W keys, or the keys of the query's own chunk of W tokens.
enum class window_kind { sliding, chunked };

/// Twice the query-key pairs of one sequence of length s under a sliding window W, with w = min(W, s):
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

/// The same in chunks of C tokens: the sum over the whole chunks and the rest of the sequence, each by itself. Only
/// for `count`: the number of chunks is a division.
constexpr count twice_pairs_in_chunks(causal_rule rule, count sequence_length, count chunk) {
  count const rest = remainder(sequence_length, chunk);
  return floor_div(sequence_length, chunk) * twice_pairs(rule, chunk, chunk) + twice_pairs(rule, rest, rest);
}

}  // namespace moetric::v0
