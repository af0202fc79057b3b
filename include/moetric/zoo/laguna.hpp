#pragma once

#include "moetric/zoo/patterns.hpp"

namespace moetric::v0::zoo {

namespace detail {

struct laguna_sizes {
  count d_model = 0;
  count n_layers = 0;
  count n_local_heads = 0;  // 48 without a window
  count d_ff = 0;
  count top_k = 0;
  count d_expert = 0;
};

/// One dense layer, then 256 experts; a gate for each head; three of four layers with a window of 512.
constexpr model laguna(laguna_sizes const& s) {
  grouped_query_attention<> const global{.n_heads = 48,
                                         .n_kv_heads = 8,
                                         .head_dim = 128,
                                         .qk_norm = qk_norm_kind::per_head,
                                         .output_gate = output_gate_kind::per_head};
  grouped_query_attention<> local = windowed(global, 512);
  local.n_heads = s.n_local_heads;
  experts<> const moe{
      .n_experts = 256, .top_k = s.top_k, .d_expert = s.d_expert, .n_shared_experts = 1, .correction_bias = true};
  return {.d_model = s.d_model,
          .input = {.vocab_size = 100352},
          .layers = hybrid({{global, dense_ffn<>{.d_ff = s.d_ff}, 1}, {local, moe, 3}}, exact_div(s.n_layers, 4) - 1,
                           {{global, moe, 1}, {local, moe, 3}})};
}

}  // namespace detail

/// Laguna-XS.2 (Poolside, 2026): 33,442,617,088 parameters, 3,017,135,872 active. Source: config.json of
/// poolside/Laguna-XS.2; the window is the default of its published code.
inline constexpr model laguna_xs_2 =
    detail::laguna({.d_model = 2048, .n_layers = 40, .n_local_heads = 64, .d_ff = 8192, .top_k = 8, .d_expert = 512});

/// Laguna-S-2.1 (Poolside, 2026): 117,561,977,600 parameters, 8,449,256,192 active. Source: config.json of
/// poolside/Laguna-S-2.1; the window is the default of its published code.
inline constexpr model laguna_s_2_1 = detail::laguna(
    {.d_model = 3072, .n_layers = 48, .n_local_heads = 72, .d_ff = 12288, .top_k = 10, .d_expert = 1024});

}  // namespace moetric::v0::zoo
