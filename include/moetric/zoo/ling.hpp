#pragma once

#include "moetric/zoo/patterns.hpp"

namespace moetric::v0::zoo {

namespace detail {

struct ling_sizes {
  count d_model = 0;
  count n_layers = 0;
  count n_dense = 1;
  count n_heads = 0;
  count n_kv_heads = 4;
  count d_ff = 0;
  count d_expert = 0;
};

/// Ling 2.0: 256 experts in 8 groups, of which a token uses 8 and a shared one.
constexpr model ling_2(ling_sizes const& s) {
  grouped_query_attention<> const attention{
      .n_heads = s.n_heads, .n_kv_heads = s.n_kv_heads, .head_dim = 128, .qk_norm = qk_norm_kind::per_head};
  return {.d_model = s.d_model,
          .input = {.vocab_size = 157184},
          .layers = {{attention, dense_ffn<>{.d_ff = s.d_ff}, s.n_dense},
                     {attention,
                      experts<>{.n_experts = 256,
                                .top_k = 8,
                                .d_expert = s.d_expert,
                                .n_shared_experts = 1,
                                .correction_bias = true,
                                .n_group = 8,
                                .topk_group = 4},
                      s.n_layers - s.n_dense}}};
}

}  // namespace detail

/// Ling-mini-2.0 (Ant Group, 2025): 16,255,643,392 parameters, 1,432,973,056 active. Source: config.json of
/// inclusionAI/Ling-mini-2.0.
inline constexpr model ling_mini_2_0 =
    detail::ling_2({.d_model = 2048, .n_layers = 20, .n_heads = 16, .d_ff = 5120, .d_expert = 512});

/// Ling-flash-2.0 (Ant Group, 2025): 102,889,705,216 parameters, 6,152,277,760 active. Source: config.json of
/// inclusionAI/Ling-flash-2.0.
inline constexpr model ling_flash_2_0 =
    detail::ling_2({.d_model = 4096, .n_layers = 32, .n_heads = 32, .d_ff = 9216, .d_expert = 1024});

/// Ling-1T (Ant Group, 2025): 999,705,328,640 parameters, 51,054,427,136 active. Source: config.json of
/// inclusionAI/Ling-1T.
inline constexpr model ling_1t = detail::ling_2(
    {.d_model = 8192, .n_layers = 80, .n_dense = 4, .n_heads = 64, .n_kv_heads = 8, .d_ff = 18432, .d_expert = 2048});

}  // namespace moetric::v0::zoo
