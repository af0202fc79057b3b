#pragma once

#include <string_view>

#include "moetric/zoo/patterns.hpp"

namespace moetric::v0::zoo {

namespace detail {

/// Layers of one sublayer each, as the configurations write them: M a Mamba-2, * an attention, - or E a feed-forward.
constexpr stack nemotron(std::string_view pattern, mamba_2<> const& mamba, grouped_query_attention<> const& attention,
                         feed_forward const& ffn) {
  stack layers;
  stack::run const state = layers.intern({mamba, {}, 1, 1}), tokenwise = layers.intern({{}, ffn, 1, 1}),
                   keys = layers.intern({attention, {}, 1, 1});
  for (char const c : pattern) layers.append(c == 'M' ? state : c == '*' ? keys : tokenwise);
  return layers;
}

struct nemotron_3_sizes {
  count d_model = 0;
  count n_mamba_heads = 0;
  count n_heads = 0;
  count d_expert = 0;  // half of the shared expert's width
  count d_latent = 0;
  std::string_view pattern{};
};

/// Nemotron 3 with latent experts, of which a token uses 22 of 512; one multi-token-prediction module.
constexpr model nemotron_3_latent(nemotron_3_sizes const& s) {
  grouped_query_attention<> const attention{.n_heads = s.n_heads, .n_kv_heads = 2, .head_dim = 128};
  experts<> const moe{.n_experts = 512,
                      .top_k = 22,
                      .d_expert = s.d_expert,
                      .n_shared_experts = 1,
                      .d_shared_expert = 2 * s.d_expert,
                      .kind = ffn_kind::plain,
                      .correction_bias = true,
                      .latent = true,
                      .d_latent = s.d_latent,
                      .n_group = 1,
                      .topk_group = 1};
  return {.d_model = s.d_model,
          .input = {.vocab_size = 131072},
          .layers = nemotron(
              s.pattern, {.n_heads = s.n_mamba_heads, .head_dim = 64, .n_groups = 8, .state_size = 128, .chunk = 128},
              attention, moe),
          .mtp = {.modules = 1, .block = {attention, moe}}};
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

/// Nemotron-3-Super-120B-A12B (NVIDIA, 2026): 120,668,707,840 parameters, 12,770,237,440 active, and
/// one multi-token-prediction module; experts in a latent of 1024. Source: config.json of
/// nvidia/NVIDIA-Nemotron-3-Super-120B-A12B-BF16.
inline constexpr model nemotron_3_super_120b_a12b = detail::nemotron_3_latent(
    {.d_model = 4096,
     .n_mamba_heads = 128,
     .n_heads = 32,
     .d_expert = 2688,
     .d_latent = 1024,
     .pattern = "MEMEMEM*EMEMEMEM*EMEMEMEM*EMEMEMEMEM*EMEMEMEMEM*EMEMEMEMEM*EMEMEMEMEM*EMEMEMEM*EMEMEMEME"});

/// Nemotron-3-Ultra-550B-A55B (NVIDIA, 2026): 549,308,993,536 parameters, 56,058,843,136 active, and
/// one multi-token-prediction module; experts in a latent of 2048. Source: config.json of
/// nvidia/NVIDIA-Nemotron-3-Ultra-550B-A55B-BF16; the exact total is not published.
inline constexpr model nemotron_3_ultra_550b_a55b =
    detail::nemotron_3_latent({.d_model = 8192,
                               .n_mamba_heads = 256,
                               .n_heads = 64,
                               .d_expert = 5120,
                               .d_latent = 2048,
                               .pattern = "MEMEMEM*EMEMEM*EMEMEMEM*EMEMEMEM*EMEMEM*EMEMEMEM*EMEMEMEM*EMEMEM*EMEMEMEM*"
                                          "EMEMEMEM*EMEMEM*EMEMEMEM*EMEMEMEME"});

}  // namespace moetric::v0::zoo
