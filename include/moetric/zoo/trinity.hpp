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
};

/// Two dense layers, then experts; gated attention, three of four layers with a window of 2048; four norms a layer.
constexpr model trinity(trinity_sizes const& s) {
  grouped_query_attention<> const global{.n_heads = s.n_heads,
                                         .n_kv_heads = s.n_kv_heads,
                                         .head_dim = 128,
                                         .qk_norm = qk_norm_kind::per_head,
                                         .output_gate = output_gate_kind::per_element};
  experts<> const moe{
      .n_experts = 128, .top_k = 8, .d_expert = s.d_expert, .n_shared_experts = 1, .correction_bias = true};
  grouped_query_attention<> const local = windowed(global, 2048);
  return {.d_model = s.d_model,
          .input = {.vocab_size = 200192},
          .layers = hybrid({{local, dense_ffn<>{.d_ff = s.d_ff}, 2, 4}, {local, moe, 1, 4}, {global, moe, 1, 4}},
                           exact_div(s.n_layers, 4) - 1, {{local, moe, 3, 4}, {global, moe, 1, 4}})};
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

}  // namespace moetric::v0::zoo
