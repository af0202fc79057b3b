#pragma once

#include "moetric/zoo/patterns.hpp"

namespace moetric::v0::zoo {

namespace detail {

/// Blocks of eight layers: one attention among Mamba layers, experts in every other layer.
constexpr model jamba(count d_model, count n_blocks, count n_heads, count d_ff) {
  mamba_1<> const mamba{.inner_width = 2 * d_model, .step_rank = exact_div(d_model, 16), .inner_norms = true};
  group const dense{mamba, dense_ffn<>{.d_ff = d_ff}};
  group const moe{mamba, experts<>{.n_experts = 16, .top_k = 2, .d_expert = d_ff}};
  group const attention{grouped_query_attention<>{.n_heads = n_heads, .n_kv_heads = 8, .head_dim = 128}, dense.ffn};
  return {.d_model = d_model,
          .input = {.vocab_size = 65536},
          .layers = hybrid({}, n_blocks, {dense, moe, dense, moe, attention, moe, dense, moe})};
}

}  // namespace detail

/// Jamba-v0.1 (AI21, 2024): 51,570,323,328 parameters, 12,110,311,296 active. Source: config.json of
/// ai21labs/Jamba-v0.1.
inline constexpr model jamba_v0_1 = detail::jamba(4096, 4, 32, 14336);

/// Jamba-1.5-Large (AI21, 2024): 398,555,145,696 parameters, 94,149,338,592 active. Source: config.json of
/// ai21labs/AI21-Jamba-Large-1.5.
inline constexpr model jamba_1_5_large = detail::jamba(8192, 9, 64, 24576);

}  // namespace moetric::v0::zoo
