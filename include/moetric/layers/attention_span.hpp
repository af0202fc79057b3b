#pragma once

#include <type_traits>

#include "moetric/core/arithmetic.hpp"

namespace moetric::v0 {

/// The keys that a causal query is charged for: half of the square, exactly its predecessors and itself, or all.
enum class causal_rule { half, exact, full };

/// The window of an attention without one, 2^30. No sequence may be longer (every account checks it), so
/// min(window, s) = s. A power of two, so `float` represents it exactly.
inline constexpr int unlimited_window = 1 << 30;

/// What a window W means: the last W keys, or the keys of the query's own chunk of W tokens.
enum class window_kind { sliding, chunked };

/// The sequence that FLOPs are counted for: its length in tokens and how causal attention is charged.
template <Arithmetic T = count>
struct sequence {
  T length = T(0);
  causal_rule causal = causal_rule::half;
};

/// Twice the query-key pairs of one sequence of length s under a sliding window W, with w = min(W, s):
///   half   2·s·w − w²            (s² without a window)
///   exact  w(w+1) + 2(s−w)w      (s(s+1) without a window)
///   full   2·s·w                 (2s² without a window)
/// Twice, because formulas do not divide. Units: pairs per sequence.
/// Source: the closed forms that published tools use; see account/conventions.hpp.
template <Arithmetic T>
constexpr T twice_pairs(causal_rule rule, T sequence_length, T window) {
  T const& s = sequence_length;
  T const w = detail::least(window, s);
  switch (rule) {
  case causal_rule::half: return 2 * s * w - w * w;
  case causal_rule::exact: return w * (w + 1) + 2 * (s - w) * w;
  case causal_rule::full: break;
  }
  return 2 * s * w;
}

/// Twice the pairs in chunks of C tokens: the sum over the whole chunks and the remainder of the sequence. Only for
/// `count`: the number of chunks is a division.
constexpr count twice_pairs_in_chunks(causal_rule rule, count sequence_length, count chunk) {
  count const rest = remainder(sequence_length, chunk);
  return floor_div(sequence_length, chunk) * twice_pairs(rule, chunk, chunk) + twice_pairs(rule, rest, rest);
}

/// Twice the pairs of a sequence within a window, sliding or chunked; without a window by default.
/// \throws std::invalid_argument for a chunked window in a number type other than `count`
template <Arithmetic T>
constexpr T twice_pairs(sequence<T> const& tokens, std::type_identity_t<T> window = T(unlimited_window),
                        window_kind kind = window_kind::sliding) {
  if (kind == window_kind::chunked) {
    if constexpr (std::same_as<T, count>)
      return twice_pairs_in_chunks(tokens.causal, tokens.length, window);
    else
      detail::invalid("moetric: chunked windows must be counted in `count`");
  }
  return twice_pairs(tokens.causal, tokens.length, window);
}

/// Twice the pairs of an attention whose queries see every key: 2s².
template <Arithmetic T>
constexpr T twice_all_pairs(sequence<T> const& tokens) {
  return 2 * tokens.length * tokens.length;
}

}  // namespace moetric::v0
