#pragma once

#include "moetric/zoo/patterns.hpp"

namespace moetric::v0::zoo {

namespace detail {

/// Gemma 3n: a window of 512 in four of five layers; the last layers use the keys and values of earlier ones.
constexpr model gemma_3n(count n_layers, count n_shared, count d_ff) {
  grouped_query_attention<> global{.n_heads = 8, .n_kv_heads = 2, .head_dim = 256, .qk_norm = qk_norm_kind::per_head};
  grouped_query_attention<> local = windowed(global, 512);
  dense_ffn<> const ffn{.d_ff = d_ff};
  stack layers = hybrid({}, exact_div(n_layers - n_shared, 5), {{local, ffn, 4, 4}, {global, ffn, 1, 4}});
  local.key_values = global.key_values = key_value_kind::shared_idle;
  stack::run const near = layers.intern({local, ffn, 4, 4}), far = layers.intern({global, ffn, 1, 4});
  for (count i = 0; i != exact_div(n_shared, 5); i += 1) {
    layers.append(near);
    layers.append(far);
  }
  return {.d_model = 2048,
          .input = {.vocab_size = 262400},
          .layers = layers,
          .output = {.tied = true},
          .side = {.embeddings = {.vocab_size = 262144, .width = 256},
                   .updates = {.n_streams = 4},
                   .low_rank = {.rank = 64}}};
}

}  // namespace detail

/// Gemma-3n-E2B (Google, 2025): 4,456,156,768 parameters, 2,442,890,848 without the embeddings of each layer; the
/// language model alone. Source: config.json of google/gemma-3n-E2B.
inline constexpr model gemma_3n_e2b = detail::gemma_3n(30, 10, 8192);

}  // namespace moetric::v0::zoo
