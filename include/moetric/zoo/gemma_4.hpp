#pragma once

#include "moetric/zoo/patterns.hpp"

namespace moetric::v0::zoo {

namespace detail {

struct gemma_4_sizes {
  count d_model = 0;
  count n_layers = 0;
  count n_heads = 0;
  count n_local_kv_heads = 0;
  count n_global_kv_heads = 0;
  feed_forward ffn{};
  count norms_per_layer = 0;
};

/// Gemma 4: five of six layers with a window of 1024, the others with wider heads whose keys are the values; one scale
/// a layer.
constexpr model gemma_4(gemma_4_sizes const& s) {
  grouped_query_attention<> const local{.n_heads = s.n_heads,
                                        .n_kv_heads = s.n_local_kv_heads,
                                        .head_dim = 256,
                                        .window = 1024,
                                        .qk_norm = qk_norm_kind::per_head};
  grouped_query_attention<> const global{.n_heads = s.n_heads,
                                         .n_kv_heads = s.n_global_kv_heads,
                                         .head_dim = 512,
                                         .qk_norm = qk_norm_kind::per_head,
                                         .key_values = key_value_kind::key_is_value};
  return {.d_model = s.d_model,
          .input = {.vocab_size = 262144},
          .layers = hybrid({}, exact_div(s.n_layers, 6),
                           {{local, s.ffn, 5, s.norms_per_layer, 1}, {global, s.ffn, 1, s.norms_per_layer, 1}}),
          .output = {.tied = true}};
}

/// Gemma 4 E2B: one key-value head; layers 0 to 14 have keys and values of their own, the others share them and have
/// feed-forwards of twice the width; four of five with a window of 512; embeddings of each layer.
constexpr model gemma_4_e2b() {
  grouped_query_attention<> local{
      .n_heads = 8, .n_kv_heads = 1, .head_dim = 256, .window = 512, .qk_norm = qk_norm_kind::per_head};
  grouped_query_attention<> global{.n_heads = 8, .n_kv_heads = 1, .head_dim = 512, .qk_norm = qk_norm_kind::per_head};
  dense_ffn<> const ffn{.d_ff = 6144}, wide{.d_ff = 12288};
  stack layers = hybrid({}, 3, {{local, ffn, 4, 4, 1}, {global, ffn, 1, 4, 1}});
  local.key_values = global.key_values = key_value_kind::shared;
  stack::run const near = layers.intern({local, wide, 4, 4, 1}), far = layers.intern({global, wide, 1, 4, 1});
  for (int i = 0; i != 4; ++i) {
    layers.append(near);
    layers.append(far);
  }
  return {.d_model = 1536,
          .input = {.vocab_size = 262144},
          .layers = layers,
          .output = {.tied = true},
          .side = {.embeddings = {.vocab_size = 262144, .width = 256}}};
}

}  // namespace detail

/// Gemma-4-E2B (Google, 2026): 4,628,569,379 parameters, 2,279,759,139 without the embeddings of each layer; the
/// language model alone. Source: config.json of google/gemma-4-E2B.
inline constexpr model gemma_4_e2b = detail::gemma_4_e2b();

/// Gemma-4-26B-A4B (Google, 2026): 25,233,141,790 parameters, 3,822,530,590 active; the language model alone. Source:
/// config.json of google/gemma-4-26B-A4B.
inline constexpr model gemma_4_26b_a4b = detail::gemma_4(
    {.d_model = 2816,
     .n_layers = 30,
     .n_heads = 16,
     .n_local_kv_heads = 8,
     .n_global_kv_heads = 2,
     .ffn = experts<>{.n_experts = 128, .top_k = 8, .d_expert = 704, .d_residual = 2112, .other_weights = 2944},
     .norms_per_layer = 7});

/// Gemma-4-31B (Google, 2026): 30,697,345,340 parameters; the language model alone. Source: config.json of
/// google/gemma-4-31B, its window second-hand (two projects that serve and tune the model); the exact total is not
/// published.
inline constexpr model gemma_4_31b = detail::gemma_4({.d_model = 5376,
                                                      .n_layers = 60,
                                                      .n_heads = 32,
                                                      .n_local_kv_heads = 16,
                                                      .n_global_kv_heads = 4,
                                                      .ffn = dense_ffn<>{.d_ff = 21504},
                                                      .norms_per_layer = 4});

}  // namespace moetric::v0::zoo
