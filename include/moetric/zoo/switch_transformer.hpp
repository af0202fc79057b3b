#pragma once

#include "moetric/zoo/patterns.hpp"

namespace moetric::v0::zoo {

namespace detail {

inline constexpr encoder_decoder_attention<> switch_base_encoder{.n_heads = 12, .head_dim = 64};
inline constexpr encoder_decoder_attention<> switch_base_decoder{.n_heads = 12, .head_dim = 64, .decoder = true};
inline constexpr dense_ffn<> switch_base_dense{.d_ff = 3072, .kind = ffn_kind::plain};
inline constexpr experts<> switch_base_8_experts{.n_experts = 8, .top_k = 1, .d_expert = 3072, .kind = ffn_kind::plain};

constexpr stack switch_base_8_layers() {
  stack layers =
      hybrid({}, 6, {{switch_base_encoder, switch_base_dense}, {switch_base_encoder, switch_base_8_experts}});
  for (int i = 0; i != 6; ++i) {
    layers.append({switch_base_decoder, switch_base_dense, 1, 3});
    layers.append({switch_base_decoder, switch_base_8_experts, 1, 3});
  }
  return layers;
}

}  // namespace detail

/// Switch-Base-8 (Google, 2021): 619,339,008 parameters, 222,977,280 active; encoder and decoder; other weights are the
/// tables of relative positions. Source: config.json of google/switch-base-8; the exact total is not published.
inline constexpr model switch_base_8{.d_model = 768,
                                     .input = {.vocab_size = 32128, .norm = true},
                                     .layers = detail::switch_base_8_layers(),
                                     .output = {.tied = true},
                                     .other_weights = 768};

}  // namespace moetric::v0::zoo
