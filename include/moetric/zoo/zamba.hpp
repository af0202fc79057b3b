#pragma once

#include "moetric/zoo/patterns.hpp"

namespace moetric::v0::zoo {

namespace detail {

/// Zamba2: Mamba-2 layers, before some of which a shared block of attention and feed-forward reads the hidden state
/// beside the embedding. Each of its uses has adapters of its own.
constexpr model zamba_2_1_2b() {
  mamba_2<> const mamba{.n_heads = 64, .head_dim = 64, .state_size = 128};
  group const alone{mamba, {}, 5, 1};
  group const after_block{mamba, shared_block_adapter<>{.rank = 128, .d_ff = 8192, .attention = true}, 1, 1};
  group block{grouped_query_attention<>{.n_heads = 32, .head_dim = 128, .with_embedding = true},
              dense_ffn<>{.d_ff = 8192}, 1, 3};
  stack layers{alone, block, after_block};
  block.use = layer_use::again;
  for (int i = 0; i != 5; ++i)
    for (group const& each : {alone, block, after_block}) layers.append(each);
  layers.append({mamba, {}, 2, 1});
  return {.d_model = 2048, .input = {.vocab_size = 32000}, .layers = layers, .output = {.tied = true}};
}

}  // namespace detail

/// Zamba2-1.2B (Zyphra, 2024): 1,215,064,704 parameters; one block is used six times. Source: config.json of
/// Zyphra/Zamba2-1.2B.
inline constexpr model zamba_2_1_2b = detail::zamba_2_1_2b();

}  // namespace moetric::v0::zoo
