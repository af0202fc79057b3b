#pragma once

#include "moetric/zoo/patterns.hpp"

namespace moetric::v0::zoo {

namespace detail {

/// Layers with a window, and after `period` - 1 of them one without: Gemma 2 and later, which norm before and after
/// each sublayer.
constexpr model gemma(dense_sizes const& s, qk_norm_kind qk_norm, count window, count period) {
  grouped_query_attention<> attention = attention_of(s);
  attention.qk_norm = qk_norm;
  group const global{attention, dense_ffn<>{.d_ff = s.d_ff}, 1, 4};
  group const local{windowed(attention, window), global.ffn, period - 1, 4};
  model m = without_layers(s);
  m.layers = hybrid({}, floor_div(s.n_layers, period), {local, global});
  if (count const rest = remainder(s.n_layers, period); rest != 0) m.layers.append({local.mix, local.ffn, rest, 4});
  return m;
}
/// Gemma 2: every other layer with a window of 4096.
constexpr model gemma_2(dense_sizes const& s) {
  return gemma(s, qk_norm_kind::none, 4096, 2);
}
/// Gemma 3: five of six layers with a window.
constexpr model gemma_3(dense_sizes const& s, count window) {
  return gemma(s, qk_norm_kind::per_head, window, 6);
}

}  // namespace detail

/// Gemma-2B (Google, 2024): 2,506,172,416 parameters. Source: config.json of google/gemma-2b.
inline constexpr model gemma_2b = detail::llama_like({.d_model = 2048,
                                                      .vocab_size = 256000,
                                                      .n_layers = 18,
                                                      .n_heads = 8,
                                                      .n_kv_heads = 1,
                                                      .head_dim = 256,
                                                      .d_ff = 16384,
                                                      .tied = true});

/// Gemma-7B (Google, 2024): 8,537,680,896 parameters. Source: config.json of google/gemma-7b.
inline constexpr model gemma_7b = detail::llama_like({.d_model = 3072,
                                                      .vocab_size = 256000,
                                                      .n_layers = 28,
                                                      .n_heads = 16,
                                                      .head_dim = 256,
                                                      .d_ff = 24576,
                                                      .tied = true});

/// Gemma-2-2B (Google, 2024): 2,614,341,888 parameters. Source: config.json of google/gemma-2-2b.
inline constexpr model gemma_2_2b = detail::gemma_2({.d_model = 2304,
                                                     .vocab_size = 256000,
                                                     .n_layers = 26,
                                                     .n_heads = 8,
                                                     .n_kv_heads = 4,
                                                     .head_dim = 256,
                                                     .d_ff = 9216,
                                                     .tied = true});

/// Gemma-2-9B (Google, 2024): 9,241,705,984 parameters. Source: config.json of google/gemma-2-9b.
inline constexpr model gemma_2_9b = detail::gemma_2({.d_model = 3584,
                                                     .vocab_size = 256000,
                                                     .n_layers = 42,
                                                     .n_heads = 16,
                                                     .n_kv_heads = 8,
                                                     .head_dim = 256,
                                                     .d_ff = 14336,
                                                     .tied = true});

/// Gemma-2-27B (Google, 2024): 27,227,128,320 parameters. Source: config.json of google/gemma-2-27b.
inline constexpr model gemma_2_27b = detail::gemma_2({.d_model = 4608,
                                                      .vocab_size = 256000,
                                                      .n_layers = 46,
                                                      .n_heads = 32,
                                                      .n_kv_heads = 16,
                                                      .head_dim = 128,
                                                      .d_ff = 36864,
                                                      .tied = true});

/// Gemma-3-270M (Google, 2025): 268,098,176 parameters. Source: config.json of google/gemma-3-270m.
inline constexpr model gemma_3_270m = detail::gemma_3({.d_model = 640,
                                                       .vocab_size = 262144,
                                                       .n_layers = 18,
                                                       .n_heads = 4,
                                                       .n_kv_heads = 1,
                                                       .head_dim = 256,
                                                       .d_ff = 2048,
                                                       .tied = true},
                                                      512);

/// Gemma-3-1B (Google, 2025): 999,885,952 parameters. Source: config.json of google/gemma-3-1b-pt.
inline constexpr model gemma_3_1b = detail::gemma_3({.d_model = 1152,
                                                     .vocab_size = 262144,
                                                     .n_layers = 26,
                                                     .n_heads = 4,
                                                     .n_kv_heads = 1,
                                                     .head_dim = 256,
                                                     .d_ff = 6912,
                                                     .tied = true},
                                                    512);

/// Gemma-3-4B (Google, 2025): 3,880,263,168 parameters; the language model alone. Source: config.json of
/// google/gemma-3-4b-pt.
inline constexpr model gemma_3_4b = detail::gemma_3({.d_model = 2560,
                                                     .vocab_size = 262208,
                                                     .n_layers = 34,
                                                     .n_heads = 8,
                                                     .n_kv_heads = 4,
                                                     .head_dim = 256,
                                                     .d_ff = 10240,
                                                     .tied = true},
                                                    1024);

/// Gemma-3-12B (Google, 2025): 11,766,034,176 parameters; the language model alone. Source: config.json of
/// google/gemma-3-12b-pt.
inline constexpr model gemma_3_12b = detail::gemma_3({.d_model = 3840,
                                                      .vocab_size = 262208,
                                                      .n_layers = 48,
                                                      .n_heads = 16,
                                                      .n_kv_heads = 8,
                                                      .head_dim = 256,
                                                      .d_ff = 15360,
                                                      .tied = true},
                                                     1024);

/// Gemma-3-27B (Google, 2025): 27,009,346,304 parameters; the language model alone. Source: config.json of
/// google/gemma-3-27b-pt.
inline constexpr model gemma_3_27b = detail::gemma_3({.d_model = 5376,
                                                      .vocab_size = 262208,
                                                      .n_layers = 62,
                                                      .n_heads = 32,
                                                      .n_kv_heads = 16,
                                                      .head_dim = 128,
                                                      .d_ff = 21504,
                                                      .tied = true},
                                                     1024);

}  // namespace moetric::v0::zoo
