#pragma once

#include "moetric/zoo/patterns.hpp"

namespace moetric::v0::zoo {

namespace detail {

/// Short convolutions and every few layers attention, by the places of the attention layers.
constexpr stack lfm2_layers() {
  dense_ffn<> const ffn{.d_ff = 8192};
  group const convolution{short_convolution<>{.width = 2048}, ffn};
  group const attention{
      grouped_query_attention<>{.n_heads = 32, .n_kv_heads = 8, .head_dim = 64, .qk_norm = qk_norm_kind::per_head},
      ffn};
  stack layers;
  for (int i = 0; i != 16; ++i) {
    bool const attends = i == 2 || i == 5 || i == 8 || i == 10 || i == 12 || i == 14;
    layers.append(attends ? attention : convolution);
  }
  return layers;
}

}  // namespace detail

/// LFM2-1.2B (Liquid AI, 2025): 1,170,340,608 parameters. Source: config.json of LiquidAI/LFM2-1.2B, whose
/// intermediate size of 12288 its modelling code reduces to 8192.
inline constexpr model lfm2_1_2b{
    .d_model = 2048, .input = {.vocab_size = 65536}, .layers = detail::lfm2_layers(), .output = {.tied = true}};

}  // namespace moetric::v0::zoo
