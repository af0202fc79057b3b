#pragma once

#include "moetric/zoo/patterns.hpp"

namespace moetric::v0::zoo {

namespace detail {

struct trinity_sizes {
  count d_model = 0;
  count n_layers = 0;
  count n_heads = 0;
  count n_kv_heads = 0;
  count d_ff = 0;
  count d_expert = 0;
  count n_experts = 128;
  count top_k = 8;
  count n_dense = 2;
  count window = 2048;
};

/// Dense layers, then experts; gated attention, three of four layers with a window; four norms a layer.
constexpr model trinity(trinity_sizes const& s) {
  grouped_query_attention<> const global{.n_heads = s.n_heads,
                                         .n_kv_heads = s.n_kv_heads,
                                         .head_dim = 128,
                                         .qk_norm = qk_norm_kind::per_head,
                                         .output_gate = output_gate_kind::per_element};
  experts<> const moe{.n_experts = s.n_experts,
                      .top_k = s.top_k,
                      .d_expert = s.d_expert,
                      .n_shared_experts = 1,
                      .correction_bias = true};
  grouped_query_attention<> const local = windowed(global, s.window);
  dense_ffn<> const dense{.d_ff = s.d_ff};
  stack layers;
  stack::run const kinds[2][2] = {{layers.intern({local, dense, 1, 4}), layers.intern({global, dense, 1, 4})},
                                  {layers.intern({local, moe, 1, 4}), layers.intern({global, moe, 1, 4})}};
  for (count i = 0; i != s.n_layers; i += 1) layers.append(kinds[i < s.n_dense ? 0 : 1][remainder(i, 4) == 3 ? 1 : 0]);
  return {.d_model = s.d_model, .input = {.vocab_size = 200192}, .layers = layers};
}

}  // namespace detail

/// Trinity-Nano (Arcee AI, 2025): 6,120,003,328 parameters, 1,023,923,968 active. Source: config.json of
/// arcee-ai/Trinity-Nano-Preview; the exact total is not published.
inline constexpr model trinity_nano =
    detail::trinity({.d_model = 1024, .n_layers = 56, .n_heads = 8, .n_kv_heads = 2, .d_ff = 3072, .d_expert = 256});

/// Trinity-Mini (Arcee AI, 2025): 26,123,974,400 parameters, 3,474,732,800 active. Source: config.json of
/// arcee-ai/Trinity-Mini; the exact total is not published.
inline constexpr model trinity_mini =
    detail::trinity({.d_model = 2048, .n_layers = 32, .n_heads = 32, .n_kv_heads = 4, .d_ff = 6144, .d_expert = 1024});

/// Trinity-Large (Arcee AI, 2026): 398,635,286,016 parameters, 13,371,686,400 active. Source: config.json of
/// arcee-ai/Trinity-Large-Preview; its window of 4096 second-hand.
inline constexpr model trinity_large = detail::trinity({.d_model = 3072,
                                                        .n_layers = 60,
                                                        .n_heads = 48,
                                                        .n_kv_heads = 8,
                                                        .d_ff = 12288,
                                                        .d_expert = 3072,
                                                        .n_experts = 256,
                                                        .top_k = 4,
                                                        .n_dense = 6,
                                                        .window = 4096});

}  // namespace moetric::v0::zoo
