#pragma once

#include "moetric/zoo/patterns.hpp"

namespace moetric::v0::zoo {

namespace detail {

inline constexpr multi_head_latent_attention<> longcat_attention = deepseek_attention(64, 1536);

}  // namespace detail

/// LongCat-Flash (Meituan, 2025): 560,664,980,480 parameters, and one multi-token-prediction module; each of its 28
/// layers is two here. A token chooses 12 of 512 experts and 256 zero experts: 8 experts and 27,954,818,048 active
/// parameters in the mean, at most 32,182,676,480. Source: config.json of meituan-longcat/LongCat-Flash-Chat;
/// 2509.01322.
inline constexpr model longcat_flash{
    .d_model = 6144,
    .input = {.vocab_size = 131072},
    .layers = detail::hybrid({}, 28,
                             {{detail::longcat_attention,
                               experts<>{.n_experts = 512,
                                         .top_k = 12,
                                         .d_expert = 2048,
                                         .correction_bias = true,
                                         .d_residual = 12288,
                                         .n_zero_experts = 256},
                               1},
                              {detail::longcat_attention, dense_ffn<>{.d_ff = 12288}, 1}}),
    .mtp = {.modules = 1, .block = {detail::longcat_attention, dense_ffn<>{.d_ff = 12288}}}};

}  // namespace moetric::v0::zoo
