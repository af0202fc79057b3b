#pragma once

#include "moetric/layers/projection.hpp"

namespace moetric::v0 {

/// An attention of T5's stacks: an encoder layer attends to itself in both directions, a decoder layer to itself
/// causally and to the encoder. Encoder and decoder are taken to see sequences of one length.
///
/// With P = n_heads·head_dim: 4·d·P weights for each attention, no biases; core 4·P FLOPs for each pair.
/// Source: 1910.10683; Switch Transformer, 2101.03961.
template <Arithmetic T = count>
struct encoder_decoder_attention {
  T n_heads = T(0);
  T head_dim = T(0);
  bool decoder = false;

  constexpr T width() const { return n_heads * head_dim; }

  /// A decoder has each matrix twice, once to attend to itself and once to the encoder.
  template <class Visit>
  constexpr void each_matrix(T d_model, Visit visit) const {
    T const attentions = decoder ? T(2) : T(1);
    for (projection const named : {projection::query, projection::key, projection::value})
      visit(layer_matrix<T>{named, d_model, width(), attentions, attentions});
    visit(layer_matrix<T>{projection::output, width(), d_model, attentions, attentions});
  }
  constexpr T core_flops_per_half_pair() const { return 2 * width(); }
  constexpr T cache_elements_per_token() const { return decoder ? 4 * width() : T(0); }

  friend bool operator==(encoder_decoder_attention const&,
                         encoder_decoder_attention const&) requires std::equality_comparable<T>
  = default;
};

}  // namespace moetric::v0
