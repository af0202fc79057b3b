#pragma once

#include "moetric/zoo/patterns.hpp"

namespace moetric::v0::zoo {

/// GPT-2 124M (OpenAI, 2019): 124,439,808 parameters. Source: config.json of openai-community/gpt2.
inline constexpr model gpt_2 =
    detail::gpt_like({.d_model = 768, .vocab_size = 50257, .n_layers = 12, .n_heads = 12, .learned_positions = 1024});

/// GPT-2 medium 355M (OpenAI, 2019): 354,823,168 parameters. Source: config.json of openai-community/gpt2-medium.
inline constexpr model gpt_2_medium =
    detail::gpt_like({.d_model = 1024, .vocab_size = 50257, .n_layers = 24, .n_heads = 16, .learned_positions = 1024});

/// GPT-2 XL 1.5B (OpenAI, 2019): 1,557,611,200 parameters. Source: config.json of openai-community/gpt2-xl.
inline constexpr model gpt_2_xl =
    detail::gpt_like({.d_model = 1600, .vocab_size = 50257, .n_layers = 48, .n_heads = 25, .learned_positions = 1024});

/// GPT-3 175B (OpenAI, 2020): 174,604,259,328 parameters; with the vocabulary of GPT-2. Source: 2005.14165, Table 2.1;
/// the exact total is not published.
inline constexpr model gpt_3 =
    detail::gpt_like({.d_model = 12288, .vocab_size = 50257, .n_layers = 96, .n_heads = 96, .learned_positions = 2048});

namespace detail {

inline constexpr grouped_query_attention<> gpt_oss_attention{
    .n_heads = 64, .n_kv_heads = 8, .head_dim = 64, .qkv_bias = true, .output_bias = true, .sinks = true};
inline constexpr experts<> gpt_oss_experts{
    .n_experts = 32, .top_k = 4, .d_expert = 2880, .router_bias = true, .expert_bias = true};

}  // namespace detail

/// gpt-oss-20b (OpenAI, 2025): 20,914,757,184 parameters, 4,187,440,704 active; every other layer with a window of 128.
/// Source: config.json of openai/gpt-oss-20b.
inline constexpr model gpt_oss_20b{
    .d_model = 2880,
    .input = {.vocab_size = 201088},
    .layers = detail::hybrid({}, 12,
                             {{detail::windowed(detail::gpt_oss_attention, 128), detail::gpt_oss_experts, 1},
                              {detail::gpt_oss_attention, detail::gpt_oss_experts, 1}})};

}  // namespace moetric::v0::zoo
