#pragma once

#include "moetric/zoo/patterns.hpp"

namespace moetric::v0::zoo {

namespace detail {

inline constexpr experts<> minimax_m1_experts{.n_experts = 32, .top_k = 2, .d_expert = 9216};

constexpr grouped_query_attention<> minimax_m3_attention(bool sparse) {
  grouped_query_attention<> attention{
      .n_heads = 64, .n_kv_heads = 4, .head_dim = 128, .qk_norm = qk_norm_kind::per_head, .sparse = sparse};
  if (sparse) attention.indexer = {.n_heads = 4, .head_dim = 128, .top_k = 16 * 128, .head_weights = false};
  return attention;
}

}  // namespace detail

/// MiniMax-M1 (MiniMax, 2025): 456,089,655,296 parameters, 48,403,306,496 active. Source: config.json of
/// MiniMaxAI/MiniMax-M1-80k.
inline constexpr model minimax_m1{
    .d_model = 6144,
    .input = {.vocab_size = 200064},
    .layers = detail::hybrid(
        {}, 10,
        {{lightning_attention<>{.n_heads = 64, .head_dim = 128}, detail::minimax_m1_experts, 7},
         {grouped_query_attention<>{.n_heads = 64, .n_kv_heads = 8, .head_dim = 128}, detail::minimax_m1_experts, 1}})};

/// MiniMax-M3 (MiniMax, 2026): 426,174,572,928 parameters, 25,962,473,856 active; the language model alone. Its indexer
/// chooses 16 blocks of 128 keys; the block of the query itself, partly in the future, is charged in full. Source:
/// config.json of MiniMaxAI/MiniMax-M3, its blocks second-hand (what vLLM and NeMo demand of it).
inline constexpr model minimax_m3{
    .d_model = 6144,
    .input = {.vocab_size = 200064},
    .layers = {
        {detail::minimax_m3_attention(false), dense_ffn<>{.d_ff = 12288}, 3},
        {detail::minimax_m3_attention(true),
         experts<>{.n_experts = 128, .top_k = 4, .d_expert = 3072, .n_shared_experts = 1, .correction_bias = true},
         57}}};

/// MiniMax-M2 (MiniMax, 2025): 228,689,764,864 parameters, 11,030,553,088 active. Source: config.json of
/// MiniMaxAI/MiniMax-M2.
inline constexpr model minimax_m2{
    .d_model = 3072,
    .input = {.vocab_size = 200064},
    .layers = {
        {grouped_query_attention<>{.n_heads = 48, .n_kv_heads = 8, .head_dim = 128, .qk_norm = qk_norm_kind::full},
         experts<>{.n_experts = 256, .top_k = 8, .d_expert = 1536, .correction_bias = true}, 62}}};

}  // namespace moetric::v0::zoo
