#pragma once

#include "moetric/core/arithmetic.hpp"

namespace moetric::v0 {

/// Token embedding, V·d weights (and extra rows of d), and learned positions, P·d. A gather: no FLOPs.
template <Arithmetic T = count>
struct embedding {
  T vocab_size = T(0);
  T learned_positions = T(0);  // 0 with rotary, relative or no positions
  T extra_rows = T(0);         // of tokens that the output head lacks, such as those of images
  bool norm = false;  // one more norm besides the final one: after the embedding (BLOOM), after the encoder (T5)

  /// Weights of the token embedding: V·d, and d for each extra row.
  constexpr T weights(T d_model) const { return (vocab_size + extra_rows) * d_model; }
  /// Weights of the learned positions: P·d.
  constexpr T position_weights(T d_model) const { return learned_positions * d_model; }

  friend bool operator==(embedding const&, embedding const&) requires std::equality_comparable<T>
  = default;
};

/// The output head: every token is multiplied with V·d weights, its own or the embedding's (tied); bias V.
template <Arithmetic T = count>
struct output_head {
  bool tied = false;
  bool bias = false;

  /// Weights that a token is multiplied with: V·d.
  constexpr T multiplied_weights(T d_model, T vocab_size) const { return vocab_size * d_model; }
  /// Weights of its own: V·d, none when tied.
  constexpr T stored_weights(T d_model, T vocab_size) const {
    return tied ? T(0) : multiplied_weights(d_model, vocab_size);
  }
  /// Weights of the bias: V.
  constexpr T bias_weights(T vocab_size) const { return bias ? vocab_size : T(0); }

  friend constexpr bool operator==(output_head const&, output_head const&) = default;
};

}  // namespace moetric::v0
