#pragma once

#include "moetric/zoo/patterns.hpp"

namespace moetric::v0::zoo {

namespace detail {

constexpr grouped_query_attention<> laguna_xs_2_attention(count n_heads, count window) {
  return {.n_heads = n_heads,
          .n_kv_heads = 8,
          .head_dim = 128,
          .window = window,
          .qk_norm = qk_norm_kind::per_head,
          .output_gate = output_gate_kind::per_head};
}
inline constexpr grouped_query_attention<> laguna_xs_2_global = laguna_xs_2_attention(48, unlimited_window),
                                           laguna_xs_2_local = laguna_xs_2_attention(64, 512);
inline constexpr experts<> laguna_xs_2_experts{
    .n_experts = 256, .top_k = 8, .d_expert = 512, .n_shared_experts = 1, .correction_bias = true};

}  // namespace detail

/// Laguna-XS.2 (Poolside, 2026): 33,442,617,088 parameters, 3,017,135,872 active; three of four layers with a window of
/// 512. Source: config.json of poolside/Laguna-XS.2; the window is the default of its published code.
inline constexpr model laguna_xs_2{.d_model = 2048,
                                   .input = {.vocab_size = 100352},
                                   .layers =
                                       detail::hybrid({{detail::laguna_xs_2_global, dense_ffn<>{.d_ff = 8192}, 1},
                                                       {detail::laguna_xs_2_local, detail::laguna_xs_2_experts, 3}},
                                                      9,
                                                      {{detail::laguna_xs_2_global, detail::laguna_xs_2_experts, 1},
                                                       {detail::laguna_xs_2_local, detail::laguna_xs_2_experts, 3}})};

}  // namespace moetric::v0::zoo
