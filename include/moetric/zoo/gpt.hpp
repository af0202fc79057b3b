#pragma once

#include "moetric/zoo/patterns.hpp"

namespace moetric::v0::zoo {

/// GPT-2 124M (OpenAI, 2019): 124,439,808 parameters. Source: config.json of openai-community/gpt2.
inline constexpr model gpt_2 =
    detail::gpt_like({.d_model = 768, .vocab_size = 50257, .n_layers = 12, .n_heads = 12, .learned_positions = 1024});

/// GPT-2 medium 355M (OpenAI, 2019): 354,823,168 parameters. Source: config.json of openai-community/gpt2-medium.
inline constexpr model gpt_2_medium =
    detail::gpt_like({.d_model = 1024, .vocab_size = 50257, .n_layers = 24, .n_heads = 16, .learned_positions = 1024});

/// GPT-2 large 774M (OpenAI, 2019): 774,030,080 parameters. Source: config.json of openai-community/gpt2-large.
inline constexpr model gpt_2_large =
    detail::gpt_like({.d_model = 1280, .vocab_size = 50257, .n_layers = 36, .n_heads = 20, .learned_positions = 1024});

/// GPT-2 XL 1.5B (OpenAI, 2019): 1,557,611,200 parameters. Source: config.json of openai-community/gpt2-xl.
inline constexpr model gpt_2_xl =
    detail::gpt_like({.d_model = 1600, .vocab_size = 50257, .n_layers = 48, .n_heads = 25, .learned_positions = 1024});

/// GPT-3 175B (OpenAI, 2020): 174,604,259,328 parameters; with the vocabulary of GPT-2. Source: 2005.14165, Table 2.1;
/// the exact total is not published.
inline constexpr model gpt_3 =
    detail::gpt_like({.d_model = 12288, .vocab_size = 50257, .n_layers = 96, .n_heads = 96, .learned_positions = 2048});

namespace detail {

/// Every other layer with a window of 128.
constexpr model gpt_oss(count n_layers, count n_experts) {
  grouped_query_attention<> const attention{
      .n_heads = 64, .n_kv_heads = 8, .head_dim = 64, .qkv_bias = true, .output_bias = true, .sinks = true};
  experts<> const moe{.n_experts = n_experts, .top_k = 4, .d_expert = 2880, .router_bias = true, .expert_bias = true};
  return {.d_model = 2880,
          .input = {.vocab_size = 201088},
          .layers = hybrid({}, exact_div(n_layers, 2), {{windowed(attention, 128), moe, 1}, {attention, moe, 1}})};
}

}  // namespace detail

/// gpt-oss-20b (OpenAI, 2025): 20,914,757,184 parameters, 4,187,440,704 active. Source: config.json of
/// openai/gpt-oss-20b.
inline constexpr model gpt_oss_20b = detail::gpt_oss(24, 32);

/// gpt-oss-120b (OpenAI, 2025): 116,829,156,672 parameters, 5,711,982,912 active. Source: config.json of
/// openai/gpt-oss-120b.
inline constexpr model gpt_oss_120b = detail::gpt_oss(36, 128);

}  // namespace moetric::v0::zoo
