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
constexpr experts<> qwen3_hybrid_experts(count n_experts, count top_k, count d_expert = 512) {
  return {.n_experts = n_experts, .top_k = top_k, .d_expert = d_expert, .n_shared_experts = 1, .shared_gate = true};
}

constexpr model without_mtp(model m) {
  m.mtp = {};
  return m;
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

/// Qwen3-Coder-Next (Alibaba, 2026): the sizes of Qwen3-Next-80B-A3B, without multi-token prediction. Source:
/// config.json of Qwen/Qwen3-Coder-Next.
inline constexpr model qwen3_coder_next = detail::without_mtp(qwen3_next_80b_a3b);

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

/// Qwen3.5-122B-A10B (Alibaba, 2026): 122,111,526,912 parameters, 9,771,288,576 active, and one multi-token-prediction
/// module; the language model alone. Source: config.json of Qwen/Qwen3.5-122B-A10B.
inline constexpr model qwen3_5_122b_a10b = detail::qwen3_hybrid({.d_model = 3072,
                                                                 .vocab_size = 248320,
                                                                 .n_layers = 48,
                                                                 .n_heads = 32,
                                                                 .n_kv_heads = 2,
                                                                 .n_value_heads = 64,
                                                                 .ffn = detail::qwen3_hybrid_experts(256, 8, 1024)});

/// Qwen3.5-397B-A17B (Alibaba, 2026): 396,346,350,336 parameters, 17,349,040,896 active, and one multi-token-prediction
/// module; the language model alone. Source: config.json of Qwen/Qwen3.5-397B-A17B.
inline constexpr model qwen3_5_397b_a17b = detail::qwen3_hybrid({.d_model = 4096,
                                                                 .vocab_size = 248320,
                                                                 .n_layers = 60,
                                                                 .n_heads = 32,
                                                                 .n_kv_heads = 2,
                                                                 .n_value_heads = 64,
                                                                 .ffn = detail::qwen3_hybrid_experts(512, 10, 1024)});

/// Qwen3.8-2.4T-A95B (Alibaba, 2026): 2,419,804,697,984 parameters, 95,287,866,752 active, and one
/// multi-token-prediction module. Source: its published totals; heads of DeltaNet as Qwen3.5, which close them.
inline constexpr model qwen3_8_2_4t_a95b = detail::qwen3_hybrid({.d_model = 8192,
                                                                 .vocab_size = 248320,
                                                                 .n_layers = 92,
                                                                 .n_heads = 64,
                                                                 .n_kv_heads = 4,
                                                                 .n_value_heads = 128,
                                                                 .ffn = detail::qwen3_hybrid_experts(512, 10, 2048)});

}  // namespace moetric::v0::zoo
