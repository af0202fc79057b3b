#pragma once

#include "moetric/zoo/patterns.hpp"

namespace moetric::v0::zoo {

namespace detail {

struct qwen3_hybrid_sizes {
  count d_model = 0;
  count vocab_size = 0;
  count n_layers = 0;
  count n_heads = 0;
  count n_kv_heads = 0;
  count n_value_heads = 0;
  feed_forward ffn{};
};

/// Qwen3-Next and Qwen3.5: three layers of gated DeltaNet, then one of gated attention; one multi-token-prediction
/// module.
constexpr model qwen3_hybrid(qwen3_hybrid_sizes const& s) {
  grouped_query_attention<> const attention{.n_heads = s.n_heads,
                                            .n_kv_heads = s.n_kv_heads,
                                            .head_dim = 256,
                                            .qk_norm = qk_norm_kind::per_head,
                                            .output_gate = output_gate_kind::per_element};
  gated_delta_net<> const linear{
      .n_key_heads = 16, .n_value_heads = s.n_value_heads, .key_head_dim = 128, .value_head_dim = 128};
  return {.d_model = s.d_model,
          .input = {.vocab_size = s.vocab_size},
          .layers = hybrid({}, exact_div(s.n_layers, 4), {{linear, s.ffn, 3}, {attention, s.ffn, 1}}),
          .mtp = {.modules = 1, .block = {attention, s.ffn}}};
}
constexpr experts<> qwen3_hybrid_experts(count n_experts, count top_k) {
  return {.n_experts = n_experts, .top_k = top_k, .d_expert = 512, .n_shared_experts = 1, .shared_gate = true};
}

}  // namespace detail

/// Qwen3-Next-80B-A3B (Alibaba, 2025): 79,674,391,296 parameters, 3,874,929,408 active, and one multi-token-prediction
/// module. Source: config.json of Qwen/Qwen3-Next-80B-A3B-Instruct.
inline constexpr model qwen3_next_80b_a3b = detail::qwen3_hybrid({.d_model = 2048,
                                                                  .vocab_size = 151936,
                                                                  .n_layers = 48,
                                                                  .n_heads = 16,
                                                                  .n_kv_heads = 2,
                                                                  .n_value_heads = 32,
                                                                  .ffn = detail::qwen3_hybrid_experts(512, 10)});

/// Qwen3.5-27B (Alibaba, 2026): 26,895,998,464 parameters, and one multi-token-prediction module; the language model
/// alone. Source: config.json of Qwen/Qwen3.5-27B.
inline constexpr model qwen3_5_27b = detail::qwen3_hybrid({.d_model = 5120,
                                                           .vocab_size = 248320,
                                                           .n_layers = 64,
                                                           .n_heads = 24,
                                                           .n_kv_heads = 4,
                                                           .n_value_heads = 48,
                                                           .ffn = dense_ffn<>{.d_ff = 17408}});

/// Qwen3.5-35B-A3B (Alibaba, 2026): 34,660,610,688 parameters, 3,454,988,928 active, and one multi-token-prediction
/// module; the language model alone. Source: config.json of Qwen/Qwen3.5-35B-A3B.
inline constexpr model qwen3_5_35b_a3b = detail::qwen3_hybrid({.d_model = 2048,
                                                               .vocab_size = 248320,
                                                               .n_layers = 40,
                                                               .n_heads = 16,
                                                               .n_kv_heads = 2,
                                                               .n_value_heads = 32,
                                                               .ffn = detail::qwen3_hybrid_experts(256, 8)});

}  // namespace moetric::v0::zoo
