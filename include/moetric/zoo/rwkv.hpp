#pragma once

#include "moetric/zoo/patterns.hpp"

namespace moetric::v0::zoo {

namespace detail {

inline constexpr rwkv_7<> rwkv_7_1_5b_mixing{
    .n_heads = 32, .decay_rank = 96, .rate_rank = 96, .gate_rank = 256, .value_rank = 64};

constexpr model rwkv_7_model(count d_model, count n_layers, count d_ff, rwkv_7<> const& mixing) {
  rwkv_7<> first = mixing;
  first.value_mix = false;
  dense_ffn<> const ffn{.d_ff = d_ff, .kind = ffn_kind::plain};
  return {.d_model = d_model,
          .input = {.vocab_size = 65536, .norm = true},
          .layers = {{first, ffn, 1, 2, d_model}, {mixing, ffn, n_layers - 1, 2, d_model}},
          .norm = norm_kind::layer_norm};
}

}  // namespace detail

/// RWKV-7 1.5B (the RWKV project, 2025): 1,527,404,544 parameters. Source: config.json of fla-hub/rwkv7-1.5B-world.
inline constexpr model rwkv_7_1_5b = detail::rwkv_7_model(2048, 24, 8192, detail::rwkv_7_1_5b_mixing);

}  // namespace moetric::v0::zoo
