#pragma once

#include <string_view>

#include "moetric/zoo/patterns.hpp"

namespace moetric::v0::zoo {

namespace detail {

/// Layers of one sublayer each, as the configurations write them: M a Mamba-2, * an attention, - or E a feed-forward.
constexpr stack nemotron(std::string_view pattern, mamba_2<> const& mamba, grouped_query_attention<> const& attention,
                         feed_forward const& ffn) {
  stack layers;
  for (char const c : pattern) {
    if (c == 'M') layers.append({mamba, {}, 1, 1});
    if (c == '*') layers.append({attention, {}, 1, 1});
    if (c == '-' || c == 'E') layers.append({{}, ffn, 1, 1});
  }
  return layers;
}

}  // namespace detail

/// Nemotron-H-56B (NVIDIA, 2025): 56,324,350,464 parameters. Source: config.json of nvidia/Nemotron-H-56B-Base-8K; the
/// exact total is not published.
inline constexpr model nemotron_h_56b{
    .d_model = 8192,
    .input = {.vocab_size = 131072},
    .layers = detail::nemotron("M-M-M-M*-M-M-M-M-M*-M-M-M-M-M*-M-M-M-M-M*-M-M-M-M-M*-M-M-M-M-M*-M-M-M-M-M*-M-M-M-M-M*-"
                               "M-M-M-M-M*-M-M-M-M-M*-M-M-M-M-M-",
                               {.n_heads = 256, .head_dim = 64, .n_groups = 8, .state_size = 256, .chunk = 128},
                               {.n_heads = 64, .n_kv_heads = 8, .head_dim = 128},
                               dense_ffn<>{.d_ff = 32768, .kind = ffn_kind::plain})};

/// Nemotron-Nano-9B-v2 (NVIDIA, 2025): 8,888,227,328 parameters. Source: config.json of
/// nvidia/NVIDIA-Nemotron-Nano-9B-v2.
inline constexpr model nemotron_nano_9b_v2{
    .d_model = 4480,
    .input = {.vocab_size = 131072},
    .layers = detail::nemotron("M-M-M-MM-M-M-M*-M-M-M*-M-M-M-M*-M-M-M-M*-M-MM-M-M-M-M-M-",
                               {.n_heads = 128, .head_dim = 80, .n_groups = 8, .state_size = 128, .chunk = 128},
                               {.n_heads = 40, .n_kv_heads = 8, .head_dim = 128},
                               dense_ffn<>{.d_ff = 15680, .kind = ffn_kind::plain})};

/// Nemotron-3-Nano-30B-A3B (NVIDIA, 2025): 31,577,940,288 parameters, 3,580,076,352 active. Source: config.json of
/// nvidia/NVIDIA-Nemotron-3-Nano-30B-A3B-BF16.
inline constexpr model nemotron_3_nano_30b_a3b{
    .d_model = 2688,
    .input = {.vocab_size = 131072},
    .layers = detail::nemotron("MEMEM*EMEMEM*EMEMEM*EMEMEM*EMEMEM*EMEMEMEM*EMEMEMEME",
                               {.n_heads = 64, .head_dim = 64, .n_groups = 8, .state_size = 128, .chunk = 128},
                               {.n_heads = 32, .n_kv_heads = 2, .head_dim = 128},
                               experts<>{.n_experts = 128,
                                         .top_k = 6,
                                         .d_expert = 1856,
                                         .n_shared_experts = 1,
                                         .d_shared_expert = 3712,
                                         .kind = ffn_kind::plain,
                                         .correction_bias = true,
                                         .n_group = 1,
                                         .topk_group = 1})};

}  // namespace moetric::v0::zoo
