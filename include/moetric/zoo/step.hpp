#pragma once

#include "moetric/zoo/patterns.hpp"

namespace moetric::v0::zoo {

namespace detail {

constexpr grouped_query_attention<> step_3_5_attention(count n_heads, count window) {
  return {.n_heads = n_heads,
          .n_kv_heads = 8,
          .head_dim = 128,
          .window = window,
          .qk_norm = qk_norm_kind::per_head,
          .output_gate = output_gate_kind::per_head};
}
inline constexpr grouped_query_attention<> step_3_5_global = step_3_5_attention(64, unlimited_window),
                                           step_3_5_local = step_3_5_attention(96, 512);
inline constexpr dense_ffn<> step_3_5_dense{.d_ff = 11264};
inline constexpr experts<> step_3_5_experts{
    .n_experts = 288, .top_k = 8, .d_expert = 1280, .n_shared_experts = 1, .correction_bias = true};

}  // namespace detail

/// Step-3.5-Flash (StepFun, 2026): 196,956,130,368 parameters, 11,987,323,968 active, and three multi-token-prediction
/// modules; three of four layers with a window of 512. Source: config.json of stepfun-ai/Step-3.5-Flash.
inline constexpr model step_3_5_flash{.d_model = 4096,
                                      .input = {.vocab_size = 128896},
                                      .layers =
                                          detail::hybrid({{detail::step_3_5_global, detail::step_3_5_dense, 1},
                                                          {detail::step_3_5_local, detail::step_3_5_dense, 2},
                                                          {detail::step_3_5_local, detail::step_3_5_experts, 1}},
                                                         10,
                                                         {{detail::step_3_5_global, detail::step_3_5_experts, 1},
                                                          {detail::step_3_5_local, detail::step_3_5_experts, 3}},
                                                         {{detail::step_3_5_global, detail::step_3_5_experts, 1}}),
                                      .mtp = {.modules = 3, .block = {detail::step_3_5_local, detail::step_3_5_dense}}};

}  // namespace moetric::v0::zoo
