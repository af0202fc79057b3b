#pragma once

#include "moetric/zoo/patterns.hpp"

namespace moetric::v0::zoo {

namespace detail {

/// Ouro: all layers four times, with four norms each; a gate of d + 1 weights decides on an early exit, which is not
/// counted.
constexpr model ouro(count n_layers) {
  grouped_query_attention<> const attention{.n_heads = 16, .head_dim = 128};
  dense_ffn<> const ffn{.d_ff = 5632};
  return {.d_model = 2048,
          .input = {.vocab_size = 49152},
          .layers = {{attention, ffn, n_layers, 4}, {attention, ffn, 3 * n_layers, 4, 0, layer_use::again}},
          .other_weights = 2049};
}

}  // namespace detail

/// Ouro-1.4B (ByteDance, 2025): 1,434,652,673 parameters, each used four times. Source: config.json of
/// ByteDance/Ouro-1.4B; its total is not published, and follows as that of Ouro-2.6B.
inline constexpr model ouro_1_4b = detail::ouro(24);

/// Ouro-2.6B (ByteDance, 2025): 2,667,974,657 parameters, each used four times. Source: config.json of
/// ByteDance/Ouro-2.6B.
inline constexpr model ouro_2_6b = detail::ouro(48);

}  // namespace moetric::v0::zoo
