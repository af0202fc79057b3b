#pragma once

#include "moetric/zoo/patterns.hpp"

namespace moetric::v0::zoo {

namespace detail {

inline constexpr mamba_1<> jamba_mamba{.inner_width = 8192, .step_rank = 256, .inner_norms = true};
inline constexpr group jamba_dense{jamba_mamba, dense_ffn<>{.d_ff = 14336}};
inline constexpr group jamba_moe{jamba_mamba, experts<>{.n_experts = 16, .top_k = 2, .d_expert = 14336}};
inline constexpr group jamba_attention{grouped_query_attention<>{.n_heads = 32, .n_kv_heads = 8, .head_dim = 128},
                                       jamba_dense.ffn};

}  // namespace detail

/// Jamba-v0.1 (AI21, 2024): 51,570,323,328 parameters, 12,110,311,296 active. Source: config.json of
/// ai21labs/Jamba-v0.1.
inline constexpr model jamba_v0_1{
    .d_model = 4096,
    .input = {.vocab_size = 65536},
    .layers = detail::hybrid({}, 4,
                             {detail::jamba_dense, detail::jamba_moe, detail::jamba_dense, detail::jamba_moe,
                              detail::jamba_attention, detail::jamba_moe, detail::jamba_dense, detail::jamba_moe})};

}  // namespace moetric::v0::zoo
